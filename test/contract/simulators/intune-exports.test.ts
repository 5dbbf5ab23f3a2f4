import { parse } from 'csv-parse/sync';
import { buffer } from 'node:stream/consumers';
import yauzl from 'yauzl';
import * as z from 'zod';
import type { FaultRule } from '../../../simulators/kit/fault';
import { MOBILE_APPS } from '../../../simulators/intune/mobile-apps';
import { startIntune } from '../../support/intune-simulator';
import type { IntuneFixture, IntuneFixtureOptions } from '../../support/intune-simulator';

const jobSchema = z.object({
  id: z.string(),
  status: z.string(),
  url: z.string().nullable(),
  expirationDateTime: z.string(),
});
type Job = z.infer<typeof jobSchema>;

const jobOf = async (answer: Response): Promise<Job> => jobSchema.parse(await answer.json());

const running: IntuneFixture[] = [];

async function start(options: IntuneFixtureOptions): Promise<IntuneFixture> {
  const fixture = await startIntune(options);
  running.push(fixture);
  return fixture;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map(({ server }) => server.close()));
});

const JOBS = '/reports/exportJobs';

async function submit(intune: IntuneFixture, order: Record<string, unknown>): Promise<Job> {
  const answer = await intune.post(JOBS, order);
  expect(answer.status).toBe(201);
  return jobOf(answer);
}

const poll = async (intune: IntuneFixture, { id }: Job): Promise<Job> => jobOf(await intune.get(`${JOBS}('${id}')`));

async function complete(intune: IntuneFixture, order: Record<string, unknown>): Promise<string> {
  let job = await submit(intune, order);
  for (let polls = 0; job.url === null && polls < 5; polls += 1) job = await poll(intune, job);
  if (job.url === null) throw new Error(`the job stays ${job.status}`);
  return job.url;
}

/** Reads the one file of the archive. */
async function unzip(archive: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    yauzl.fromBuffer(archive, { lazyEntries: true }, (error, zip) => {
      if (error !== null) {
        reject(error);
        return;
      }
      zip.on('error', reject).on('entry', (entry: yauzl.Entry) => {
        zip.openReadStream(entry, (failure, stream) => {
          if (failure !== null) {
            reject(failure);
            return;
          }
          buffer(stream).then((bytes) => resolve(bytes.toString('utf8')), reject);
        });
      });
      zip.readEntry();
    });
  });
}

async function download(url: string): Promise<readonly Record<string, string>[]> {
  const answer = await fetch(url);
  expect(answer.status).toBe(200);
  return parse(await unzip(Buffer.from(await answer.arrayBuffer())), { columns: true });
}

describe('an export job', () => {
  it('is not started, in progress, completed, and only then has a link that expires', async () => {
    const intune = await start({ size: 3 });
    const first = await submit(intune, { reportName: 'DevicesWithInventory' });
    const second = await poll(intune, first);
    // Both spellings of the address are one job.
    const third = await jobOf(await intune.get(`${JOBS}/${first.id}`));
    expect([first, second, third].map(({ status }) => status)).toEqual(['notStarted', 'inProgress', 'completed']);
    expect([first.url, second.url]).toEqual([null, null]);
    expect(first.expirationDateTime).toBe('0001-01-01T00:00:00Z');
    expect(third.expirationDateTime).toBe('2026-11-25T14:00:00Z');
    expect(first.id).toMatch(/^DevicesWithInventory_[0-9a-f-]{36}$/);
  });

  it('can be ready by time instead', async () => {
    const intune = await start({ size: 1, exportReady: { seconds: 90 } });
    const job = await submit(intune, { reportName: 'Devices' });
    intune.clock.time += 89_000;
    expect((await poll(intune, job)).status).toBe('inProgress');
    intune.clock.time += 1000;
    expect((await poll(intune, job)).status).toBe('completed');
  });

  it.each<[fault: 'export-stuck' | 'export-failed', status: string]>([
    ['export-stuck', 'inProgress'],
    ['export-failed', 'failed'],
  ])('%s never recovers, and the next one works (T11)', async (kind, status) => {
    const rule: FaultRule = { route: 'graph.export-jobs.create', when: { call: [1] }, fault: { kind } };
    const intune = await start({ size: 1, faults: [rule] });
    const lost = await submit(intune, { reportName: 'Devices' });
    for (let polls = 0; polls < 10; polls += 1) expect(await poll(intune, lost)).toMatchObject({ status, url: null });
    expect(await complete(intune, { reportName: 'Devices' })).toContain('.zip');
  });

  it.each<[reason: string, order: Record<string, unknown>, message: string]>([
    [
      'an unknown report',
      { reportName: 'DetectedAppsRawData' },
      'PostExportJobAsync not supported for reportType DetectedAppsRawData',
    ],
    [
      'a report that this tenant refuses (T12)',
      { reportName: 'AppInvRawData' },
      'PostExportJobAsync not supported for reportType AppInvRawData',
    ],
    ['an unknown column', { reportName: 'Devices', select: ['Nope'] }, 'Nope'],
    ['no ApplicationId (T13)', { reportName: 'DeviceInstallStatusByApp' }, 'ApplicationId'],
    ['a filter on an alias', { reportName: 'DevicesWithInventory', filter: "(OS eq 'x')" }, 'OS'],
    ['no report name', {}, 'reportName'],
  ])('is refused with 400: %s', async (_reason, order, message) => {
    const intune = await start({ size: 1, refusedReports: ['AppInvRawData'] });
    const answer = await intune.post(JOBS, order);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(message);
  });

  it('spends the rate with submissions and polls', async () => {
    const intune = await start({ size: 1, exportLimit: { requests: 2, seconds: 60 } });
    const job = await submit(intune, { reportName: 'Devices' });
    await poll(intune, job);
    expect((await intune.get(`${JOBS}/${job.id}`)).status).toBe(429);
    // Other calls have their own limits.
    expect((await intune.get('/managedDevices')).status).toBe(200);
  });
});

describe('the download', () => {
  it('needs no token; one that is sent along is counted', async () => {
    const intune = await start({ size: 1 });
    const url = await complete(intune, { reportName: 'Devices' });
    expect((await fetch(url)).status).toBe(200);
    expect(intune.server.stats().routes['graph.download.with-token']).toBeUndefined();
    expect((await intune.get(url)).status).toBe(200);
    expect(intune.server.stats().routes).toMatchObject({
      'graph.download.with-token': { requests: 1 },
      'graph.download': { requests: 2 },
    });
  });

  it.each([
    ['another signature', (url: string) => url.replace(/sig=\w+/, 'sig=x'), 0, 403],
    ['after it has expired', (url: string) => url, 6 * 3_600_000, 403],
    ['another job', (url: string) => url.replace('exports/Devices', 'exports/Others'), 0, 404],
  ])('is refused with %s', async (_reason, change, later, status) => {
    const intune = await start({ size: 1 });
    const url = await complete(intune, { reportName: 'Devices' });
    intune.clock.time += later;
    expect((await fetch(change(url))).status).toBe(status);
  });

  it('can be cut in the middle', async () => {
    const rule: FaultRule = { route: 'graph.download', when: {}, fault: { kind: 'cut-json', declared: 'full' } };
    const intune = await start({ size: 50, faults: [rule] });
    const url = await complete(intune, { reportName: 'Devices' });
    await expect(fetch(url).then((answer) => answer.arrayBuffer())).rejects.toThrow();
  });
});

describe('the file', () => {
  it('has one row per device with the headers of the selected columns, in their order', async () => {
    const intune = await start({ size: 1100 });
    const select = ['DeviceId', 'ICCID', 'EID', 'OS', 'PhoneNumber', 'LastContact'];
    const rows = await download(await complete(intune, { reportName: 'DevicesWithInventory', select }));
    expect(Object.keys(rows[0] ?? {})).toEqual(['Device ID', 'ICCID', 'EID', 'OS', 'Phone number', 'Last check-in']);
    const devices = intune.fleet.slice(0, 1100);
    expect(rows.map((row) => row['Device ID'])).toEqual(devices.map(({ guid }) => guid));
    expect(rows.map((row) => row['ICCID'])).toEqual(devices.map(({ sims }) => sims[0]?.iccid ?? ''));
  });

  it('has the filtered rows only', async () => {
    const intune = await start({ size: 300 });
    const order = { reportName: 'Devices', select: ['DeviceId', 'Ownership'], filter: "(OwnerType eq '2')" };
    const rows = await download(await complete(intune, order));
    expect(rows.length).toBeGreaterThan(0);
    expect(new Set(rows.map((row) => row['Ownership']))).toEqual(new Set(['Personal']));
  });

  it('lists apps per device by name', async () => {
    const intune = await start({ size: 300 });
    const order = { reportName: 'AppInvRawData', filter: "(ApplicationName eq 'Messages')" };
    const rows = await download(await complete(intune, order));
    expect(rows.length).toBeGreaterThan(0);
    expect(new Set(rows.map((row) => row['ApplicationName']))).toEqual(new Set(['Messages']));
  });

  it.each([
    ['additional columns', undefined, true],
    ['replaced values', 'ReplaceLocalizableValues', false],
  ])('has the versions of one assigned app, localised as %s', async (_reason, localizationType, isAdditional) => {
    const intune = await start({ size: 600 });
    const app = MOBILE_APPS.find(({ packageId }) => packageId === 'com.google.android.apps.messaging');
    const order = {
      reportName: 'DeviceInstallStatusByApp',
      filter: `(ApplicationId eq '${app?.id ?? ''}')`,
      localizationType,
    };
    const rows = await download(await complete(intune, order));
    expect('AppInstallState_loc' in (rows[0] ?? {})).toBe(isAdditional);
    const versions = rows.map((row) => row['AppVersion']);
    // Some are blank, which is "unknown" and not "absent".
    expect(versions).toContain('');
    expect(versions.some((version) => version?.startsWith('messages.android_'))).toBe(true);
  });
});
