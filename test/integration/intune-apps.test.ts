import { withApps } from '../../core/sweep/complete-apps';
import type { InstalledApp, ManagedDevice } from '../../core/device/managed-device';
import type { AppObservation } from '../../core/ports/inventory-source';
import { memorySpool, pullContext, walkStage } from '../unit/connectors/intune/fake-graph';
import { closeBenches, startBench } from './intune-simulator';
import type { BenchOptions, IntuneBench } from './intune-simulator';

// Five reports of a whole fleet are made, packed and unpacked: seconds on a busy machine.
jest.setTimeout(60_000);

afterEach(closeBenches);

const MESSAGES = 'com.google.android.apps.messaging';
const CARRIER_SERVICES = 'com.google.android.ims';
const watchedApps = [MESSAGES, CARRIER_SERVICES];

/** Both stages of a full pull, with the observations laid over the devices as the sweep does it. */
async function pull(bench: IntuneBench) {
  const spool = memorySpool();
  const stage = (name: string) => walkStage(bench.inventory, pullContext({ stage: name, spool }), bench.clock);
  const appPages = await stage('apps');
  const observed = new Map<string, Map<string, AppObservation>>();
  for (const { page } of appPages) {
    for (const app of page.decode().apps) {
      const apps = observed.get(app.vendorId) ?? new Map<string, AppObservation>();
      observed.set(app.vendorId, apps.set(app.appId, app));
    }
  }
  const devicePages = await stage('devices');
  return {
    appPages,
    warnings: appPages.flatMap(({ page }) => page.warnings),
    observed,
    devices: devicePages
      .flatMap(({ page }) => page.decode().devices)
      .map((device) => withApps(device, [...(observed.get(device.vendorId)?.values() ?? [])])),
  };
}

const start = (options: Partial<BenchOptions> = {}): Promise<IntuneBench> =>
  startBench({ devices: 1100, ...options, settings: { strategy: 'export', watchedApps, ...options.settings } });

const versions = (apps: ManagedDevice['apps']): Record<string, string | null> | null =>
  apps === null ? null : Object.fromEntries(apps.map(({ id, version }: InstalledApp) => [id, version]));

describe('versions of watched apps, by report', () => {
  it('are what the phones have, wherever Intune sees them', async () => {
    const bench = await start();
    const { devices, warnings, appPages } = await pull(bench);
    expect(warnings).toEqual([]);
    const numbers = appPages.map(({ ref }) => ref.pageNo);
    expect(numbers).toEqual(numbers.map((_, at) => at));
    expect(appPages.at(-1)?.page.lastPage).toBe(numbers.length - 1);

    const counts = { seen: 0, hidden: 0 };
    for (const device of devices.filter(({ platform }) => platform === 'android')) {
      const truth = bench.simulators.fleets.intune.device(bench.simulators.fleets.intune.find(device.vendorId)!)!;
      const installed = Object.fromEntries(truth.apps.map(({ id, version }) => [id, version]));
      if (device.apps === null) {
        counts.hidden += 1;
      } else {
        counts.seen += 1;
        expect(versions(device.apps)).toEqual(installed);
        expect(installed).not.toEqual({});
      }
    }
    expect(counts.seen).toBeGreaterThan(100);
    expect(counts.hidden).toBeGreaterThan(50);
  });

  it('never show for a corporate work profile, whose Messages live in the personal profile', async () => {
    const bench = await start({ devices: 600 });
    const { devices } = await pull(bench);
    const cope = devices.filter(({ management }) => management.mode === 'corporate-work-profile');
    expect(cope.length).toBeGreaterThan(20);
    expect(new Set(cope.map(({ apps }) => apps))).toEqual(new Set([null]));
  });

  it('cost no request per device: at most pages + 20 with the devices themselves', async () => {
    const bench = await start();
    await pull(bench);
    const { requests } = bench.simulators.stats();
    const pages = 4 * 2 + 3;
    expect(requests).toBeLessThanOrEqual(pages + 20);
  });
});

describe('when reports do not come', () => {
  it('T12: older names are tried; a tenant that knows none has no versions, a warning, and all its devices', async () => {
    const bench = await start({ devices: 300, simulator: { refusedReports: ['AppInvRawData'] } });
    const { devices, warnings } = await pull(bench);
    expect(devices).toHaveLength(300);
    expect(warnings.filter((warning) => warning.includes('did not come'))).toHaveLength(3);
    // Three labels, three names each, two assigned apps and the devices.
    expect(bench.simulators.stats().routes['graph.export-jobs.create']?.requests).toBe(3 * 3 + 2 + 1);
  });

  const ARCHIVER = 'com.example.archiver';
  const archiver = {
    watchedApps: [ARCHIVER],
    appLabels: { [ARCHIVER]: { names: ['Archiver'], platform: 'ios' } },
  } as const;
  const isCorporatePhone = ({ platform, management }: ManagedDevice): boolean =>
    platform === 'ios' && management.ownership === 'corporate' && management.mode === 'supervised';

  it('a whole report proves that a supervised iPhone has an app, or has it not', async () => {
    const bench = await start({ devices: 600, settings: archiver });
    const { devices } = await pull(bench);
    const fleet = bench.simulators.fleets.intune;
    const lengths = new Set<number>();
    for (const device of devices.filter(isCorporatePhone)) {
      const installed = fleet.device(fleet.find(device.vendorId)!)!.apps.filter(({ id }) => id === ARCHIVER);
      expect(versions(device.apps)).toEqual(Object.fromEntries(installed.map(({ id, version }) => [id, version])));
      lengths.add(installed.length);
    }
    expect(lengths).toEqual(new Set([0, 1]));
  });

  it('T12: without the report, silence proves nothing', async () => {
    const bench = await start({ devices: 600, settings: archiver, simulator: { refusedReports: ['AppInvRawData'] } });
    const { devices } = await pull(bench);
    expect(devices.some(isCorporatePhone)).toBe(true);
    expect(new Set(devices.map(({ apps }) => apps))).toEqual(new Set([null]));
  });

  it('T10: a label that no phone of this tenant bears proves nothing about any phone', async () => {
    const bench = await start({
      devices: 300,
      settings: { watchedApps: [ARCHIVER], appLabels: { [ARCHIVER]: { names: ['Archivar'], platform: 'ios' } } },
      faults: [{ route: 'graph.mobile-apps', when: {}, fault: { kind: 'empty' } }],
    });
    const { devices, observed } = await pull(bench);
    expect(observed.size).toBe(0);
    expect(new Set(devices.map(({ apps }) => apps))).toEqual(new Set([null]));
  });

  it('T20: an app catalogue that answers 403 or 404 costs the assigned apps, nothing else', async () => {
    for (const status of [403, 404]) {
      const bench = await start({
        devices: 300,
        faults: [{ route: 'graph.mobile-apps', when: {}, fault: { kind: 'status', status, body: 'json' } }],
      });
      const { devices, warnings, observed } = await pull(bench);
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toContain('assigned apps are not read');
      expect(devices).toHaveLength(300);
      expect(observed.size).toBeGreaterThan(0);
    }
  });

  it.each([
    [[MESSAGES], 1, 'is in v1.0'],
    [[MESSAGES, CARRIER_SERVICES], 2, 'is an app of Managed Google Play, which only beta lists'],
  ])('finds %j with %i requests to the catalogue: the last one %s', async (apps, requests) => {
    const bench = await start({ devices: 300, settings: { watchedApps: apps } });
    const { warnings } = await pull(bench);
    expect(warnings).toEqual([]);
    const { routes } = bench.simulators.stats();
    expect(routes['graph.mobile-apps']?.requests).toBe(requests);
    // Each app has one report by label for each of its labels, and one by its id in the catalogue.
    const labels = apps.length === 1 ? 2 : 3;
    expect(routes['graph.export-jobs.create']?.requests).toBe(labels + apps.length + 1);
  });

  it('T11: one stuck report does not hold up the others', async () => {
    const bench = await start({
      devices: 300,
      faults: [{ route: 'graph.export-jobs.create', when: { call: [1] }, fault: { kind: 'export-stuck' } }],
    });
    const { observed, warnings } = await pull(bench);
    expect(warnings).toEqual([]);
    expect([...observed.values()].some((apps) => apps.has(CARRIER_SERVICES))).toBe(true);
    expect([...observed.values()].some((apps) => apps.has(MESSAGES))).toBe(true);
  });

  it('the stage is optional, and absent where no app is watched', async () => {
    const bench = await start();
    expect(bench.inventory.stages({ mode: 'full' })).toEqual([
      { name: 'apps', optional: true },
      { name: 'devices', optional: false },
    ]);
    const plain = await start({ settings: { watchedApps: [] } });
    expect(plain.inventory.stages({ mode: 'full' })).toEqual([{ name: 'devices', optional: false }]);
  });
});
