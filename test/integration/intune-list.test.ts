import { PartialRunError, PermanentError, ThrottledError, TransientError } from '../../core/errors';
import { mergeDevice } from '../../core/sweep/merge-device';
import type { IsoTime } from '../../core/device/managed-device';
import { connect, FIRST, guid, pullContext, startServer, walkStage, NOW } from '../unit/connectors/intune/fake-graph';
import type { Answer, Asked, FakeServer } from '../unit/connectors/intune/fake-graph';
import { closeBenches, fleetIds, startBench } from './intune-simulator';
import type { IntuneBench } from './intune-simulator';

const servers: FakeServer[] = [];

afterEach(async () => {
  await closeBenches();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const FORBIDDEN = { kind: 'status', status: 403, body: 'json' } as const;

/** A server that answers device pages by the order of asking. */
async function startList(answer: (asked: Asked, base: string, call: number) => Answer) {
  let call = 0;
  const server = await startServer((asked, base) => answer(asked, base, call++));
  servers.push(server);
  const connector = connect(server.base);
  return { server, inventory: connector.inventory };
}

async function pull(bench: Pick<IntuneBench, 'inventory'>, context = pullContext()) {
  const pages = await walkStage(bench.inventory, context);
  const decoded = pages.map(({ page }) => page.decode());
  return {
    pages: pages.map(({ page }) => page),
    devices: decoded.flatMap(({ devices }) => devices),
    quarantined: decoded.flatMap(({ quarantined }) => quarantined),
    duplicates: decoded.reduce((sum, { duplicates }) => sum + duplicates, 0),
    warnings: pages.flatMap(({ page }) => page.warnings),
    requests: context.requests(),
  };
}

describe('the device list, by nextLink', () => {
  it('brings every device once, states the total and costs one request a page and one token', async () => {
    const bench = await startBench({ devices: 2500 });
    const { devices, pages, quarantined, requests } = await pull(bench);
    expect(devices.map(({ vendorId }) => vendorId)).toEqual(fleetIds(bench));
    expect(quarantined).toEqual([]);
    expect(pages.map(({ rows, expected, lastPage }) => [rows, expected, lastPage])).toEqual([
      [1000, 2500, null],
      [1000, null, null],
      [500, null, 2],
    ]);
    expect(requests).toBe(4);
  });

  it('says what the fleet is: platform, state, ownership, OS and user of every device', async () => {
    const bench = await startBench({ devices: 400 });
    const { devices } = await pull(bench);
    const fleet = bench.simulators.fleets.intune;
    const states = { pending: 'pending', 'wipe-pending': 'wipe-pending', 'retire-pending': 'retire-pending' };
    for (const [at, device] of devices.entries()) {
      const truth = fleet.device(at + 1)!;
      expect(device.platform).toBe(truth.platform);
      expect(device.management.ownership).toBe(truth.ownership);
      expect(device.osVersion).toBe(truth.osVersion === '' ? null : device.osVersion);
      expect(device.user.email).toBe(truth.user?.email ?? null);
      expect(device.enrollment.lastSeenAt).toBe(new Date(Math.floor(truth.lastSeenAt / 1000) * 1000).toISOString());
      if (truth.enrollment in states) expect(device.enrollment.state).toBe(truth.enrollment);
    }
  });

  it('takes a count that only counts the page for no total', async () => {
    const bench = await startBench({ devices: 1500, simulator: { countMeans: 'page' } });
    const { pages, devices } = await pull(bench);
    expect(pages.map(({ expected }) => expected)).toEqual([null, null]);
    expect(devices).toHaveLength(1500);
  });

  it('an empty fleet is an empty page, for the sweep to judge', async () => {
    const bench = await startBench({ devices: 0 });
    const { pages } = await pull(bench);
    expect(pages.map(({ rows, expected, lastPage }) => [rows, expected, lastPage])).toEqual([[0, 0, 0]]);
  });

  it('points to the next page before this one is decoded', async () => {
    const bench = await startBench({ devices: 1500 });
    const page = await bench.inventory.fetchPage(FIRST, pullContext());
    expect(page.next).toHaveLength(1);
    await expect(bench.inventory.fetchPage(page.next[0]!, pullContext())).resolves.toMatchObject({ rows: 500 });
    expect(page.decode().devices).toHaveLength(1000);
  });
});

describe('what goes wrong on the way', () => {
  it('T1: a nextLink that fails for days is a transient failure, and the pull goes on from that very link', async () => {
    const gone = { kind: 'status', status: 504, body: 'html' } as const;
    const bench = await startBench({
      devices: 2500,
      faults: [{ route: 'graph.devices', when: { page: [1] }, fault: gone }],
    });
    const first = await bench.inventory.fetchPage(FIRST, pullContext());
    const link = first.next[0]!;
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await expect(bench.inventory.fetchPage(link, pullContext())).rejects.toBeInstanceOf(TransientError);
    }
    bench.simulators.setFaults([]);
    const second = await bench.inventory.fetchPage(link, pullContext());
    expect(second.decode().devices.map(({ vendorId }) => vendorId)).toEqual(fleetIds(bench).slice(1000, 2000));
  });

  it('T2: an empty page with a nextLink is followed', async () => {
    const { inventory } = await startList((_, base, call) =>
      call === 0
        ? { body: { '@odata.count': 1, '@odata.nextLink': `${base}/v1.0/x?$skiptoken=1`, value: [] } }
        : { body: { value: [{ id: guid(1) }] } },
    );
    const { devices, pages } = await pull({ inventory });
    expect(devices.map(({ vendorId }) => vendorId)).toEqual([guid(1)]);
    expect(pages.map(({ lastPage }) => lastPage)).toEqual([null, 1]);
  });

  it('T3: a nextLink that leads to its own page ends the pull as partial', async () => {
    const bench = await startBench({
      devices: 2500,
      faults: [{ route: 'graph.devices', when: { page: [1] }, fault: { kind: 'repeat-next' } }],
    });
    await expect(pull(bench)).rejects.toBeInstanceOf(PartialRunError);
  });

  it('T8: a 429 without Retry-After waits at least a window of 20 s', async () => {
    const bench = await startBench({
      devices: 10,
      faults: [{ route: 'graph.devices', when: {}, fault: { kind: 'status', status: 429, body: 'json' } }],
    });
    const failure = await bench.inventory.fetchPage(FIRST, pullContext()).catch((caught: unknown) => caught);
    expect(failure).toBeInstanceOf(ThrottledError);
    expect((failure as ThrottledError).retryAt).toBeGreaterThanOrEqual(NOW + 20_000);
  });

  it('a wait that only the nested error names is honoured', async () => {
    const { inventory } = await startList(() => ({
      status: 429,
      body: { error: { code: 'TooManyRequests', message: JSON.stringify({ Message: 'slow', RetryAfter: 90 }) } },
    }));
    const failure = await inventory.fetchPage(FIRST, pullContext()).catch((caught: unknown) => caught);
    expect((failure as ThrottledError).retryAt).toBe(NOW + 90_000);
  });

  it.each([
    ['an HTML page with status 200', { kind: 'html', status: 200 }],
    ['a cut body', { kind: 'cut-json', declared: 'short' }],
    ['a body that breaks off', { kind: 'cut-json', declared: 'full' }],
    ['no answer', { kind: 'disconnect' }],
    ['T6: a 500 with nested JSON', { kind: 'status', status: 500, body: 'json' }],
  ] as const)('%s is tried again', async (_, fault) => {
    const bench = await startBench({ devices: 10, faults: [{ route: 'graph.devices', when: { call: [1] }, fault }] });
    await expect(bench.inventory.fetchPage(FIRST, pullContext())).rejects.toBeInstanceOf(TransientError);
    await expect(bench.inventory.fetchPage(FIRST, pullContext())).resolves.toMatchObject({ rows: 10 });
  });

  it('a token that dies in the middle costs one more token and no device', async () => {
    const bench = await startBench({
      devices: 2500,
      faults: [{ route: 'graph.devices', when: { page: [1], times: 1 }, fault: { kind: 'token-dies' } }],
    });
    const { devices } = await pull(bench);
    expect(devices).toHaveLength(2500);
    expect(bench.simulators.stats().tokens).toBe(2);
  });

  it('403 on page 2 names the permission and is never an empty page', async () => {
    const bench = await startBench({
      devices: 2500,
      faults: [{ route: 'graph.devices', when: { page: [2] }, fault: FORBIDDEN }],
    });
    const failure = await pull(bench).catch((caught: unknown) => caught);
    expect(failure).toBeInstanceOf(PermanentError);
    expect((failure as PermanentError).context).toMatchObject({
      status: 403,
      endpoint: 'GET /graph/v1.0/deviceManagement/managedDevices',
    });
    expect((failure as PermanentError).context.hint).toContain('DeviceManagementManagedDevices.Read.All');
  });

  it('a nextLink to another host is refused: the host is not asked and sees no token', async () => {
    const bench = await startBench({
      devices: 2500,
      faults: [{ route: 'graph.devices', when: { page: [0] }, fault: { kind: 'foreign-next' } }],
    });
    await expect(pull(bench)).rejects.toBeInstanceOf(PermanentError);
    expect(bench.simulators.stats().foreign).toEqual({ requests: 0, withAuthorization: 0 });
  });
});

describe('incremental pulls', () => {
  const since = new Date(NOW - 86_400_000).toISOString() as IsoTime;
  const incremental = () => pullContext({ request: { mode: 'incremental', since } });

  it('bring exactly the devices that checked in since, less an overlap of ten minutes', async () => {
    const bench = await startBench({ devices: 3000 });
    const { devices, warnings } = await pull(bench, incremental());
    const fleet = bench.simulators.fleets.intune;
    const truth = fleet
      .slice(0, fleet.size)
      .filter(({ lastSeenAt }) => Math.floor(lastSeenAt / 1000) * 1000 > Date.parse(since) - 600_000);
    expect(new Set(devices.map(({ vendorId }) => vendorId))).toEqual(new Set(truth.map(({ guid: id }) => id)));
    expect(devices.length).toBeGreaterThan(0);
    expect(devices.length).toBeLessThan(3000);
    expect(warnings).toEqual([]);
  });

  it('T4: rows that an ignored filter let through are dropped, counted and warned about', async () => {
    const { inventory } = await startList(() => ({
      body: {
        value: [
          { id: guid(1), lastSyncDateTime: '2026-11-24T23:00:00Z' },
          { id: guid(2), lastSyncDateTime: '2025-01-01T00:00:00Z' },
          { id: guid(3), lastSyncDateTime: '0001-01-01T00:00:00Z' },
        ],
      },
    }));
    const { devices, pages, warnings } = await pull({ inventory }, incremental());
    expect(devices.map(({ vendorId }) => vendorId)).toEqual([guid(1)]);
    expect(pages[0]?.rows).toBe(3);
    expect(warnings).toEqual(['the server ignored the filter on lastSyncDateTime: 2 rows of a page were dropped']);
  });

  it('T5, T9: no request ever carries ne, in, $orderby, $skip or $top', async () => {
    const { server, inventory } = await startList(() => ({ body: { value: [] } }));
    await pull({ inventory });
    await pull({ inventory }, incremental());
    const urls = server.asked.map(({ url }) => decodeURIComponent(url));
    expect(urls).toHaveLength(2);
    expect(urls[1]).toContain('$filter=lastSyncDateTime gt 2026-11-23T23:50:00.000Z');
    for (const url of urls) expect(url).not.toMatch(/ ne | in |\bin\(|\$orderby|\$skip|\$top/);
  });

  it('have no app stage and never export', async () => {
    const bench = await startBench({
      devices: 100,
      settings: { strategy: 'export', watchedApps: ['com.google.android.ims'] },
    });
    expect(bench.inventory.stages({ mode: 'incremental', since })).toEqual([{ name: 'devices', optional: false }]);
    await pull(bench, incremental());
    expect(bench.simulators.stats().routes['graph.export-jobs.create']).toBeUndefined();
  });
});

describe('what a list row does to what is known', () => {
  it('T7: an ICCID that the list withholds is not forgotten', async () => {
    const { inventory } = await startList(() => ({
      body: { value: [{ id: guid(1), imei: '001001000000017', phoneNumber: '+15550100123', iccid: null }] },
    }));
    const [reading] = (await pull({ inventory })).devices;
    const line = reading!.lines[0]!;
    const known = {
      ...reading!,
      lines: [{ ...line, iccid: '8901000000000000017', eid: '89049032000000000000000000000017' }],
    };
    const merged = mergeDevice(known, reading!, { withheld: inventory.withheldFields, partial: false });
    expect(merged.lines).toEqual(known.lines);
  });

  it('T7: an app list that a pull does not read is not forgotten either', async () => {
    const { inventory } = await startList(() => ({ body: { value: [{ id: guid(1) }] } }));
    const [reading] = (await pull({ inventory })).devices;
    const apps = [{ id: 'com.google.android.ims', name: null, version: '1', versionCode: null, track: null }];
    const merged = mergeDevice({ ...reading!, apps }, reading!, { withheld: inventory.withheldFields, partial: false });
    expect(merged.apps).toEqual(apps);
  });

  it('T16: a re-enrolment that left two records gives two devices, told apart by their last check-in', async () => {
    const { inventory } = await startList(() => ({
      body: {
        value: [
          { id: guid(1), serialNumber: 'TEST123456', lastSyncDateTime: '2026-01-01T00:00:00Z' },
          { id: guid(2), serialNumber: 'TEST123456', lastSyncDateTime: '2026-11-01T00:00:00Z' },
        ],
      },
    }));
    const { devices } = await pull({ inventory });
    expect(devices.map(({ vendorId, serial, enrollment }) => [vendorId, serial, enrollment.lastSeenAt])).toEqual([
      [guid(1), 'TEST123456', '2026-01-01T00:00:00.000Z'],
      [guid(2), 'TEST123456', '2026-11-01T00:00:00.000Z'],
    ]);
  });

  it('a bad row is quarantined with its id and reason; its neighbours arrive', async () => {
    const { inventory } = await startList(() => ({
      body: {
        value: [{ id: guid(1) }, { id: guid(2), isSupervised: 'perhaps' }, { noId: true }, null, { id: guid(1) }],
      },
    }));
    const { devices, quarantined, duplicates } = await pull({ inventory });
    expect(devices.map(({ vendorId }) => vendorId)).toEqual([guid(1)]);
    expect(duplicates).toBe(1);
    expect(quarantined.map(({ vendorId, reason }) => [vendorId, reason.split(':')[0]])).toEqual([
      [guid(2), 'isSupervised'],
      [null, 'id'],
      [null, 'row'],
    ]);
  });
});
