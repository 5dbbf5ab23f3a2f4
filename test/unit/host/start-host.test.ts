/** The host with an app of its own: Microsoft's library converts here as it does in Azure, in a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { resolved } from '../../../host/start-host';
import { openEmbeddedState } from '../../../storage/sqlite/open-state';
import { bundleEntry } from '../../support/bundle-entry';
import type { BundledEntry } from '../../support/bundle-entry';
import type { Started } from '../../support/run-host';

/** Says in its log what it was given, as one JSON document. */
const APP = `
const { app } = require(${JSON.stringify(require.resolve('@azure/functions'))});
app.http('open', {
  methods: ['GET', 'POST'], route: 'things/{id?}', authLevel: 'anonymous',
  handler: async (request, context) => ({
    status: 201,
    headers: { 'X-Invocation': context.invocationId },
    jsonBody: {
      method: request.method, url: request.url, id: request.params.id ?? null, query: request.query.get('a'),
      header: request.headers.get('x-own'), body: await request.text(), function: context.functionName,
    },
  }),
});
app.http('hook', { methods: ['POST'], route: 'hook', authLevel: 'function', handler: async () => ({ status: 204 }) });
app.http('slow', {
  methods: ['GET'], route: 'slow', authLevel: 'anonymous',
  handler: async (request, context) => {
    context.log('{"begun":true}');
    await new Promise((resolve) => setTimeout(resolve, 300));
    return { body: 'done' };
  },
});
app.http('broken', { methods: ['GET'], route: 'broken', authLevel: 'anonymous', handler: async () => { throw new Error('row 7'); } });
app.storageQueue('work', {
  queueName: '%WORK_QUEUE%', connection: 'X',
  handler: async (entry, context) => {
    const { dequeueCount, id } = context.triggerMetadata;
    context.log(JSON.stringify({ entry, dequeueCount, id }));
    if (entry.fail) throw new Error('on purpose');
  },
});
app.timer('tick', {
  schedule: '%TICK%', runOnStartup: false, useMonitor: true,
  handler: async (timer, context) => { context.log(JSON.stringify(timer)); },
});
`;
const HOST_JSON = {
  version: '2.0',
  extensions: {
    http: { routePrefix: 'api' },
    queues: {
      batchSize: 2,
      newBatchThreshold: 1,
      visibilityTimeout: '00:00:00',
      maxDequeueCount: 2,
      maxPollingInterval: '00:00:01',
    },
  },
};
const SETTINGS = { WORK_QUEUE: 'contoso-work', TICK: '* * * * * *' };

let program: BundledEntry;
let folder: string;

beforeAll(() => {
  program = bundleEntry('test/support/run-host.ts');
});
afterAll(() => program.remove());
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'muster-host-'));
  writeFileSync(path.join(folder, 'app.cjs'), APP);
  writeFileSync(path.join(folder, 'host.json'), JSON.stringify(HOST_JSON));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface LogLine {
  readonly functionName: string;
  readonly level: string;
  readonly message: string;
}

interface Running extends Started {
  /** The next record of that function; waits for it. */
  readonly logged: (functionName: string) => Promise<Record<string, unknown>>;
  /** @returns the exit code. */
  readonly stop: () => Promise<number | null>;
}

function launch(settings: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, ['--no-warnings', program.file, path.join(folder, 'app.cjs'), folder], {
    stdio: 'pipe',
    env: { PATH: process.env['PATH'], ...settings },
  });
  let notes = '';
  child.stderr.on('data', (chunk: Buffer) => void (notes += chunk.toString()));
  const closed = once(child, 'close') as Promise<[number | null]>;
  return { child, closed, notes: () => notes };
}

async function run(settings: Readonly<Record<string, string>> = SETTINGS): Promise<Running> {
  const { child, closed, notes } = launch(settings);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`the host ended: ${notes()}`);
    return JSON.parse(value);
  };
  const started = (await next()) as Started;
  const waiting: LogLine[] = [];
  return {
    ...started,
    async logged(functionName) {
      for (;;) {
        const at = waiting.findIndex((line) => line.functionName === functionName);
        const [found] = at === -1 ? [] : waiting.splice(at, 1);
        if (found !== undefined) return JSON.parse(found.message) as Record<string, unknown>;
        waiting.push((await next()) as LogLine);
      }
    },
    async stop() {
      child.stdin.end();
      return (await closed)[0];
    },
  };
}

test('HTTP, queue and timer functions run, and the end is in good order', async () => {
  const host = await run();
  expect(host.functions).toEqual(['open', 'hook', 'slow', 'broken', 'work', 'tick']);
  expect(host.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/api$/);

  const answer = await fetch(`${host.url}/things/t-1?a=b%20c`, {
    method: 'POST',
    headers: { 'X-Own': 'yes' },
    body: 'é',
  });
  expect(answer.status).toBe(201);
  expect(answer.headers.get('x-invocation')).toMatch(/^[0-9a-f-]{36}$/);
  expect(await answer.json()).toEqual({
    method: 'POST',
    url: `${host.url}/things/t-1?a=b%20c`,
    id: 't-1',
    query: 'b c',
    header: 'yes',
    body: 'é',
    function: 'open',
  });
  expect(await (await fetch(`${host.url}/things`)).json()).toMatchObject({ id: null, body: '' });
  expect((await fetch(`${host.url}/broken`)).status).toBe(500);

  expect((await fetch(`${host.url}/hook`, { method: 'POST' })).status).toBe(401);
  const headers = { 'x-functions-key': host.key };
  expect((await fetch(`${host.url}/hook`, { method: 'POST', headers })).status).toBe(204);

  // As the platform hands it over: the library turns the names into camel case.
  const timer = await host.logged('tick');
  expect(timer).toMatchObject({
    isPastDue: false,
    schedule: { adjustForDST: false },
    scheduleStatus: { last: expect.any(String), next: expect.stringMatching(/Z$/), lastUpdated: expect.any(String) },
  });

  const slow = fetch(`${host.url}/slow`).then((response) => response.text());
  await host.logged('slow');
  const code = await host.stop();
  expect([code, await slow]).toEqual([0, 'done']);
});

test('a message reaches its function as JSON, twice where it fails, and then lies in the poison queue', async () => {
  const clock = { now: () => Date.now() };
  const before = await openEmbeddedState(path.join(folder, 'state'), { clock });
  await before.queue.send('contoso-work', JSON.stringify({ n: 1, fail: true }));
  before.close();

  const host = await run({ ...SETTINGS, TICK: '0 0 0 1 1 *' });
  const first = await host.logged('work');
  const second = await host.logged('work');
  expect([first, second]).toEqual([
    { entry: { n: 1, fail: true }, dequeueCount: 1, id: expect.anything() },
    { entry: { n: 1, fail: true }, dequeueCount: 2, id: first['id'] },
  ]);
  expect(await host.stop()).toBe(0);

  const after = await openEmbeddedState(path.join(folder, 'state'), { clock });
  const parked = await after.queue.receive('contoso-work-poison', { max: 32, visibilitySeconds: 1 });
  after.close();
  expect(parked).toMatchObject([{ body: '{"n":1,"fail":true}', poisoned: { queue: 'contoso-work' } }]);
});

describe('the start is refused, and nothing is left running', () => {
  test.each<{ why: string; settings: Record<string, string>; message: RegExp }>([
    { why: 'the queue has no setting', settings: { TICK: SETTINGS.TICK }, message: /WORK_QUEUE is not set/ },
    { why: 'the schedule has none', settings: { WORK_QUEUE: 'w-1' }, message: /TICK is not set/ },
    { why: 'a setting is empty', settings: { ...SETTINGS, WORK_QUEUE: '' }, message: /WORK_QUEUE is not set/ },
    { why: 'a schedule is none', settings: { ...SETTINGS, TICK: 'hourly' }, message: /"hourly"/ },
    {
      why: 'a schedule never comes true',
      settings: { ...SETTINGS, TICK: '0 0 0 30 2 *' },
      message: /never comes true/,
    },
  ])('$why', async ({ settings, message }) => {
    const { child, closed, notes } = launch(settings);
    const printed = text(child.stdout);
    child.stdin.end();
    // Something left running would keep the process: the test would end by its time limit.
    const [code] = await closed;
    // It never said that it was there.
    expect([code, await printed]).toEqual([1, '']);
    expect(notes()).toMatch(message);
  });
});

describe('a setting named in a binding', () => {
  const settings = { A: 'one', B_2: 'two', EMPTY: '' };
  test.each([
    ['%A%', 'one'],
    ['%A%-poison', 'one-poison'],
    ['x-%A%-%B_2%', 'x-one-two'],
    ['plain', 'plain'],
    ['100%', '100%'],
    ['%', '%'],
  ])('%s is %s', (value, is) => {
    expect(resolved(value, settings)).toBe(is);
  });

  test('its value is not looked into again', () => {
    expect(resolved('%A%', { A: '%B%', B: 'no' })).toBe('%B%');
  });

  test.each(['%MISSING%', '%EMPTY%', 'x-%a%'])('%s is refused by name', (value) => {
    expect(() => resolved(value, settings)).toThrow(/^the app setting (MISSING|EMPTY|a) is not set$/);
  });
});
