import { makePullContext, oneStage, walkPull } from '../support/walk-pull';
import { startWorkspaceOne } from '../support/simulated-mdm';
import type { Simulated } from '../support/simulated-mdm';
import type { WorkspaceOneConnector } from '../../connectors/workspace-one';
import { formatTime } from '../../core/device/iso-time';
import type { SyntheticDevice } from '../../simulators/fleet/synthetic-device';

const DAY = 86_400_000;
const MESSAGES = 'com.google.android.apps.messaging';
const CARRIER_SERVICES = 'com.google.android.ims';

let mdm: Simulated<WorkspaceOneConnector>;
afterEach(() => mdm.close());

const everyDevice = (): readonly SyntheticDevice[] => mdm.fleet.slice(0, mdm.fleet.size);

/** The simulator leaves unknown values blank; ours are null. */
const orNull = (text: string | null): string | null => (text === '' ? null : text);

describe('a full pull of Workspace ONE', () => {
  test('reads every device once, in pages of 500, and states what the server states', async () => {
    mdm = await startWorkspaceOne({ size: 1_345 });
    const pull = await walkPull(mdm.connector.inventory, mdm);
    expect([...pull.devices.keys()].sort()).toEqual(
      everyDevice()
        .map(({ guid }) => guid)
        .sort(),
    );
    expect(pull.quarantined).toEqual([]);
    expect(pull.stages[0]).toEqual({ name: 'devices', pages: 3, expected: 1_345 });
  });

  test('costs its pages and a few calls, none per device', async () => {
    mdm = await startWorkspaceOne({ size: 1_345, settings: { watchedApps: [MESSAGES, CARRIER_SERVICES] } });
    const pull = await walkPull(mdm.connector.inventory, mdm);
    const pages = pull.stages.reduce((sum, stage) => sum + stage.pages, 0);
    expect(pull.requests).toBeLessThanOrEqual(pages + 20);
    const { requests, writes, unmatched } = mdm.simulators.stats();
    expect({ requests, writes, unmatched }).toEqual({ requests: pull.requests, writes: 0, unmatched: 0 });
  });

  test.each([0, 60, -300, 330])(
    'tells times in UTC although the account is %i minutes ahead',
    async (offsetMinutes) => {
      mdm = await startWorkspaceOne({ size: 600, simulators: { workspaceOneOptions: { offsetMinutes } } });
      const pull = await walkPull(mdm.connector.inventory, mdm);
      for (const { guid, enrolledAt, lastSeenAt } of everyDevice()) {
        expect(pull.devices.get(guid)?.enrollment).toMatchObject({
          enrolledAt: formatTime(enrolledAt),
          lastSeenAt: formatTime(lastSeenAt),
        });
      }
      expect(mdm.simulators.stats().routes['ws1.device']?.requests).toBe(1);
      expect(pull.warnings).toEqual([]);
    },
  );

  test('maps platform, ownership, state and lines as the fleet has them', async () => {
    mdm = await startWorkspaceOne({ size: 1_500 });
    const { devices } = await walkPull(oneStage(mdm.connector.inventory, 'devices'), mdm);
    for (const device of everyDevice()) {
      const read = devices.get(device.guid);
      expect(read).toMatchObject({
        platform: device.platform,
        osVersion: orNull(device.osVersion),
        osBuild: orNull(device.osBuild),
        model: orNull(device.model),
        enrollment: { state: device.enrollment },
        user: { id: device.user?.id ?? null, email: device.user?.email ?? null },
        securityPatch:
          device.platform === 'android' && device.enrollment !== 'pending' ? orNull(device.securityPatch) : null,
        integrity: { jailbroken: device.jailbroken },
      });
      if (device.enrollment === 'pending') continue;
      expect(
        read?.lines.map(({ slot, phone, iccid, carrier, homePlmn, roaming }) => ({
          slot,
          phone,
          iccid,
          carrier,
          homePlmn,
          roaming,
        })),
      ).toEqual(
        device.sims.map(({ slot, phone, iccid, carrier, roaming }) => ({
          slot,
          phone,
          iccid: orNull(iccid),
          carrier,
          homePlmn: null,
          roaming,
        })),
      );
    }
    const owners = new Set([...devices.values()].map(({ management }) => management.ownership));
    expect(owners).toEqual(new Set(['corporate', 'personal', 'unknown']));
    const modes = new Set([...devices.values()].map(({ management }) => management.mode));
    expect(modes).toEqual(new Set(['supervised', 'device', 'unknown']));
  });

  test('brings the versions of the watched apps by app, and nothing about devices nobody looked at', async () => {
    mdm = await startWorkspaceOne({
      size: 1_600,
      settings: { watchedApps: [MESSAGES, CARRIER_SERVICES, 'com.example.absent'] },
    });
    const pull = await walkPull(mdm.connector.inventory, mdm);
    expect(pull.warnings).toEqual([expect.stringContaining('com.example.absent')]);
    expect([...pull.devices.values()].every(({ apps }) => apps === null)).toBe(true);
    const expected = everyDevice().flatMap(({ guid, platform, mode, enrollment, ordinal, apps }) => {
      const visible =
        platform === 'android' && enrollment === 'enrolled' && (mode === 'fully-managed' || mode === 'dedicated');
      if (!visible) return [];
      return [MESSAGES, CARRIER_SERVICES].map((appId) => {
        const app = apps.find(({ id }) => id === appId);
        // The simulator withholds the version of every 61st device.
        const version = app === undefined || ordinal % 61 === 0 ? null : app.version;
        return `${guid} ${appId} ${app === undefined ? 'absent' : 'installed'} ${version ?? ''}`;
      });
    });
    const seen = pull.apps.map(
      ({ vendorId, appId, installed, version }) =>
        `${vendorId} ${appId} ${installed ? 'installed' : 'absent'} ${version ?? ''}`,
    );
    expect(expected.length).toBeGreaterThan(500);
    expect(seen.sort()).toEqual(expected.sort());
  });

  test('no watched app, no app stage', async () => {
    mdm = await startWorkspaceOne({ size: 1 });
    expect(mdm.connector.inventory.stages({ mode: 'full' }).map(({ name }) => name)).toEqual(['devices', 'unenrolled']);
  });

  test('at most two requests are under way, however many pages are asked for', async () => {
    const faults = [{ route: 'ws1.devices', when: {}, fault: { kind: 'slow', ms: 30 } }] as const;
    mdm = await startWorkspaceOne({ size: 1_600, faults });
    const { inventory } = mdm.connector;
    const context = makePullContext('devices');
    const { next } = await inventory.fetchPage({ pageNo: 0, cursor: null }, context);
    expect(next.map(({ pageNo }) => pageNo)).toEqual([1, 2, 3]);
    const cursor = next[0]?.cursor ?? null;
    await Promise.all([1, 2, 3, 4, 5].map((pageNo) => inventory.fetchPage({ pageNo, cursor }, context)));
    expect(mdm.simulators.stats().routes['ws1.devices']?.concurrentMax).toBe(2);
  });

  test('an empty tenant is an empty, complete list', async () => {
    mdm = await startWorkspaceOne({ size: 0 });
    const pull = await walkPull(mdm.connector.inventory, mdm);
    expect(pull.devices.size).toBe(0);
    expect(pull.stages.map(({ pages, expected }) => ({ pages, expected }))).toEqual([
      { pages: 1, expected: 0 },
      { pages: 1, expected: 0 },
    ]);
  });
});

describe('the feed of ended enrollments', () => {
  test('a full pull looks back a month; the rows say unenrolled and little else', async () => {
    mdm = await startWorkspaceOne({ size: 4_000 });
    const source = oneStage(mdm.connector.inventory, 'unenrolled');
    const pull = await walkPull(source, mdm);
    const from = mdm.clock.now() - 30 * DAY;
    const expected = everyDevice().filter(
      (device) => device.enrollment === 'unenrolled' && device.lastSeenAt >= from + DAY,
    );
    expect(expected.length).toBeGreaterThan(10);
    for (const { guid, enrolledAt } of expected) {
      expect(pull.devices.get(guid)).toMatchObject({
        enrollment: { state: 'unenrolled', raw: 'Unenrolled', enrolledAt: formatTime(enrolledAt) },
        user: { name: null, email: null },
        lines: [],
        apps: null,
      });
    }
    expect([...pull.devices.values()].every(({ enrollment }) => enrollment.state === 'unenrolled')).toBe(true);
  });
});

describe('an incremental pull', () => {
  test('brings all that were seen since, whatever the zone of the account, and all that left', async () => {
    mdm = await startWorkspaceOne({ size: 1_600, simulators: { workspaceOneOptions: { offsetMinutes: 840 } } });
    const since = mdm.clock.now() - 2 * DAY;
    const pull = await walkPull(mdm.connector.inventory, {
      ...mdm,
      request: { mode: 'incremental', since: formatTime(since) },
    });
    expect(pull.stages.map(({ name }) => name)).toEqual(['devices', 'unenrolled']);
    const wanted = everyDevice().filter(({ lastSeenAt }) => lastSeenAt >= since);
    expect(wanted.length).toBeGreaterThan(100);
    for (const { guid } of wanted) expect(pull.devices.has(guid)).toBe(true);
    // A day of overlap on each side of the zone, not the whole fleet.
    for (const { lastSeenAt, guid } of everyDevice()) {
      if (lastSeenAt < since - 2 * DAY) expect(pull.devices.has(guid)).toBe(false);
    }
    expect(mdm.connector.inventory.watermark).toBe('lastSeenAt');
  });

  test('nothing new is an empty answer (204), not an error', async () => {
    mdm = await startWorkspaceOne({ size: 500 });
    const since = formatTime(mdm.clock.now() + 3 * DAY);
    const pull = await walkPull(mdm.connector.inventory, { ...mdm, request: { mode: 'incremental', since } });
    expect(pull.devices.size).toBe(0);
    expect(mdm.simulators.stats().statuses['204']).toBe(2);
  });
});
