/** What went wrong for others with Jamf Pro, as far as it touches reading: facts/jamf-pro.md §8. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeJamfConnector } from '../../connectors/jamf';
import type { JamfConnector, JamfSettings } from '../../connectors/jamf';
import { formatTime, parseTime } from '../../core/device/iso-time';
import { PermanentError, TransientError } from '../../core/errors';
import type { FaultRule } from '../../simulators';
import { startScriptedServer } from '../support/scripted-server';
import type { ScriptedServer, SeenRequest } from '../support/scripted-server';
import { startJamf } from '../support/simulated-mdm';
import type { Simulated, SimulatedOptions } from '../support/simulated-mdm';
import { makeMovableClock, walkPull } from '../support/walk-pull';
import type { MovableClock, WalkedPull } from '../support/walk-pull';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

let mdm: Simulated<JamfConnector>;
async function start(options: SimulatedOptions<JamfSettings>): Promise<void> {
  mdm = await startJamf(options);
  closers.push(mdm.close);
}

async function pullWith(
  faults: readonly FaultRule[],
  options: Partial<SimulatedOptions<JamfSettings>> = {},
): Promise<WalkedPull> {
  await start({ size: 450, faults, ...options });
  return walkPull(mdm.connector.inventory, mdm);
}

const failureOf = (running: Promise<unknown>): Promise<unknown> =>
  running.then(
    () => null,
    (error: unknown) => error,
  );

const on = (route: string, fault: FaultRule['fault'], when: FaultRule['when'] = {}): FaultRule => ({
  route,
  fault,
  when,
});

/** A Jamf Pro that answers as the test writes it, for what the simulator does not do. */
async function startSmallJamf(detail: (request: SeenRequest) => readonly unknown[]): Promise<{
  server: ScriptedServer;
  connector: JamfConnector;
  clock: MovableClock;
  details: () => readonly SeenRequest[];
}> {
  const server = await startScriptedServer((request) => {
    if (request.path.endsWith('/oauth/token')) return { body: { access_token: 't', expires_in: 3600 } };
    if (request.path.endsWith('/jamf-pro-version')) return { body: { version: '11.30.1-t1' } };
    const results = detail(request);
    return { body: { totalCount: results.length, results } };
  });
  const clock = makeMovableClock();
  const auth = { clientId: 'c', clientSecret: 's' };
  const settings = { id: 'jamf', baseUrl: server.url, pageSize: 100, watchedApps: [], auth, defaultCountry: null };
  const connector = makeJamfConnector(settings, {
    clock,
    random: { next: () => 0, id: () => 'id' },
    userAgent: 'Muster/test',
  });
  closers.push(async () => {
    connector.close();
    await server.close();
  });
  return { server, connector, clock, details: () => server.seen.filter(({ path }) => path.endsWith('/detail')) };
}

describe('field cases', () => {
  test('1: a date that the server printed with one digit goes back with three, ten minutes earlier', async () => {
    const { connector, clock, details } = await startSmallJamf(() => []);
    const since = parseTime('2026-11-21T08:15:26.6Z');
    if (since === null) throw new Error('unreadable');
    await walkPull(connector.inventory, { clock, request: { mode: 'incremental', since } });
    expect(details().map(({ query }) => query.get('filter'))).toEqual([
      'lastInventoryUpdateDate=ge="2026-11-21T08:05:26.600Z"',
      'managed==false',
    ]);
    expect(details()[0]?.query.get('sort')).toBe('lastInventoryUpdateDate:asc,mobileDeviceId:asc');
    expect(details()[0]?.query.getAll('section')).toContain('GENERAL');
  });

  test('2: 2500 devices of one timestamp, in pages of 100: all are seen, and the pull ends', async () => {
    await start({ size: 2_600, simulators: { inventoryTies: 2_500 } });
    const since = formatTime(mdm.fleet.inventoryAt(1));
    const pull = await walkPull(mdm.connector.inventory, { ...mdm, request: { mode: 'incremental', since } });
    for (let ordinal = 1; ordinal <= 2_500; ordinal += 1) expect(pull.devices.has(String(ordinal))).toBe(true);
  });

  test('3: devices without an inventory date are read by the full pull and carry no time that could become a watermark', async () => {
    const rows = [null, '', undefined].map((lastInventoryUpdateDate, i) => ({
      mobileDeviceId: String(i + 1),
      general: { lastInventoryUpdateDate, managed: true },
    }));
    const { connector, clock } = await startSmallJamf(() => rows);
    const { devices } = await walkPull(connector.inventory, { clock });
    expect(connector.inventory.watermark).toBe('inventoryAt');
    expect([...devices.values()].map(({ inventoryAt }) => inventoryAt)).toEqual([null, null, null]);
  });

  test('4: asked for 5000 rows, given 2000 without a word: all 4100 are read', async () => {
    const pull = await pullWith([], { size: 4_100, settings: { pageSize: 5_000 } });
    expect(pull.devices.size).toBe(4_100);
    expect(pull.stages).toEqual([{ name: 'devices', pages: 3, expected: 4_100 }]);
  });

  test('5: a page size that is ignored: always 100 rows, all are read', async () => {
    const pull = await pullWith([on('jamf.devices', { kind: 'page-size-cap', size: 100 })], {
      settings: { pageSize: 1_000 },
    });
    expect(pull.devices.size).toBe(450);
    expect(pull.stages[0]?.pages).toBe(5);
  });

  test('6: tokens of 60 seconds and a pull of five minutes: no page is lost, none is asked for twice', async () => {
    await start({ size: 1_000, settings: { pageSize: 100 }, simulators: { tokenLifetimeSeconds: 60 } });
    const pull = await walkPull(mdm.connector.inventory, { ...mdm, afterPage: () => mdm.clock.advance(30_000) });
    expect(pull).toMatchObject({ retries: 0 });
    expect(pull.devices.size).toBe(1_000);
    const { statuses, routes } = mdm.simulators.stats();
    expect(statuses['401']).toBeUndefined();
    expect(routes['jamf.devices']?.requests).toBe(10);
  });

  test('6: a token that dies early costs one repeated call', async () => {
    const pull = await pullWith([on('jamf.devices', { kind: 'token-dies' }, { page: [2] })]);
    expect(pull.devices.size).toBe(450);
    expect(pull.retries).toBe(0);
    expect(mdm.simulators.stats().statuses['401']).toBe(1);
  });

  test.each([
    { life: 60, most: 7 },
    { life: 300, most: 2 },
    { life: 900, most: 1 },
  ])('7: a token of $life s is asked for at most $most times in five minutes', async ({ life, most }) => {
    await start({ size: 300, settings: { pageSize: 10 }, simulators: { tokenLifetimeSeconds: life } });
    await walkPull(mdm.connector.inventory, { ...mdm, afterPage: () => mdm.clock.advance(10_000) });
    expect(mdm.simulators.stats().tokens).toBeLessThanOrEqual(most);
  });

  test('9: devices without a serial, or with the text "Not Available", are kept without one', async () => {
    const rows = [null, 'Not Available', 'TEST123'].map((serialNumber, i) => ({
      mobileDeviceId: String(i + 1),
      hardware: { serialNumber },
    }));
    const { connector, clock } = await startSmallJamf(() => rows);
    const { devices } = await walkPull(connector.inventory, { clock });
    expect([...devices.values()].map(({ serial }) => serial)).toEqual([null, null, 'TEST123']);
  });

  test.each([
    { fault: { kind: 'status', status: 500, body: 'html' }, kind: TransientError },
    { fault: { kind: 'status', status: 403, body: 'json' }, kind: PermanentError },
    { fault: { kind: 'status', status: 404, body: 'html' }, kind: PermanentError },
    { fault: { kind: 'html', status: 200 }, kind: TransientError },
  ] as const)(
    '10: $fault in the middle is an error that names the endpoint, never an empty list',
    async ({ fault, kind }) => {
      const error = await failureOf(pullWith([on('jamf.devices', fault, { page: [2] })]));
      expect(error).toBeInstanceOf(kind);
      expect(error).toMatchObject({
        context: { connectorId: 'jamf', endpoint: 'GET /api/v2/mobile-devices/detail', hint: expect.any(String) },
      });
    },
  );

  test('10: an empty page in the middle still leaves the gap to the stated total in sight', async () => {
    const pull = await pullWith([on('jamf.devices', { kind: 'missing-rows', count: 100 }, { page: [2] })]);
    expect(pull.devices.size).toBe(350);
    expect(pull.stages[0]).toMatchObject({ pages: 5, expected: 450 });
  });

  test('11: from 11.29 on a broken device is printed without its broken section, and costs no call', async () => {
    const pull = await pullWith([], { simulators: { jamfOptions: { version: '11.30.1', brokenDevices: [217] } } });
    expect(pull.devices.get('217')).toMatchObject({ serial: null, model: null });
    expect(pull.quarantined).toEqual([]);
    expect(mdm.simulators.stats().routes['jamf.devices']?.requests).toBe(5);
  });

  test('11: before that its page is read in parts; it alone is quarantined', async () => {
    const pull = await pullWith([], { simulators: { jamfOptions: { version: '11.28.0', brokenDevices: [217, 305] } } });
    expect(pull.devices.size).toBe(448);
    expect(pull.devices.has('217')).toBe(false);
    expect(pull.quarantined.map(({ reason }) => reason)).toEqual([
      expect.stringContaining('position 216'),
      expect.stringContaining('position 304'),
    ]);
    expect(pull.stages[0]?.expected).toBe(450);
    expect(mdm.simulators.stats().routes['jamf.devices']?.requests).toBeLessThan(60);
  });

  test('11: a server that only fails is not read in parts for ever', async () => {
    const faults = [on('jamf.devices', { kind: 'status', status: 500, body: 'json' })];
    const simulators = { jamfOptions: { version: '11.28.0' } };
    const error = await failureOf(pullWith(faults, { simulators, settings: { pageSize: 1_000 } }));
    expect(error).toBeInstanceOf(TransientError);
    expect(mdm.simulators.stats().routes['jamf.devices']?.requests).toBeLessThan(5 * 60);
  });

  test.each([
    { headers: { 'content-type': 'text/plain;charset=UTF-8' }, reason: 'JSON that calls itself text' },
    { headers: { 'content-type': 'application/json' }, reason: 'JSON' },
  ])('19: $reason is read', async ({ headers }) => {
    const server = await startScriptedServer(({ path }) => {
      if (path.endsWith('/oauth/token')) return { headers, body: '{"access_token":"t","expires_in":60}' };
      if (path.endsWith('/jamf-pro-version')) return { headers, body: '{"version":"11.30.1"}' };
      return { headers, body: '{"totalCount":1,"results":[{"mobileDeviceId":"7"}]}' };
    });
    const clock = makeMovableClock();
    const auth = { clientId: 'c', clientSecret: 's' };
    const connector = makeJamfConnector(
      { id: 'jamf', baseUrl: server.url, pageSize: 100, watchedApps: [], auth, defaultCountry: null },
      { clock, random: { next: () => 0, id: () => 'id' }, userAgent: 'Muster/test' },
    );
    closers.push(server.close);
    expect([...(await walkPull(connector.inventory, { clock })).devices.keys()]).toEqual(['7']);
    connector.close();
  });

  test('20: neither the Classic list nor a detail call per device is ever made, nor stands in the code', async () => {
    await pullWith([]);
    const { routes, requests } = mdm.simulators.stats();
    expect(Object.keys(routes).sort()).toEqual(['jamf.devices', 'jamf.token', 'jamf.version']);
    expect(requests).toBe(7);
    const folder = join(__dirname, '../../connectors/jamf');
    for (const file of readdirSync(folder)) {
      const code = readFileSync(join(folder, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
      expect(code).not.toMatch(/JSSResource|mobile-devices\/\$\{/);
    }
  });

  test('22: a second 401 is no old token: it stops and lists the privileges by the names of the console', async () => {
    const error = await failureOf(pullWith([on('jamf.devices', { kind: 'status', status: 401, body: 'json' })]));
    expect(error).toBeInstanceOf(PermanentError);
    expect(error).toMatchObject({ context: { status: 401, hint: expect.stringContaining('Read Mobile Devices') } });
    expect(mdm.simulators.stats().routes['jamf.devices']?.requests).toBe(2);
  });

  test('22: the same for a privilege that the client does not have', async () => {
    const error = await failureOf(pullWith([], { simulators: { jamfOptions: { privileges: [] } } }));
    expect(error).toMatchObject({
      name: 'PermanentError',
      message: expect.stringContaining('INVALID_PRIVILEGE'),
      context: { status: 403, hint: expect.stringContaining('Read Mobile Devices') },
    });
  });
});
