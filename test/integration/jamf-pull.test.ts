import type { JamfConnector } from '../../connectors/jamf';
import { formatTime } from '../../core/device/iso-time';
import { PermanentError } from '../../core/errors';
import type { SyntheticDevice } from '../../simulators/fleet/synthetic-device';
import { startJamf } from '../support/simulated-mdm';
import type { Simulated } from '../support/simulated-mdm';
import { walkPull } from '../support/walk-pull';

let mdm: Simulated<JamfConnector>;
afterEach(() => mdm.close());

const everyDevice = (): readonly SyntheticDevice[] => mdm.fleet.slice(0, mdm.fleet.size);
const orNull = (text: string | null): string | null => (text === '' ? null : text);

describe('a full pull of Jamf Pro', () => {
  test('reads every device once and maps it as the fleet has it', async () => {
    mdm = await startJamf({ size: 700 });
    const pull = await walkPull(mdm.connector.inventory, mdm);
    expect(pull.readings).toBe(700);
    expect(pull.quarantined).toEqual([]);
    for (const device of everyDevice()) {
      expect(pull.devices.get(String(device.ordinal))).toMatchObject({
        platform: device.platform,
        osBuild: orNull(device.osBuild),
        modelId: orNull(device.modelId),
        serial: orNull(device.serial),
        udid: orNull(device.udid),
        enrollment: { state: device.enrollment, enrolledAt: formatTime(device.enrolledAt) },
        management: { mode: device.mode, ownership: device.ownership },
        lines: device.sims.map(({ slot, phone, carrier, roaming }) => ({ slot, phone, carrier, roaming })),
        apps: null,
      });
    }
  });

  test('costs its pages, one token and one version; no write, no call per device', async () => {
    mdm = await startJamf({ size: 700 });
    const pull = await walkPull(mdm.connector.inventory, mdm);
    const { requests, writes, unmatched } = mdm.simulators.stats();
    expect({ requests, writes, unmatched }).toEqual({ requests: 7 + 2, writes: 0, unmatched: 0 });
    expect(pull.requests).toBe(requests);
  });

  test('asks for the large app section only where an app is watched', async () => {
    const watchedApps = ['com.example.archiver'];
    mdm = await startJamf({ size: 200, settings: { watchedApps } });
    const { devices } = await walkPull(mdm.connector.inventory, mdm);
    const ids = new Set([...devices.values()].flatMap(({ apps }) => (apps ?? []).map(({ id }) => id)));
    expect([...devices.values()].every(({ apps }) => apps !== null)).toBe(true);
    expect([...ids].every((id) => watchedApps.includes(id))).toBe(true);
  });

  test('an older server gives tokens at the old path, which is found once', async () => {
    mdm = await startJamf({ size: 10, simulators: { jamfOptions: { tokenPathV1: false }, tokenLifetimeSeconds: 60 } });
    await walkPull(mdm.connector.inventory, mdm);
    mdm.clock.advance(120_000);
    await walkPull(mdm.connector.inventory, mdm);
    const { statuses, routes } = mdm.simulators.stats();
    expect(statuses['404']).toBe(1);
    expect(routes['jamf.token-old']?.requests).toBe(2);
  });

  test('wrong credentials end it at once, with where to look', async () => {
    mdm = await startJamf({ size: 10, settings: { auth: { clientId: 'x', clientSecret: 'y' } } });
    const error = await walkPull(mdm.connector.inventory, mdm).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PermanentError);
    expect(error).toMatchObject({
      context: { endpoint: 'POST /api/v1/oauth/token', hint: expect.stringContaining('clientSecret') },
    });
    expect(mdm.simulators.stats().requests).toBe(1);
  });

  test('10 % throttling, 1 % 5xx and a token that dies mid-run lose nothing', async () => {
    mdm = await startJamf({
      size: 900,
      settings: { pageSize: 20 },
      faults: [
        { route: 'jamf.*', when: { share: 0.1 }, fault: { kind: 'status', status: 429, body: 'json', retryAfter: 30 } },
        { route: 'jamf.*', when: { share: 0.01 }, fault: { kind: 'status', status: 502, body: 'html' } },
        { route: 'jamf.devices', when: { page: [20] }, fault: { kind: 'token-dies' } },
      ],
    });
    const pull = await walkPull(mdm.connector.inventory, mdm);
    expect(pull.devices.size).toBe(900);
    expect(pull.retries).toBeGreaterThan(1);
    expect(mdm.simulators.stats().earlyReturns).toBe(0);
  });

  test('a redirect is refused, and the token does not travel', async () => {
    mdm = await startJamf({
      size: 300,
      faults: [{ route: 'jamf.devices', when: { page: [1] }, fault: { kind: 'redirect', status: 302 } }],
    });
    await expect(walkPull(mdm.connector.inventory, mdm)).rejects.toBeInstanceOf(PermanentError);
    expect(mdm.simulators.stats().foreign).toEqual({ requests: 0, withAuthorization: 0 });
  });
});

describe('an incremental pull', () => {
  test('brings what changed since, and every device that is no longer managed', async () => {
    mdm = await startJamf({ size: 900 });
    const since = mdm.clock.now() - 12 * 3_600_000;
    const pull = await walkPull(mdm.connector.inventory, {
      ...mdm,
      request: { mode: 'incremental', since: formatTime(since) },
    });
    expect(pull.stages.map(({ name }) => name)).toEqual(['changed', 'unmanaged']);
    const wanted = everyDevice().filter(
      ({ inventoryAt, enrollment }) => inventoryAt >= since || enrollment === 'unenrolled',
    );
    expect(wanted.some(({ enrollment }) => enrollment === 'unenrolled')).toBe(true);
    for (const { ordinal } of wanted) expect(pull.devices.has(String(ordinal))).toBe(true);
    const early = since - 10 * 60_000;
    for (const { inventoryAt, enrollment, ordinal } of everyDevice()) {
      if (inventoryAt < early && enrollment !== 'unenrolled') expect(pull.devices.has(String(ordinal))).toBe(false);
    }
  });
});
