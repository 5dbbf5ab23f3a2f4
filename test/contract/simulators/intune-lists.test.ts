import * as z from 'zod';
import type { ContentFault, FaultRule } from '../../../simulators/kit/fault';
import { PRESENT, startIntune } from '../../support/intune-simulator';
import type { IntuneFixture, IntuneFixtureOptions } from '../../support/intune-simulator';

const pageSchema = z.object({
  value: z.array(z.looseObject({ id: z.string() })),
  '@odata.nextLink': z.string().optional(),
  '@odata.count': z.number().optional(),
});
type Page = z.infer<typeof pageSchema>;

const appsSchema = z.object({
  value: z.array(
    z.looseObject({
      id: z.string(),
      displayName: z.string(),
      version: z.string(),
      deviceCount: z.number(),
      managedDevices: z.array(z.unknown()).optional(),
    }),
  ),
});

const errorSchema = z.object({
  error: z.object({ code: z.string(), message: z.string(), innerError: z.looseObject({ date: z.string() }) }),
});

const pageOf = async (answer: Response): Promise<Page> => pageSchema.parse(await answer.json());

const running: IntuneFixture[] = [];

async function start(options: IntuneFixtureOptions): Promise<IntuneFixture> {
  const fixture = await startIntune(options);
  running.push(fixture);
  return fixture;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map(({ server }) => server.close()));
});

/** Follows the links. @param limit pages at most. */
async function readAll(intune: IntuneFixture, path: string, limit = 20): Promise<readonly Page[]> {
  const pages: Page[] = [];
  for (let link: string | undefined = path; link !== undefined && pages.length < limit;) {
    const page = await pageOf(await intune.get(link));
    pages.push(page);
    link = page['@odata.nextLink'];
  }
  return pages;
}

const idsOf = (pages: readonly Page[]): readonly string[] => pages.flatMap(({ value }) => value.map(({ id }) => id));

const onPage = (page: number, fault: ContentFault): FaultRule => ({
  route: 'graph.devices',
  when: { page: [page] },
  fault,
});

describe('the list of managed devices', () => {
  it('comes in pages of 1000 until there is no next link, each device once', async () => {
    const intune = await start({ size: 2500 });
    const pages = await readAll(intune, '/managedDevices');
    expect(pages.map(({ value }) => value.length)).toEqual([1000, 1000, 500]);
    expect(pages.map((page) => page['@odata.count'])).toEqual([2500, 2500, 2500]);
    expect(new Set(idsOf(pages)).size).toBe(2500);
  });

  it('links to the simulator itself with a skip token, and keeps the options', async () => {
    const intune = await start({ size: 30 });
    const select = 'id,deviceName';
    const [first, second] = await readAll(intune, `/managedDevices?$top=20&$select=${select}`);
    expect(first?.['@odata.nextLink']).toMatch(
      new RegExp(`^${intune.server.url}/graph/v1.0/deviceManagement/managedDevices\\?.*\\$skiptoken=\\S*%3d%27`),
    );
    expect(Object.keys(second?.value[0] ?? {})).toEqual(select.split(','));
  });

  it.each([
    ['more than 1000 is 1000', '$top=5000', 1000],
    ['less is less', '$top=7', 7],
  ])('page size: %s', async (_reason, query, length) => {
    const intune = await start({ size: 1200 });
    const page = await pageOf(await intune.get(`/managedDevices?${query}`));
    expect(page.value).toHaveLength(length);
    expect(page['@odata.nextLink']).toBeDefined();
  });

  it('goes on after the last row although devices before it have left and new ones have joined', async () => {
    const intune = await start({ size: 40 });
    const first = await pageOf(await intune.get('/managedDevices?$top=20'));
    intune.fleet.remove([1, 2, 3, 25]);
    intune.fleet.add(5);
    const rest = await readAll(intune, first['@odata.nextLink'] ?? '');
    const expected = intune.fleet.slice(0, 100).map(({ guid }) => guid);
    expect([...idsOf([first]).slice(3), ...idsOf(rest)]).toEqual(expected);
  });

  it('filters by time in pages', async () => {
    const intune = await start({ size: 600 });
    const since = PRESENT - 86_400_000;
    const filter = encodeURIComponent(`lastSyncDateTime gt ${new Date(since).toISOString()}`);
    const pages = await readAll(intune, `/managedDevices?$top=100&$filter=${filter}`);
    const expected = intune.fleet.slice(0, 600).filter(({ lastSeenAt }) => lastSeenAt >= since + 1000);
    expect(idsOf(pages)).toEqual(expected.map(({ guid }) => guid));
    expect(pages[0]?.['@odata.count']).toBe(expected.length);
  });

  it('returns everything for a filter it does not support (T4)', async () => {
    const intune = await start({ size: 50 });
    const page = await pageOf(await intune.get("/managedDevices?$filter=skuFamily eq 'x'"));
    expect(page.value).toHaveLength(50);
  });

  it('answers $skip with no rows and a next link that goes on from the start (T2)', async () => {
    const intune = await start({ size: 50 });
    const page = await pageOf(await intune.get('/managedDevices?$skip=1000'));
    expect(page.value).toEqual([]);
    expect(idsOf(await readAll(intune, page['@odata.nextLink'] ?? ''))).toHaveLength(50);
  });

  it('counts the page instead of the collection where a tenant does so', async () => {
    const intune = await start({ size: 30, countMeans: 'page' });
    const pages = await readAll(intune, '/managedDevices?$top=20');
    expect(pages.map((page) => page['@odata.count'])).toEqual([20, 10]);
  });

  it.each<[reason: string, rule: FaultRule, lengths: readonly number[], distinct: number]>([
    ['the next link leads to the same page (T3)', onPage(1, { kind: 'repeat-next' }), [10, 10, 10, 10, 10, 10], 20],
    ['rows are sent twice', onPage(1, { kind: 'duplicate-rows', count: 3 }), [10, 13, 10], 30],
    ['rows are missing', onPage(1, { kind: 'missing-rows', count: 10 }), [10, 0, 10], 20],
    [
      'smaller pages than asked',
      { route: 'graph.devices', when: {}, fault: { kind: 'page-size-cap', size: 15 } },
      [10, 10, 10],
      30,
    ],
    ['an inventory that is suddenly empty', onPage(0, { kind: 'empty' }), [0], 0],
  ])('fault: %s', async (_reason, rule, lengths, distinct) => {
    const intune = await start({ size: 30, faults: [rule] });
    const pages = await readAll(intune, '/managedDevices?$top=10', 6);
    expect(pages.map(({ value }) => value.length)).toEqual(lengths);
    expect(new Set(idsOf(pages)).size).toBe(distinct);
  });

  it('fault: the next link names another host', async () => {
    const intune = await start({ size: 30, faults: [onPage(0, { kind: 'foreign-next' })] });
    const page = await pageOf(await intune.get('/managedDevices?$top=10'));
    expect(page['@odata.nextLink']?.startsWith(intune.server.foreignUrl)).toBe(true);
  });

  it('fault: the stated total is wrong', async () => {
    const intune = await start({ size: 30, faults: [onPage(0, { kind: 'wrong-total', by: 5 })] });
    const page = await pageOf(await intune.get('/managedDevices'));
    expect(page['@odata.count']).toBe(35);
  });
});

describe('one managed device', () => {
  it('is found by its Intune id only', async () => {
    const intune = await start({ size: 5 });
    const device = intune.fleet.device(3);
    expect((await intune.get(`/managedDevices/${device?.guid ?? ''}`)).status).toBe(200);
    expect((await intune.get(`/managedDevices/${device?.secondGuid ?? ''}`)).status).toBe(404);
    intune.fleet.remove([3]);
    expect((await intune.get(`/managedDevices/${device?.guid ?? ''}`)).status).toBe(404);
  });

  it('discloses ICCID and UDID when they are selected (T7)', async () => {
    const intune = await start({ size: 200 });
    const device = intune.fleet
      .slice(0, 200)
      .find(({ platform, mode, sims }) => platform === 'ios' && mode === 'supervised' && sims.length > 0);
    const answer = await intune.get(`/managedDevices/${device?.guid ?? ''}?$select=iccid,udid`);
    expect(await answer.json()).toMatchObject({ iccid: device?.sims[0]?.iccid, udid: device?.udid });
  });
});

describe('counts', () => {
  it('are plain text, with a filter too', async () => {
    const intune = await start({ size: 400 });
    const androids = intune.fleet.slice(0, 400).filter(({ platform }) => platform === 'android').length;
    expect(await (await intune.get('/managedDevices/$count')).text()).toBe('400');
    expect(await (await intune.get("/managedDevices/$count?$filter=operatingSystem eq 'Android'")).text()).toBe(
      String(androids),
    );
  });

  it('are in the overview as well', async () => {
    const intune = await start({ size: 400 });
    const overview = z
      .object({ enrolledDeviceCount: z.number(), deviceOperatingSystemSummary: z.record(z.string(), z.number()) })
      .parse(await (await intune.get('/managedDeviceOverview')).json());
    expect(overview.enrolledDeviceCount).toBe(400);
    expect(Object.values(overview.deviceOperatingSystemSummary).reduce((sum, n) => sum + n, 0)).toBe(400);
  });
});

describe('detected apps', () => {
  const appsOf = async (intune: IntuneFixture, query = '$top=1000') =>
    appsSchema.parse(await (await intune.get(`/detectedApps?${query}`)).json()).value;

  it('are one row per name, version and platform, whose devices are those on that version', async () => {
    const intune = await start({ size: 600 });
    const apps = await appsOf(intune);
    const messages = apps.filter(({ displayName }) => displayName === 'Messages');
    expect(messages.length).toBeGreaterThan(1);
    for (const { id, deviceCount, version } of messages) {
      const ids = idsOf(await readAll(intune, `/detectedApps/${id}/managedDevices?$select=id&$top=10`, 100));
      expect(ids).toHaveLength(deviceCount);
      for (const found of ids) {
        const device = intune.fleet.device(intune.fleet.find(found) ?? 0);
        expect(device?.apps.find(({ name }) => name === 'Messages')?.version).toBe(version);
      }
    }
  });

  it('name no package', async () => {
    const intune = await start({ size: 100 });
    for (const app of await appsOf(intune)) expect(Object.values(app).join()).not.toContain('com.google');
  });

  it('are not observable on a corporate phone with a work profile', async () => {
    const intune = await start({ size: 300 });
    const ids = new Set<string>();
    for (const { id } of await appsOf(intune))
      for (const one of idsOf(await readAll(intune, `/detectedApps/${id}/managedDevices`))) ids.add(one);
    const modes = new Set([...ids].map((id) => intune.fleet.device(intune.fleet.find(id) ?? 0)?.mode));
    expect(modes).not.toContain('corporate-work-profile');
    expect(modes).toContain('fully-managed');
  });

  it('refuse to be sorted by device count, without saying when to come back (T9)', async () => {
    const intune = await start({ size: 10 });
    const answer = await intune.get('/detectedApps?$orderby=deviceCount desc');
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).toBeNull();
  });

  it('come with an empty expansion although they have devices (T10)', async () => {
    const intune = await start({ size: 100 });
    for (const app of await appsOf(intune, '$expand=managedDevices($select=id)')) {
      expect(app.deviceCount).toBeGreaterThan(0);
      expect(app.managedDevices).toEqual([]);
    }
  });

  it('are counted anew when the fleet has changed', async () => {
    const intune = await start({ size: 100 });
    const before = await appsOf(intune);
    intune.fleet.remove(intune.fleet.ordinals(0, 100));
    expect(before.length).toBeGreaterThan(0);
    expect(await appsOf(intune)).toEqual([]);
  });
});

describe('refusals', () => {
  const nested = async (answer: Response) =>
    z.record(z.string(), z.unknown()).parse(JSON.parse(errorSchema.parse(await answer.json()).error.message));

  it.each([
    ['no token', {}, 'Access token is empty.'],
    ['a token of nobody', { authorization: 'Bearer x' }, 'Access token has expired or is not yet valid.'],
  ])('401 for %s', async (_reason, headers, message) => {
    const intune = await start({ size: 1 });
    const answer = await fetch(`${intune.server.url}/graph/v1.0/deviceManagement/managedDevices`, { headers });
    expect(answer.status).toBe(401);
    expect(errorSchema.parse(await answer.json()).error).toMatchObject({
      code: 'InvalidAuthenticationToken',
      message,
      innerError: {},
    });
  });

  it.each([
    ['a property that does not exist', '$select=id,osPatchLevel', 400],
    ['a skip token it did not write', '$skiptoken=abc', 400],
    ['a page of nothing', '$top=0', 400],
    ['a filter it cannot read', '$filter=lastSyncDateTime gt yesterday', 400],
    ['in (…), with a JSON text inside the message (T6)', "$filter=id in ('a')", 500],
  ])('%s', async (_reason, query, status) => {
    const intune = await start({ size: 1 });
    const answer = await intune.get(`/managedDevices?${query}`);
    expect(answer.status).toBe(status);
    expect(await nested(answer)).toMatchObject({ _version: 3, RetryAfter: null, Message: expect.any(String) });
  });

  it('429 above the rate, without Retry-After, until the window has moved on', async () => {
    const intune = await start({ size: 1, deviceLimit: { requests: 2, seconds: 20 } });
    const statuses = async () => [
      (await intune.get('/managedDevices')).status,
      (await intune.get('/managedDevices/$count')).status,
    ];
    expect(await statuses()).toEqual([200, 200]);
    const refused = await intune.get('/managedDevices');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, null]);
    intune.clock.time += 20_000;
    expect(await statuses()).toEqual([200, 200]);
  });

  it('gives faults of a script the vendor’s own body', async () => {
    const rule: FaultRule = { route: 'graph.devices', when: {}, fault: { kind: 'status', status: 403, body: 'json' } };
    const intune = await start({ size: 1, faults: [rule] });
    const answer = await intune.get('/managedDevices');
    expect(answer.status).toBe(403);
    expect((await nested(answer))['Message']).toContain('DeviceManagementManagedDevices.Read.All');
  });
});
