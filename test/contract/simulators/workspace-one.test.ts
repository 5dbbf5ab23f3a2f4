import * as z from 'zod';
import type { ContentFault, FaultRule } from '../../../simulators/kit/fault';
import { PRESENT, startWorkspaceOne } from '../../support/workspace-one-simulator';
import type { WorkspaceOneFixture, WorkspaceOneFixtureOptions } from '../../support/workspace-one-simulator';

const running: WorkspaceOneFixture[] = [];

async function start(options: WorkspaceOneFixtureOptions): Promise<WorkspaceOneFixture> {
  const fixture = await startWorkspaceOne(options);
  running.push(fixture);
  return fixture;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map(({ server }) => server.close()));
});

const searchSchema = z.object({
  Devices: z.array(z.record(z.string(), z.unknown())),
  Page: z.number(),
  PageSize: z.number(),
  Total: z.number(),
});
type SearchPage = z.infer<typeof searchSchema>;

const deviceSchema = z.object({ enrollmentInfo: z.object({ enrollmentTimestamp: z.string() }) });

const catalogueSchema = z.object({
  applications: z.array(z.looseObject({ uuid: z.string(), assigned_device_count: z.number() })),
  total: z.number(),
});

const appDevicesSchema = z.object({
  devices: z.array(z.object({ device_uuid: z.string(), installed_status: z.string(), installed_version: z.string() })),
  TotalResults: z.number(),
});

const tokenSchema = z.looseObject({ access_token: z.string() });

const search = async (uem: WorkspaceOneFixture, query: string): Promise<SearchPage> =>
  searchSchema.parse(await (await uem.get(`/mdm/devices/search?${query}`)).json());

const uuids = (page: SearchPage): readonly unknown[] => page.Devices.map(({ Uuid }) => Uuid);

const fault = (kind: ContentFault, page = 0): FaultRule => ({
  route: 'ws1.devices',
  when: { page: [page] },
  fault: kind,
});

describe('the device search', () => {
  it('cuts a page at 500 without a word, and says so only in PageSize', async () => {
    const uem = await start({ size: 1200 });
    const pages = [
      await search(uem, 'pagesize=1000&page=0'),
      await search(uem, 'pagesize=1000&page=1'),
      await search(uem, 'pagesize=1000&page=2'),
    ];
    expect(pages.map((page) => [page.Devices.length, page.Page, page.PageSize, page.Total])).toEqual([
      [500, 0, 500, 1200],
      [500, 1, 500, 1200],
      [200, 2, 500, 1200],
    ]);
    expect(pages.flatMap(uuids)).toEqual(uem.fleet.slice(0, 1200).map(({ guid }) => guid));
  });

  it.each([
    ['behind the end', 1000, 'page=2&pagesize=500'],
    ['of an empty fleet', 0, 'page=0'],
    ['of a filter that keeps nothing', 10, 'seensince=2099-01-01'],
  ])('is 204 without a body: a page %s', async (_reason, size, query) => {
    const uem = await start({ size });
    const answer = await uem.get(`/mdm/devices/search?${query}`);
    expect([answer.status, await answer.text()]).toEqual([204, '']);
  });

  it('sorts by device id both ways', async () => {
    const uem = await start({ size: 7 });
    const ids = async (order: string) =>
      [
        ...(await search(uem, `orderby=deviceid&sortorder=${order}&pagesize=4&page=0`)).Devices,
        ...(await search(uem, `orderby=deviceid&sortorder=${order}&pagesize=4&page=1`)).Devices,
      ].map(({ Id }) => Id);
    const ascending = [1, 2, 3, 4, 5, 6, 7].map((Value) => ({ Value }));
    expect(await ids('ASC')).toEqual(ascending);
    expect(await ids('DESC')).toEqual(ascending.toReversed());
  });

  it.each([
    ['account an hour ahead', 60, '2026-11-24T09:00:00'],
    ['account in UTC', 0, '2026-11-24T08:00:00'],
    ['account behind', -300, '2026/11/24 03:00:00.000'],
    ['a zone of its own', 60, '2026-11-24T08:00:00Z'],
  ])('filters by the time last seen, read in the zone of the %s', async (_reason, offsetMinutes, text) => {
    const uem = await start({ size: 300, offsetMinutes });
    const since = PRESENT - 86_400_000;
    const expected = uem.fleet.slice(0, 300).filter(({ lastSeenAt }) => lastSeenAt >= since);
    const page = await search(uem, `seensince=${encodeURIComponent(text)}`);
    expect(uuids(page)).toEqual(expected.map(({ guid }) => guid));
    expect(page.Total).toBe(expected.length);
  });

  it.each([
    ['platform', 'platform=android', 'Platform', 'Android'],
    ['ownership', 'ownership=E', 'Ownership', 'E'],
    ['compliance', 'compliantstatus=NonCompliant', 'ComplianceStatus', 'NonCompliant'],
    ['organization group', 'LGID=1113', 'LocationGroupName', 'Retail'],
  ])('filters by %s', async (_reason, query, key, value) => {
    const uem = await start({ size: 400 });
    const page = await search(uem, query);
    expect(new Set(page.Devices.map((row) => row[key]))).toEqual(new Set([value]));
    expect(page.Devices.length).toBeLessThan(400);
  });

  it('refuses numbers and times that are none', async () => {
    const uem = await start({ size: 1 });
    for (const query of ['page=x', 'pagesize=0', 'seensince=yesterday']) {
      expect((await uem.get(`/mdm/devices/search?${query}`)).status).toBe(400);
    }
  });

  it('repeats and drops rows when the fleet changes between pages, as numbered pages do', async () => {
    const uem = await start({ size: 20 });
    const first = await search(uem, 'pagesize=10&page=0');
    uem.fleet.remove([3]);
    const second = await search(uem, 'pagesize=10&page=1');
    expect([...uuids(first), ...uuids(second)]).not.toContain(uem.fleet.device(11)?.guid);
    expect(second.Total).toBe(19);
  });

  it.each<[reason: string, rule: FaultRule, expected: Partial<SearchPage>, rows: number]>([
    ['smaller pages', fault({ kind: 'page-size-cap', size: 100 }), { PageSize: 100, Total: 300 }, 100],
    ['rows twice', fault({ kind: 'duplicate-rows', count: 4 }), { Total: 300 }, 304],
    ['rows missing', fault({ kind: 'missing-rows', count: 4 }), { Total: 300 }, 296],
    ['a wrong total', fault({ kind: 'wrong-total', by: -7 }), { Total: 293 }, 300],
  ])('fault: %s', async (_reason, rule, expected, rows) => {
    const uem = await start({ size: 300, faults: [rule] });
    const page = await search(uem, 'page=0');
    expect(page).toMatchObject(expected);
    expect(page.Devices).toHaveLength(rows);
  });

  it('fault: an inventory that is suddenly empty', async () => {
    const uem = await start({ size: 300, faults: [fault({ kind: 'empty' })] });
    expect((await uem.get('/mdm/devices/search?page=0')).status).toBe(204);
  });
});

describe('versions', () => {
  it.each<[reason: string, accept: string, served: string]>([
    ['as asked', 'application/json;version=2', 'v2'],
    ['a blank is no harm', 'application/json; version=2', 'v2'],
    ['a trailing semicolon is silently v1', 'application/json;version=2;', 'v1'],
    ['an unknown version is silently v1', 'application/json;version=9', 'v1'],
    ['none is v1', 'application/json', 'v1'],
  ])('%s', async (_reason, accept, served) => {
    const uem = await start({ size: 1 });
    const answer = await uem.get('/mdm/devices/search', accept);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-api-version')).toBe(served);
    expect(answer.headers.get('api-supported-versions')).toBe('1, 2');
  });

  it('fault: v1 whatever was asked', async () => {
    const uem = await start({ size: 1, faults: [fault({ kind: 'wrong-version' })] });
    expect((await uem.get('/mdm/devices/search?page=0')).headers.get('x-api-version')).toBe('v1');
  });

  it('of a single device: v1 by number in PascalCase, v2 by UUID in camelCase', async () => {
    const uem = await start({ size: 5 });
    const guid = uem.fleet.device(2)?.guid ?? '';
    expect(await (await uem.get('/mdm/devices/2', 1)).json()).toMatchObject({ Id: { Value: 2 }, Uuid: guid });
    expect(await (await uem.get(`/mdm/devices/${guid}`, 2)).json()).toMatchObject({ uuid: guid });
    expect((await uem.get(`/mdm/devices/${guid}`, 1)).status).toBe(404);
    expect((await uem.get('/mdm/devices/99', 1)).status).toBe(404);
  });
});

describe('the time zone trap', () => {
  it('lets the offset be measured by reading one device in both calls', async () => {
    const uem = await start({ size: 3, offsetMinutes: 150 });
    const [row] = (await search(uem, 'pagesize=1')).Devices;
    const device = deviceSchema.parse(await (await uem.get(`/mdm/devices/${String(row?.['Uuid'])}`)).json());
    const local = Date.parse(`${String(row?.['LastEnrolledOn'])}Z`);
    expect((local - Date.parse(device.enrollmentInfo.enrollmentTimestamp)) / 60_000).toBe(150);
  });
});

describe('the extensive search', () => {
  it('gives the devices that left since a time', async () => {
    const uem = await start({ size: 2000 });
    const [first, second] = uem.fleet.slice(0, 2000).filter(({ enrollment }) => enrollment === 'enrolled');
    uem.fleet.change(first?.ordinal ?? 0, { enrollment: 'unenrolled', lastSeenAt: PRESENT - 1000 });
    uem.fleet.change(second?.ordinal ?? 0, { enrollment: 'unenrolled', lastSeenAt: PRESENT - 90 * 86_400_000 });
    const since = '2026-11-25T08:59:00';
    const answer = await uem.get(
      `/mdm/devices/extensivesearch?enrollmentstatus=Unenrolled&statuschangestarttime=${since}`,
      1,
    );
    const page = searchSchema.parse(await answer.json());
    expect(page.Devices.map(({ DeviceUuid }) => DeviceUuid)).toEqual([first?.guid]);
  });

  it('is 204 when nobody left, and shows no deleted device', async () => {
    const uem = await start({ size: 50 });
    uem.fleet.remove([1, 2, 3]);
    const query = 'enrollmentstatus=Unenrolled&statuschangestarttime=2026-11-25T08:59:00';
    expect((await uem.get(`/mdm/devices/extensivesearch?${query}`, 1)).status).toBe(204);
    const all = searchSchema.parse(await (await uem.get('/mdm/devices/extensivesearch', 1)).json());
    expect(all.Total).toBe(47);
  });
});

describe('apps', () => {
  const messages = 'com.google.android.apps.messaging';
  const catalogue = async (uem: WorkspaceOneFixture, query = `?bundle_id=${messages}`) =>
    catalogueSchema.parse(await (await uem.get(`/mam/apps/search${query}`)).json());

  it('are found by bundle id, else 204', async () => {
    const uem = await start({ size: 10 });
    expect((await catalogue(uem)).applications).toMatchObject([
      { bundle_id: messages, platform: 'ANDROID', application_type: 'Public' },
    ]);
    expect((await uem.get('/mam/apps/search?bundle_id=com.example.nothing')).status).toBe(204);
    expect((await catalogue(uem, '')).total).toBe(4);
  });

  it('list their devices in pages of 500 with a version for each', async () => {
    const uem = await start({ size: 3000 });
    const [app] = (await catalogue(uem)).applications;
    if (app === undefined) throw new Error('the catalogue is empty');
    const rows: z.infer<typeof appDevicesSchema>['devices'] = [];
    for (let page = 0; ; page += 1) {
      const answer = appDevicesSchema.parse(
        await (await uem.get(`/mam/apps/${app.uuid}/devices?page=${page}&pagesize=600`, 1)).json(),
      );
      expect(answer.TotalResults).toBe(app.assigned_device_count);
      expect(answer.devices.length).toBeLessThanOrEqual(500);
      if (answer.devices.length === 0) break;
      rows.push(...answer.devices);
    }
    expect(rows).toHaveLength(app.assigned_device_count);
    for (const { device_uuid, installed_status, installed_version } of rows) {
      const device = uem.fleet.device(uem.fleet.find(device_uuid) ?? 0);
      const version = device?.apps.find(({ id }) => id === messages)?.version;
      expect(installed_status).toBe(version === undefined ? 'NotInstalled' : 'Installed');
      expect(['', version]).toContain(installed_version.replaceAll('\u0000', ''));
    }
  });

  it('that the console does not know are 404', async () => {
    const uem = await start({ size: 1 });
    expect((await uem.get('/mam/apps/11111111-1111-4111-8111-111111111111/devices', 1)).status).toBe(404);
  });
});

describe('who may call', () => {
  it.each([
    ['a token of nobody', { authorization: 'Bearer x', 'aw-tenant-code': 'code' }, 401, 1005],
    ['Basic where it is not allowed', { authorization: 'Basic eDp5', 'aw-tenant-code': 'code' }, 401, 1005],
    ['no tenant code', {}, 403, 1013],
    ['a wrong tenant code', { 'aw-tenant-code': 'other' }, 403, 1013],
  ])('not %s', async (_reason, headers: Record<string, string>, status, errorCode) => {
    const uem = await start({ size: 1, tenantCode: 'code' });
    const answer = await uem.get('/system/info', 1, headers);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({
      errorCode,
      message: expect.any(String),
      activityId: expect.any(String),
    });
  });

  it.each([
    ['a token with the tenant code', { 'aw-tenant-code': 'code' }],
    [
      'the Basic account with the tenant code',
      { authorization: `Basic ${btoa('admin:pass')}`, 'aw-tenant-code': 'code' },
    ],
  ])('but %s', async (_reason, headers: Record<string, string>) => {
    const uem = await start({ size: 1, tenantCode: 'code', basic: { username: 'admin', password: 'pass' } });
    expect((await uem.get('/system/info', 1, headers)).status).toBe(200);
  });

  it('under /API as well as /api', async () => {
    const uem = await start({ size: 1 });
    expect((await uem.get('/../API/mdm/devices/search')).status).toBe(200);
  });
});

describe('the token', () => {
  const ask = (uem: WorkspaceOneFixture, fields: Record<string, string>) =>
    fetch(`${uem.server.url}/ws1/connect/token`, { method: 'POST', body: new URLSearchParams(fields) });
  const good = { grant_type: 'client_credentials', client_id: 'id', client_secret: 'secret' };

  it.each([
    ['number', 3599],
    ['string', '3599'],
  ] as const)('expires in a %s of seconds, and opens the API until then', async (expiresIn, expected) => {
    const uem = await start({ size: 1, expiresIn });
    const token = tokenSchema.parse(await (await ask(uem, good)).json());
    expect(token).toMatchObject({ expires_in: expected, token_type: 'Bearer' });
    const call = async () =>
      (await uem.get('/system/info', 1, { authorization: `Bearer ${token.access_token}` })).status;
    expect(await call()).toBe(200);
    uem.clock.time += 3_599_000;
    expect(await call()).toBe(401);
  });

  it.each([
    ['another secret', { ...good, client_secret: 'x' }, 'invalid_client'],
    ['another grant', { ...good, grant_type: 'password' }, 'unsupported_grant_type'],
  ])('is not given for %s', async (_reason, fields, error) => {
    const uem = await start({ size: 1, client: { id: 'id', secret: 'secret' } });
    const answer = await ask(uem, fields);
    expect([answer.status, await answer.json()]).toEqual([400, { error }]);
  });
});

describe('the daily quota', () => {
  it('is told on every answer, errors and empty pages too, and ends in 429', async () => {
    const uem = await start({ size: 1, dailyQuota: 3 });
    const left = (answer: Response): readonly (string | null)[] =>
      ['limit', 'remaining', 'reset'].map((name) => answer.headers.get(`x-ratelimit-${name}`));
    const reset = String((PRESENT + 86_400_000) / 1000);
    expect(left(await uem.get('/mdm/devices/search'))).toEqual(['3', '2', reset]);
    expect(left(await uem.get('/mdm/devices/search?page=9'))).toEqual(['3', '1', reset]);
    expect(left(await uem.get('/mdm/devices/9999', 1))).toEqual(['3', '0', reset]);
    const refused = await uem.get('/mdm/devices/search');
    expect([refused.status, ...left(refused)]).toEqual([429, '3', '0', reset]);
    uem.clock.time += 86_400_000;
    expect((await uem.get('/mdm/devices/search')).status).toBe(200);
  });
});
