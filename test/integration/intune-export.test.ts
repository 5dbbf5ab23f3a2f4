import { PartialRunError, ThrottledError } from '../../core/errors';
import type { PullContext } from '../../core/ports/inventory-source';
import { JOB_DEADLINE_MS, pollDelay } from '../../connectors/intune/export-job';
import {
  connect,
  FIRST,
  guid,
  memorySpool,
  NOW,
  pullContext,
  startServer,
  testClock,
  walkStage,
  zipOf,
} from '../unit/connectors/intune/fake-graph';
import type { Answer, Asked, FakeServer, TestClock } from '../unit/connectors/intune/fake-graph';
import { closeBenches, fleetIds, startBench } from './intune-simulator';
import type { IntuneBench } from './intune-simulator';

// Reports of a whole fleet are made, packed and unpacked: seconds on a busy machine.
jest.setTimeout(60_000);

const servers: FakeServer[] = [];

afterEach(async () => {
  await closeBenches();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function pull(
  bench: Pick<IntuneBench, 'inventory'> & { readonly clock: TestClock },
  context: PullContext = pullContext(),
) {
  const pages = await walkStage(bench.inventory, context, bench.clock);
  const decoded = pages.map(({ page }) => page.decode());
  return {
    pages,
    devices: decoded.flatMap(({ devices }) => devices),
    quarantined: decoded.flatMap(({ quarantined }) => quarantined),
    warnings: pages.flatMap(({ page }) => page.warnings),
  };
}

const ids = (devices: readonly { readonly vendorId: string }[]): string[] => devices.map(({ vendorId }) => vendorId);

/** Pages are counted, not listed, by the sweep: none may be missing and none may come twice. */
function expectContiguous(pages: Awaited<ReturnType<typeof pull>>['pages']): void {
  const numbers = pages.map(({ ref }) => ref.pageNo).sort((one, other) => one - other);
  expect(numbers).toEqual(numbers.map((_, at) => at));
  const last = pages.map(({ page }) => page.lastPage).filter((number) => number !== null);
  expect(new Set(last)).toEqual(new Set([numbers.length - 1]));
}

const EXPORT = { strategy: 'export' } as const;

describe('the export job', () => {
  it('brings the same fleet as the list, in chunks of 1000, with ICCID and EID beside', async () => {
    const bench = await startBench({ devices: 2345, settings: EXPORT });
    const { devices, pages, quarantined, warnings } = await pull(bench);
    expect(new Set(ids(devices))).toEqual(new Set(fleetIds(bench)));
    expect([quarantined, warnings]).toEqual([[], []]);
    expectContiguous(pages);
    expect(pages.filter(({ page }) => page.rows > 0).map(({ page }) => [page.rows, page.expected])).toEqual([
      [1000, 2345],
      [1000, 2345],
      [345, 2345],
    ]);
    // Submission, poll, poll with download; one page each.
    expect(pages.filter(({ page }) => page.rows === 0)).toHaveLength(3);
    expect(devices.some(({ lines }) => lines[0]?.iccid?.startsWith('89') === true)).toBe(true);
    expect(devices.some(({ lines }) => lines[0]?.eid?.startsWith('89') === true)).toBe(true);

    const list = connect(`${bench.simulators.url}/graph`, { auth: bench.auth }, bench.clock);
    const listed = new Map(
      (await pull({ inventory: list.inventory, clock: bench.clock })).devices.map((each) => [each.vendorId, each]),
    );
    list.close();
    // Every tenth is enough to meet all kinds of phones.
    for (const device of devices.filter((_, at) => at % 10 === 0)) {
      const other = listed.get(device.vendorId)!;
      expect(device).toMatchObject({
        platform: other.platform,
        osVersion: other.osVersion,
        osBuild: other.osBuild,
        securityPatch: other.securityPatch,
        model: other.model,
        serial: other.serial,
        imeis: other.imeis,
        secondaryId: other.secondaryId,
        user: { id: other.user.id, name: other.user.name },
        integrity: other.integrity,
      });
      expect(device.enrollment).toMatchObject({
        state: other.enrollment.state,
        enrolledAt: other.enrollment.enrolledAt,
        lastSeenAt: other.enrollment.lastSeenAt,
      });
      expect(device.management.ownership).toBe(other.management.ownership);
      expect(device.lines.map(({ phone, carrier }) => [phone, carrier])).toEqual(
        other.lines.map(({ phone, carrier }) => [phone, carrier]),
      );
    }
  });

  it('tells the Android modes that v1.0 of the list does not know', async () => {
    const bench = await startBench({ devices: 500, settings: EXPORT });
    const { devices } = await pull(bench);
    const truth = new Map(bench.simulators.fleets.intune.slice(0, 500).map(({ guid: id, mode }) => [id, mode]));
    const androids = devices.filter(({ platform }) => platform === 'android');
    expect(androids.length).toBeGreaterThan(50);
    for (const device of androids)
      expect([device.vendorId, device.management.mode]).toEqual([device.vendorId, truth.get(device.vendorId)]);
  });

  it('asks no faster than every ten seconds, and slower with time', () => {
    const delays = Array.from({ length: 12 }, (_, polls) => pollDelay(polls));
    expect(delays[0]).toBe(10);
    expect(delays).toEqual([...delays].sort((one, other) => one - other));
    expect(Math.max(...delays)).toBe(60);
  });

  it('keeps the download link, which is a credential, out of every cursor, and sends no token along', async () => {
    const bench = await startBench({ devices: 1200, settings: EXPORT });
    const { pages } = await pull(bench);
    const cursors = pages.map(({ ref }) => ref.cursor ?? '').join('\n');
    expect(cursors).not.toMatch(/sig=|\.zip|exports\//);
    expect(bench.simulators.stats().downloads).toBe(1);
  });
});

describe('auto chooses by fleet size', () => {
  it.each([
    [999, 'graph.devices', 'graph.export-jobs.create'],
    [1000, 'graph.export-jobs.create', 'graph.devices'],
  ])('%d devices, export from 1000 on: %s', async (devices, used, unused) => {
    const bench = await startBench({ devices, settings: { strategy: 'auto', exportFrom: 1000 } });
    expect((await pull(bench)).devices).toHaveLength(devices);
    const { routes } = bench.simulators.stats();
    expect(routes[used]?.requests).toBeGreaterThan(0);
    expect(routes[unused]?.requests ?? 0).toBe(0);
  });

  it('takes the list where the size cannot be read', async () => {
    const bench = await startBench({
      devices: 20,
      settings: { strategy: 'auto', exportFrom: 10 },
      faults: [{ route: 'graph.overview', when: {}, fault: { kind: 'status', status: 404, body: 'json' } }],
    });
    const { devices, warnings } = await pull(bench);
    expect(devices).toHaveLength(20);
    expect(warnings.join()).toContain('the size of the fleet is not known');
  });
});

describe('T11: jobs that hang or fail', () => {
  it('a stuck job is given up at its deadline and made anew', async () => {
    const bench = await startBench({
      devices: 50,
      settings: EXPORT,
      faults: [{ route: 'graph.export-jobs.create', when: { call: [1] }, fault: { kind: 'export-stuck' } }],
    });
    const { devices, warnings, pages } = await pull(bench);
    expect(devices).toHaveLength(50);
    expect(warnings).toEqual([]);
    expectContiguous(pages);
    expect(bench.simulators.stats().routes['graph.export-jobs.create']?.requests).toBe(2);
    expect(bench.clock.now() - NOW).toBeGreaterThanOrEqual(JOB_DEADLINE_MS);
    expect(bench.simulators.stats().routes['graph.devices']).toBeUndefined();
  });

  it('three failed jobs, and the stage goes on with the list, says so and loses nobody', async () => {
    const bench = await startBench({
      devices: 1100,
      settings: EXPORT,
      faults: [{ route: 'graph.export-jobs.*', when: {}, fault: { kind: 'export-failed' } }],
    });
    const { devices, warnings, pages } = await pull(bench);
    expect(ids(devices)).toEqual(fleetIds(bench));
    expect(warnings).toEqual([
      'DevicesWithInventory is not usable, the device list is read instead: the job failed, in 3 submissions',
    ]);
    expectContiguous(pages);
    expect(bench.simulators.stats().routes['graph.export-jobs.create']?.requests).toBe(3);
  });

  it.each([
    ['T14: exportJobs refuses an app-only token with 400', { status: 400, body: 'json' }],
    ['the permission is missing', { status: 403, body: 'json' }],
    ['there is no such endpoint', { status: 404, body: 'json' }],
  ] as const)('%s: the list is read at once', async (_, answer) => {
    const bench = await startBench({
      devices: 30,
      settings: EXPORT,
      faults: [{ route: 'graph.export-jobs.create', when: {}, fault: { kind: 'status', ...answer } }],
    });
    const { devices, warnings } = await pull(bench);
    expect(devices).toHaveLength(30);
    expect(warnings).toHaveLength(1);
    expect(bench.simulators.stats().routes['graph.export-jobs.create']?.requests).toBe(1);
  });

  it('exportJobs that only fails is left after some tries', async () => {
    const bench = await startBench({
      devices: 30,
      settings: EXPORT,
      faults: [{ route: 'graph.export-jobs.create', when: {}, fault: { kind: 'status', status: 503, body: 'json' } }],
    });
    expect((await pull(bench)).devices).toHaveLength(30);
  });

  it('a throttled poll waits as long as it is asked to, and the job is not lost', async () => {
    const bench = await startBench({
      devices: 30,
      settings: EXPORT,
      faults: [
        {
          route: 'graph.export-jobs.poll',
          when: { call: [1] },
          fault: { kind: 'status', status: 429, body: 'json', retryAfter: 300 },
        },
      ],
    });
    const context = pullContext();
    const submitted = await bench.inventory.fetchPage(FIRST, context);
    const poll = submitted.next[0]!;
    const failure = await bench.inventory.fetchPage(poll, context).catch((caught: unknown) => caught);
    expect(failure).toBeInstanceOf(ThrottledError);
    expect((failure as ThrottledError).retryAt).toBe(NOW + 300_000);
    bench.clock.advance(300_000);
    await expect(bench.inventory.fetchPage(poll, context)).resolves.toMatchObject({ rows: 0, warnings: [] });
    expect(bench.simulators.stats().routes['graph.export-jobs.create']?.requests).toBe(1);
  });

  it('a report that is much shorter than the fleet is not believed', async () => {
    const bench = await startBench({
      devices: 100,
      settings: EXPORT,
      faults: [{ route: 'graph.overview', when: {}, fault: { kind: 'wrong-total', by: 100 } }],
    });
    const { devices, warnings } = await pull(bench);
    expect(devices).toHaveLength(100);
    expect(warnings.join()).toContain('it holds 100 of 200 devices');
    expect(bench.simulators.stats().routes['graph.devices']?.requests).toBe(1);
  });
});

describe('the archive', () => {
  it.each([
    ['is cut', { kind: 'cut-json', declared: 'full' }],
    ['is cut and says so', { kind: 'cut-json', declared: 'short' }],
    ['is an HTML page', { kind: 'html', status: 200 }],
    ['is refused by an ill storage', { kind: 'status', status: 503, body: 'html' }],
    ['has expired', { kind: 'status', status: 403, body: 'html' }],
  ] as const)('that %s is fetched again, or made again', async (_, fault) => {
    const bench = await startBench({
      devices: 1500,
      settings: EXPORT,
      faults: [{ route: 'graph.download', when: { call: [1] }, fault }],
    });
    const { devices, warnings } = await pull(bench);
    expect(new Set(ids(devices))).toEqual(new Set(fleetIds(bench)));
    expect(warnings).toEqual([]);
  });

  const HEADER = 'Device ID,OS,Last check-in,Manufacturer\r\n';
  const job = (base: string, fields: object): Answer => ({
    body: {
      id: 'DevicesWithInventory_x',
      status: 'completed',
      url: `${base}/blob/secret-path.zip?sig=SECRET`,
      ...fields,
    },
  });

  /** A tenant of two devices whose only report is the given archive. */
  async function startReport(archive: (asked: Asked) => Answer, fields: object = {}) {
    const server = await startServer((asked, base) => {
      if (asked.url.startsWith('/blob/')) return archive(asked);
      if (asked.url.includes('exportJobs')) return job(base, fields);
      if (asked.url.includes('managedDeviceOverview')) return { body: { enrolledDeviceCount: 2 } };
      return { body: { '@odata.count': 1, value: [{ id: guid(9) }] } };
    });
    servers.push(server);
    const clock = testClock();
    return { server, clock, inventory: connect(server.base, EXPORT, clock).inventory };
  }

  const ROWS = `${guid(1)},iOS/iPadOS,2026-11-01 08:27:37.0000000,Apple\r\n${guid(2)},Android (Fully Managed),2026-11-01 08:27:37.0000000,"Samsung Electronics Co., Ltd."\r\n`;

  it('is fetched without a token, on its own host', async () => {
    const { server, inventory, clock } = await startReport(() => ({ body: zipOf('report.csv', HEADER + ROWS) }));
    const { devices } = await pull({ inventory, clock });
    expect(devices.map(({ vendorId, platform, manufacturer }) => [vendorId, platform, manufacturer])).toEqual([
      [guid(1), 'ios', 'Apple'],
      [guid(2), 'android', 'Samsung Electronics Co., Ltd.'],
    ]);
    const download = server.asked.find(({ url }) => url.startsWith('/blob/'));
    expect(download?.headers.authorization).toBeUndefined();
    expect(server.asked.find(({ url }) => url.includes('exportJobs'))?.headers.authorization).toBe('Bearer test-token');
    expect(server.asked.find(({ method }) => method === 'POST')?.body).toContain('"select":["DeviceId"');
  });

  it.each([
    ['with a wrong checksum', () => zipOf('report.csv', HEADER + ROWS, { crc: 1 }), 'checksum'],
    ['without a CSV', () => zipOf('readme.txt', 'x'), 'no CSV'],
    ['with other columns', () => zipOf('report.csv', 'a,b\r\n1,2\r\n'), 'columns'],
    ['that is none', () => Buffer.from('not a zip'), 'no zip'],
    ['that ends inside a quoted value', () => zipOf('report.csv', `${HEADER}1,"2`), 'does not unpack'],
  ])('%s never passes for the fleet: the list is read', async (_, archive, reason) => {
    const { inventory, clock } = await startReport(() => ({ body: archive() }));
    const { devices, warnings } = await pull({ inventory, clock });
    expect(ids(devices)).toEqual([guid(9)]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(reason);
    expect(warnings[0]).not.toMatch(/SECRET|secret-path/);
  });

  it.each(['http://10.0.0.1/x.zip?sig=SECRET', 'ftp://127.0.0.1/x', 'https://user:pass@127.0.0.1/x', 'nonsense'])(
    'at %s is not fetched',
    async (url) => {
      const { inventory, clock } = await startReport(() => ({ body: '' }), { url });
      const { devices, warnings } = await pull({ inventory, clock });
      expect(ids(devices)).toEqual([guid(9)]);
      expect(warnings[0]).not.toMatch(/SECRET|pass/);
    },
  );

  it('leaves a chunk missing from the scratch space to a partial end, not to a smaller fleet', async () => {
    const { inventory, clock } = await startReport(() => ({ body: zipOf('report.csv', HEADER + ROWS) }));
    const context = pullContext();
    const submitted = await inventory.fetchPage(FIRST, context);
    clock.advance(10_000);
    const stored = await inventory.fetchPage(submitted.next[0]!, context);
    await expect(inventory.fetchPage(stored.next[0]!, { ...context, spool: memorySpool() })).rejects.toBeInstanceOf(
      PartialRunError,
    );
  });
});
