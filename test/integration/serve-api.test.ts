/** The HTTP API as its callers use it: the built functions under `muster serve`, tokens of the simulated issuer (CONTRACT.md §4). */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { LADDER } from '../../core/readiness/ladder';
import { startBench } from '../support/open-muster-on';
import type { Bench } from '../support/open-muster-on';
import { eventually, issueToken, startServe } from '../support/serve';
import type { Served } from '../support/serve';

jest.setTimeout(180_000);

const command = path.join(__dirname, '../../bin/muster.mjs');
const BOTH = ['Operations.Read', 'Operations.Run'];
const RUN_ID = /^[0-9a-z]{26}$/;

let bench: Bench;
let served: Served;
let token: string;

beforeAll(async () => {
  bench = await startBench({ jamf: 300, workspaceOne: 200 });
  token = await issueToken(bench.config, BOTH);
  served = await startServe({ config: bench.config, token });
});
afterAll(async () => {
  await served.stop();
  await bench.close();
});

type Document = Readonly<Record<string, unknown>>;

/** A request with no token but what the headers hold. */
const bare = (route: string, init: RequestInit = {}): Promise<Response> => fetch(`${served.url}/${route}`, init);
const bearer = async (...roles: string[]): Promise<Record<string, string>> => ({
  Authorization: `Bearer ${await issueToken(bench.config, roles)}`,
});
const post = (body?: string, contentType = 'application/json'): Promise<Response> =>
  served.fetch('v1/sweeps', {
    method: 'POST',
    ...(body === undefined ? {} : { body, headers: { 'Content-Type': contentType } }),
  });

/** @returns the document, after what holds for every problem. */
async function problemOf(response: Response, status: number, kind: string): Promise<Document> {
  const body = await response.text();
  expect([response.status, response.headers.get('content-type')]).toEqual([status, 'application/problem+json']);
  const problem = JSON.parse(body) as Document;
  expect(problem).toMatchObject({
    type: `urn:muster:problem:${kind}`,
    status,
    title: expect.any(String),
    detail: expect.any(String),
    instance: expect.stringMatching(/^urn:uuid:[0-9a-f-]{36}$/),
  });
  expect(body).not.toMatch(/stack|\.cjs|node_modules|eyJ/);
  expect(response.headers.get('cache-control')).toBe('no-store');
  return problem;
}

/** Waits until the run has ended. */
const ended = (runId: string): Promise<Document> =>
  eventually(`the end of ${runId}`, 60, async () => {
    const response = await served.fetch(`v1/sweeps/${runId}`);
    if (response.status === 404) return null;
    const run = (await response.json()) as Document;
    return run['state'] === 'running' ? null : run;
  });

describe('before anybody asked for a sweep', () => {
  test('health says ok to anyone, and nothing else', async () => {
    const response = await bare('health');
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  test('the list of runs is empty', async () => {
    const response = await served.fetch('v1/sweeps');
    expect([response.status, await response.json()]).toEqual([200, []]);
    expect(response.headers.get('content-type')).toBe('application/json');
  });
});

describe('who may call', () => {
  test.each([
    { method: 'GET', route: 'v1/sweeps' },
    { method: 'GET', route: 'v1/sweeps/some-run' },
    { method: 'POST', route: 'v1/sweeps' },
  ])('$method $route without a token: 401, and how to come back', async ({ method, route }) => {
    const response = await bare(route, { method });
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
    await problemOf(response, 401, 'not-signed-in');
  });

  test.each(['Bearer garbage', 'Basic bXVzdGVyOnNlY3JldA==', 'Bearer a.b.c'])(
    'with "%s": 401',
    async (authorization) => {
      await problemOf(await bare('v1/sweeps', { headers: { authorization } }), 401, 'not-signed-in');
    },
  );

  test.each([
    { method: 'GET', has: 'Operations.Run', needs: 'Operations.Read' },
    { method: 'POST', has: 'Operations.Read', needs: 'Operations.Run' },
    { method: 'POST', has: '', needs: 'Operations.Run' },
  ])('$method with the role "$has": 403, and the role that is missing', async ({ method, has, needs }) => {
    const response = await bare('v1/sweeps', { method, headers: await bearer(has) });
    expect((await problemOf(response, 403, 'forbidden'))['detail']).toContain(needs);
  });

  test('a token in the address is none', async () => {
    await problemOf(await bare(`v1/sweeps?access_token=${token}&code=${token}`), 401, 'not-signed-in');
  });
});

describe('what there is not', () => {
  test.each([
    ['GET', 'v1/nothing'],
    ['GET', 'v2/sweeps'],
    ['GET', 'v1/sweeps/a/b'],
    ['DELETE', 'v1/sweeps'],
    ['PUT', 'v1/sweeps'],
    ['POST', 'v1/sweeps/some-run'],
    ['POST', 'health'],
    ['GET', '../admin/host/status'],
    ['GET', '../runtime/webhooks'],
    ['GET', '../v1/sweeps'],
  ])('%s %s: 404', async (method, route) => {
    expect((await served.fetch(route, { method })).status).toBe(404);
  });

  test.each(['unknown', '0mww5zgk8em4hczrlpakm096e7', 'UPPER', 'x'.repeat(65), 'a%2Fb', '%27or%271', 'health'])(
    'a run called %s: 404',
    async (runId) => {
      await problemOf(await served.fetch(`v1/sweeps/${runId}`), 404, 'not-found');
    },
  );
});

describe('what is not understood', () => {
  test.each(['0', '101', '-1', '1.5', 'ten', ''])('a limit of "%s": 400', async (limit) => {
    expect((await problemOf(await served.fetch(`v1/sweeps?limit=${limit}`), 400, 'bad-request'))['detail']).toMatch(
      /1 to 100/,
    );
  });

  test.each<{ why: string; body: string; type?: string; status: number; kind: string }>([
    { why: 'no JSON', body: 'full', status: 400, kind: 'bad-request' },
    { why: 'a list', body: '[]', status: 400, kind: 'bad-request' },
    { why: 'a mode that there is not', body: '{"mode":"half"}', status: 400, kind: 'bad-request' },
    { why: 'a key that there is not', body: '{"mod":"full"}', status: 400, kind: 'bad-request' },
    {
      why: 'a time that is none',
      body: '{"mode":"incremental","since":"yesterday"}',
      status: 400,
      kind: 'bad-request',
    },
    { why: 'a time for a full sweep', body: '{"since":"2026-11-25T00:00:00Z"}', status: 400, kind: 'bad-request' },
    {
      why: 'a form',
      body: 'mode=full',
      type: 'application/x-www-form-urlencoded',
      status: 415,
      kind: 'unsupported-media-type',
    },
    { why: 'text', body: '{}', type: 'text/plain', status: 415, kind: 'unsupported-media-type' },
    { why: 'too much', body: JSON.stringify({ mode: 'x'.repeat(5000) }), status: 413, kind: 'too-large' },
  ])('a body that is $why: $status', async ({ body, type = 'application/json', status, kind }) => {
    await problemOf(await post(body, type), status, kind);
  });

  test('a body in chunks, which the platform drops: 411, not a full sweep that nobody asked for', async () => {
    const answer = await new Promise<http.IncomingMessage>((resolve, reject) => {
      const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
      const request = http.request(`${served.url}/v1/sweeps`, { method: 'POST', headers }, resolve);
      request.on('error', reject);
      request.write('{"mode":');
      request.end('"incremental"}');
    });
    expect([answer.statusCode, JSON.parse(await text(answer))]).toMatchObject([
      411,
      { type: 'urn:muster:problem:length-required' },
    ]);
  });

  test('none of it asked for a sweep', async () => {
    expect(await (await served.fetch('v1/sweeps')).json()).toEqual([]);
  });
});

describe('a sweep that is asked for', () => {
  let runId: string;
  let run: Document;

  test('is accepted with an id, and with the place where it can be looked at', async () => {
    // Slow pages, so that the run is met while it is under way.
    bench.setFaults([{ route: 'jamf.devices', fault: { kind: 'slow', ms: 5_000 } }]);
    const response = await post();
    const body = (await response.json()) as Document;
    runId = String(body['runId']);
    expect([response.status, body]).toEqual([202, { runId, state: 'requested', mode: 'full' }]);
    expect(runId).toMatch(RUN_ID);
    expect(response.headers.get('location')).toBe(`/api/v1/sweeps/${runId}`);
  });

  test('shows that it runs, and a second one is refused meanwhile: 409, and which run it is', async () => {
    await eventually('the start of the run', 30, async () => {
      const response = await served.fetch(`v1/sweeps/${runId}`);
      return response.status === 200 ? ((await response.json()) as Document) : null;
    }).then((found) => expect(found).toMatchObject({ runId, state: 'running', endedAt: null, durationMs: 0 }));
    const response = await post('{"mode":"incremental"}');
    expect(response.headers.get('retry-after')).toBe('60');
    expect(await problemOf(response, 409, 'sweep-running')).toMatchObject({ runId });
  });

  test('ends, and is then shown with all that was promised', async () => {
    bench.setFaults([]);
    run = await ended(runId);
    expect(run).toMatchObject({
      runId,
      state: 'complete',
      mode: 'full',
      connectors: [
        { id: 'jamf', kind: 'jamf', state: 'complete', devices: 300, expected: 300, reason: null },
        { id: 'ws1', kind: 'workspace-one', state: 'complete', devices: 200, expected: 200, reason: null },
      ],
      readiness: { total: expect.any(Number), reporting: expect.any(Number) },
      tombstones: { candidates: 0, confirmed: 0, held: 0 },
      drift: {},
      plan: { proposed: 0, released: 0, held: 0, brakes: [] },
      durationMs: expect.any(Number),
    });
    for (const connector of run['connectors'] as Document[]) {
      for (const counter of ['pages', 'requests', 'retries', 'throttledSeconds', 'quarantined', 'duplicates']) {
        expect(connector[counter]).toEqual(expect.any(Number));
      }
    }
    const { byRung } = run['readiness'] as { byRung: Record<string, number> };
    for (const rung of LADDER) expect(byRung[rung]).toEqual(expect.any(Number));
  });

  test('of the changes only is another run; the newest comes first, as many as were asked for', async () => {
    const response = await post('{"mode":"incremental"}');
    expect(response.status).toBe(202);
    const second = String(((await response.json()) as Document)['runId']);
    expect(await ended(second)).toMatchObject({ state: 'complete', mode: 'incremental' });
    const listed = async (query: string): Promise<unknown[]> =>
      ((await (await served.fetch(`v1/sweeps${query}`)).json()) as Document[]).map((each) => each['runId']);
    expect(await listed('')).toEqual([second, runId]);
    expect(await listed('?limit=1')).toEqual([second]);
    expect(await listed('/')).toEqual([second, runId]);
  });

  test('is shown as the command printed it: one document for both', async () => {
    const child = spawn(process.execPath, [command, 'sweep', '--config', bench.config, '--json'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [printed, [code]] = await Promise.all([text(child.stdout), once(child, 'close') as Promise<[number | null]>]);
    const document = JSON.parse(printed) as Document;
    const shown: unknown = await (await served.fetch(`v1/sweeps/${String(document['runId'])}`)).json();
    expect(code).toBe(0);
    expect(shown).toEqual(document);
    expect(Object.keys(document).sort()).toEqual(Object.keys(run).sort());
  });

  test('left its report', async () => {
    const published = await eventually('the report', 30, async () => {
      const found = served.log().find((record) => record['event'] === 'report-published' && record['runId'] === runId);
      return found ?? null;
    });
    expect(published).toMatchObject({ function: 'report-publish', files: expect.any(Number) });
  });

  test('leaves a log in which every record of a function says which invocation it belongs to', () => {
    const records = served.log();
    const asked = records.filter(({ event }) => event === 'sweep-requested');
    expect(asked).toHaveLength(2);
    for (const record of asked) {
      expect(record).toMatchObject({
        level: 'info',
        function: 'sweep-request',
        invocationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        by: 'application',
      });
    }
    expect(asked[0]).toMatchObject({ runId, mode: 'full' });
    // Neither tokens nor credentials nor anybody's number.
    expect(JSON.stringify(records)).not.toMatch(/eyJ|sim-(?:jamf|ws1|api)-secret|\+\d{9,}/);
  });
});

test('a configuration that does not say who may call lets nobody in, and is healthy', async () => {
  const config = path.join(bench.folder, 'closed.yaml');
  writeFileSync(
    config,
    readFileSync(bench.config, 'utf8')
      .replace(/^api:\n(?: .*\n)+/m, '')
      .replace('"state"', '"closed"'),
  );
  const closed = await startServe({ config, token });
  try {
    const problem = await problemOf(await closed.fetch('v1/sweeps'), 503, 'unavailable');
    expect(problem['detail']).toContain('"api"');
    expect((await closed.fetch('health')).status).toBe(200);
  } finally {
    expect(await closed.stop()).toBe(0);
  }
});
