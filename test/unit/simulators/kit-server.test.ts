import http from 'node:http';
import { makeFleet } from '../../../simulators/fleet/make-fleet';
import { cappedPageSize, faultOf, faultyRows, statedTotal } from '../../../simulators/kit/content-faults';
import type { FaultRule } from '../../../simulators/kit/fault';
import type { SimRequest, Simulator } from '../../../simulators/kit/route';
import { startServer } from '../../../simulators/kit/server';
import type { SimulatorServer } from '../../../simulators/kit/server';
import { makeTokenBook } from '../../../simulators/token/token-book';
import { httpGet } from './http-get';

const ROWS = Array.from({ length: 10 }, (_, row) => row);

/** A simulator of two routes that shows everything the kit offers a route. */
async function start(
  rules: readonly FaultRule[] = [],
  options: { readonly latency?: 'none' | 'real' } = {},
): Promise<{ server: SimulatorServer; clock: { time: number }; tokens: ReturnType<typeof makeTokenBook> }> {
  const clock = {
    time: 1_000_000,
    now() {
      return this.time;
    },
  };
  const tokens = makeTokenBook({ clock });
  const fleet = makeFleet({ mdm: 'jamf', size: 10, seed: 1, now: clock.time });
  const rows = (request: SimRequest) => ({
    status: 200,
    body: {
      total: statedTotal(request, fleet.size),
      size: cappedPageSize(request, 10),
      rows: faultyRows(request, ROWS),
      ordinals: fleet.ordinals(0, 100),
      next: faultOf(request, 'foreign-next') === null ? `${request.base}/rows` : `${request.foreignBase}/rows`,
      authorized: tokens.check('jamf', request.headers['authorization']),
    },
  });
  const simulator: Simulator = {
    prefix: 'sim',
    latency: 'jamf',
    issuer: 'jamf',
    fleet,
    routes: [
      { method: 'GET', path: '/rows', name: 'sim.rows', kind: 'read', handle: rows },
      {
        method: 'GET',
        path: "/jobs(':id')/:part",
        name: 'sim.job',
        kind: 'download',
        handle: ({ params }) => ({ status: 200, body: params }),
      },
      { method: 'POST', path: '/rows', name: 'sim.write', kind: 'write', handle: () => ({ status: 204, body: null }) },
      {
        method: 'POST',
        path: '/token',
        name: 'sim.token',
        kind: 'token',
        handle: ({ body }) => ({ status: 200, body }),
      },
      {
        method: 'GET',
        path: '/broken',
        name: 'sim.broken',
        kind: 'read',
        handle: () => {
          throw new Error('a mistake in the simulator');
        },
      },
    ],
    errorBody: (status) => ({ vendor: 'says', status }),
  };
  const server = await startServer({
    simulators: [simulator],
    tokens,
    clock,
    seed: 3,
    latency: options.latency ?? 'none',
    faults: rules,
    port: 0,
  });
  return { server, clock, tokens };
}

const rule = (fault: FaultRule['fault'], when: FaultRule['when'] = {}, route = 'sim.rows'): FaultRule => ({
  route,
  when,
  fault,
});

describe('routes', () => {
  let server: SimulatorServer;
  beforeAll(async () => {
    ({ server } = await start());
  });
  afterAll(() => server.close());

  test('a parameter can be a part of a segment, and literal segments match whatever their case', async () => {
    const answer = await httpGet(`${server.url}/sim/JOBS('a%20b')/x`);
    expect(JSON.parse(answer.body)).toEqual({ id: 'a b', part: 'x' });
    expect(answer.headers['content-type']).toBe('application/json');
  });

  test.each([
    ['an unknown path', '/sim/nothing', 404],
    ['an unknown prefix', '/other/rows', 404],
    ['a path that is no valid encoding', '/sim/%zz', 400],
    ['a mistake of the simulator itself', '/sim/broken', 500],
  ])('%s', async (_why, path, status) => {
    expect((await httpGet(server.url + path)).status).toBe(status);
  });

  test('a path with another method says which it knows', async () => {
    const answer = await fetch(`${server.url}/sim/rows`, { method: 'PATCH' });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, POST']);
  });

  test('a body over the limit is refused', async () => {
    const answer = await fetch(`${server.url}/sim/token`, { method: 'POST', body: Buffer.alloc(5 * 1024 * 1024) });
    expect(answer.status).toBe(413);
  });
});

describe('counters', () => {
  test('reads, writes, tokens and downloads are told apart, by simulator and by route', async () => {
    const { server } = await start();
    await httpGet(`${server.url}/sim/rows`);
    await httpGet(`${server.url}/sim/jobs('1')/x`);
    await fetch(`${server.url}/sim/rows`, { method: 'POST' });
    await fetch(`${server.url}/sim/token`, { method: 'POST', body: 'x' });
    await httpGet(`${server.url}/nowhere`);
    const stats = await httpGet(`${server.url}/_control/stats`);
    expect(JSON.parse(stats.body)).toMatchObject({
      requests: 4,
      reads: 1,
      writes: 1,
      tokens: 1,
      downloads: 1,
      unmatched: 1,
      concurrentMax: 1,
      statuses: { 200: 3, 204: 1 },
      simulators: { sim: { requests: 4 } },
      routes: { 'sim.rows': { requests: 1, reads: 1 }, 'sim.write': { writes: 1 } },
    });
    await fetch(`${server.url}/_control/reset`, { method: 'POST' });
    expect(server.stats()).toMatchObject({ requests: 0, unmatched: 0, routes: {} });
    await server.close();
  });

  test('concurrency is what was under way at one moment', async () => {
    const { server } = await start([rule({ kind: 'stall-headers' }, { times: 3 })]);
    const stalled = [1, 2, 3].map(() => http.get(`${server.url}/sim/rows`).on('error', () => undefined));
    while (server.stats().requests < 3) await new Promise((resolve) => setImmediate(resolve));
    await httpGet(`${server.url}/sim/rows`);
    expect(server.stats().concurrentMax).toBe(4);
    for (const request of stalled) request.destroy();
    await server.close();
  });

  test('a return before Retry-After has passed is counted, one after it is not', async () => {
    const { server, clock } = await start([
      rule({ kind: 'status', status: 429, body: 'json', retryAfter: 5 }, { times: 1 }),
    ]);
    await httpGet(`${server.url}/sim/rows`);
    clock.time += 4999;
    await httpGet(`${server.url}/sim/rows`);
    expect(server.stats().earlyReturns).toBe(1);
    clock.time += 1;
    await httpGet(`${server.url}/sim/rows`);
    expect(server.stats().earlyReturns).toBe(1);
    await server.close();
  });
});

describe('transport faults', () => {
  let server: SimulatorServer;
  let whole: string;
  beforeAll(async () => {
    ({ server } = await start());
    whole = (await httpGet(`${server.url}/sim/rows`)).body;
  });
  afterAll(() => server.close());
  const ask = (fault: FaultRule['fault']) => {
    server.setFaults([rule(fault)]);
    return httpGet(`${server.url}/sim/rows`);
  };

  test('a status with the body of the vendor, without Retry-After unless told', async () => {
    const answer = await ask({ kind: 'status', status: 503, body: 'json' });
    expect([answer.status, JSON.parse(answer.body)]).toEqual([503, { vendor: 'says', status: 503 }]);
    expect(answer.headers).not.toHaveProperty('retry-after');
  });

  test('Retry-After in seconds', async () => {
    const answer = await ask({ kind: 'status', status: 429, body: 'json', retryAfter: 7 });
    expect(answer.headers['retry-after']).toBe('7');
  });

  test('Retry-After as an HTTP date, never earlier than meant', async () => {
    const answer = await ask({ kind: 'status', status: 429, body: 'json', retryAfter: { date: 7 } });
    const date = Date.parse(answer.headers['retry-after'] ?? '');
    expect(date).toBeGreaterThanOrEqual(1_000_000 + 7000);
    expect(date).toBeLessThan(1_000_000 + 8000);
  });

  test.each([
    ['an HTML page as an error', { kind: 'status', status: 502, body: 'html' }, 502],
    ['an HTML page as a success', { kind: 'html', status: 200 }, 200],
  ] as const)('%s', async (_why, fault, status) => {
    const answer = await ask(fault);
    expect([answer.status, answer.headers['content-type']]).toEqual([status, 'text/html; charset=utf-8']);
    expect(answer.body).toMatch(/^<!DOCTYPE html>/);
  });

  test('JSON cut short under an honest length is a whole HTTP message', async () => {
    const answer = await ask({ kind: 'cut-json', declared: 'short' });
    expect(answer).toMatchObject({ status: 200, ended: 'complete', body: whole.slice(0, whole.length >> 1) });
  });

  test('JSON cut short under the full length ends as a broken connection', async () => {
    const answer = await ask({ kind: 'cut-json', declared: 'full' });
    expect(answer).toMatchObject({ status: 200, ended: 'aborted', body: whole.slice(0, whole.length >> 1) });
  });

  test('a stalled body: headers and half, then nothing', async () => {
    server.setFaults([rule({ kind: 'stall-body' })]);
    const answer = await httpGet(`${server.url}/sim/rows`, { giveUpAfterBytes: whole.length >> 1 });
    expect(answer).toMatchObject({ status: 200, ended: 'given up', body: whole.slice(0, whole.length >> 1) });
  });

  test('a disconnect: no answer at all', async () => {
    await expect(ask({ kind: 'disconnect' })).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  test('a redirect leads to another host and port, where tokens are counted', async () => {
    const answer = await ask({ kind: 'redirect', status: 307 });
    const location = new URL(answer.headers['location'] ?? '');
    expect(answer.status).toBe(307);
    expect(location.host).not.toBe(new URL(server.url).host);
    expect(location.hostname).not.toBe('127.0.0.1');
    await fetch(location, { headers: { authorization: 'Bearer leaked' } });
    expect(server.stats().foreign).toEqual({ requests: 1, withAuthorization: 1 });
  });

  test('a token dies: what exists now is refused, what comes after is not', async () => {
    const { server: own, tokens } = await start([rule({ kind: 'token-dies' }, { call: [2] })]);
    const authorization = `Bearer ${tokens.issue('jamf').value}`;
    const verdict = async (header: string): Promise<unknown> => {
      const answer = await httpGet(`${own.url}/sim/rows`, { headers: { authorization: header } });
      return (JSON.parse(answer.body) as { authorized: unknown }).authorized;
    };
    expect(await verdict(authorization)).toBe('ok');
    expect(await verdict(authorization)).toBe('unknown');
    expect(await verdict(`Bearer ${tokens.issue('jamf').value}`)).toBe('ok');
    await own.close();
  });

  test('a slow answer takes at least that long', async () => {
    const start = performance.now();
    await ask({ kind: 'slow', ms: 60 });
    expect(performance.now() - start).toBeGreaterThanOrEqual(55);
  });
});

describe('content faults reach the route', () => {
  test.each<readonly [FaultRule['fault'], Record<string, unknown>]>([
    [{ kind: 'empty' }, { total: 0, rows: [] }],
    [
      { kind: 'missing-rows', count: 2 },
      { total: 10, rows: ROWS.slice(2) },
    ],
    [
      { kind: 'duplicate-rows', count: 2 },
      { total: 10, rows: [0, 1, ...ROWS] },
    ],
    [{ kind: 'page-size-cap', size: 3 }, { size: 3 }],
    [{ kind: 'wrong-total', by: -4 }, { total: 6 }],
    [{ kind: 'wrong-total', by: -40 }, { total: 0 }],
    [
      { kind: 'fleet-remove', at: 1, count: 2 },
      { total: 8, ordinals: [1, 4, 5, 6, 7, 8, 9, 10] },
    ],
    [
      { kind: 'fleet-add', count: 1, restore: false },
      { total: 11, ordinals: [...ROWS.map((n) => n + 1), 11] },
    ],
  ])('%j', async (fault, expected) => {
    const { server } = await start([rule(fault)]);
    expect(JSON.parse((await httpGet(`${server.url}/sim/rows`)).body)).toMatchObject(expected);
    await server.close();
  });

  test('a foreign link names the host where tokens are counted', async () => {
    const { server } = await start([rule({ kind: 'foreign-next' })]);
    const { next } = JSON.parse((await httpGet(`${server.url}/sim/rows`)).body) as { next: string };
    expect(next.startsWith(`${server.foreignUrl}/sim`)).toBe(true);
    await server.close();
  });

  test('what a fault did to the fleet is undone by a reset', async () => {
    const { server } = await start([rule({ kind: 'fleet-remove', at: 0, count: 9 })]);
    const total = async (): Promise<unknown> =>
      (JSON.parse((await httpGet(`${server.url}/sim/rows`)).body) as { total: unknown }).total;
    expect(await total()).toBe(1);
    expect(await total()).toBe(1);
    server.setFaults([]);
    server.reset();
    // The rules of the start are back, too, and take their turn again.
    expect(await total()).toBe(1);
    await server.close();
  });
});

describe('faults over the control route', () => {
  test('a file that is right takes effect, a wrong one is refused with its problems', async () => {
    const { server } = await start();
    const put = (body: unknown) =>
      fetch(`${server.url}/_control/faults`, { method: 'PUT', body: JSON.stringify(body) });
    expect((await put([{ route: 'sim.rows', fault: { kind: 'status', status: 500 } }])).status).toBe(204);
    expect((await httpGet(`${server.url}/sim/rows`)).status).toBe(500);
    const refused = await put([{ route: 'sim.nothing', fault: { kind: 'empty' } }]);
    expect(refused.status).toBe(400);
    expect(((await refused.json()) as { problems: string[] }).problems[0]).toContain('sim.nothing');
    await server.close();
  });
});

describe('latency', () => {
  test('the real profile delays what is no control route', async () => {
    const { server } = await start([], { latency: 'real' });
    const start0 = performance.now();
    await httpGet(`${server.url}/_control/stats`);
    const control = performance.now() - start0;
    const start1 = performance.now();
    await httpGet(`${server.url}/sim/rows`);
    const read = performance.now() - start1;
    expect(control).toBeLessThan(400);
    expect(read).toBeGreaterThanOrEqual(445);
    await server.close();
  });
});
