import { startJamf } from '../../support/jamf-simulator';
import type { JamfFixture, JamfFixtureOptions } from '../../support/jamf-simulator';

interface Row {
  readonly mobileDeviceId: string;
  readonly general: { readonly managed: boolean; readonly lastInventoryUpdateDate: string | null } | null;
  readonly hardware: { readonly serialNumber: string | null } | null;
  readonly network: { readonly imei: string | null } | null;
}
interface Page {
  readonly totalCount: number;
  readonly results: readonly Row[];
}

let open: JamfFixture[] = [];
const start = async (options: JamfFixtureOptions): Promise<JamfFixture> => {
  const jamf = await startJamf(options);
  open.push(jamf);
  return jamf;
};
afterEach(async () => {
  await Promise.all(open.map(({ server }) => server.close()));
  open = [];
});

const DETAIL = '/api/v2/mobile-devices/detail';
const query = (parameters: Record<string, string | number>): string =>
  `${DETAIL}?${new URLSearchParams(Object.entries(parameters).map(([key, value]): [string, string] => [key, String(value)])).toString()}`;

async function page(jamf: JamfFixture, parameters: Record<string, string | number>): Promise<Page> {
  const answer = await jamf.get(query({ sort: 'mobileDeviceId:asc', ...parameters }));
  expect(answer.status).toBe(200);
  return (await answer.json()) as Page;
}
const ids = ({ results }: Page): readonly number[] => results.map(({ mobileDeviceId }) => Number(mobileDeviceId));
const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('pages', () => {
  test('are counted from 0, a hundred rows unless told, and empty behind the end', async () => {
    const jamf = await start({ size: 250 });
    expect(ids(await page(jamf, {}))).toEqual(range(1, 100));
    expect(ids(await page(jamf, { page: 2 }))).toEqual(range(201, 250));
    expect(await page(jamf, { page: 3 })).toEqual({ totalCount: 250, results: [] });
  });

  test('are cut at 2000 rows without a word, so that the last is found by the total only', async () => {
    const jamf = await start({ size: 4100 });
    const pages = [];
    for (const number of [0, 1, 2]) pages.push(await page(jamf, { page: number, 'page-size': 5000 }));
    expect(pages.map(({ results }) => results.length)).toEqual([2000, 2000, 100]);
    expect(pages.flatMap(ids)).toEqual(range(1, 4100));
  });

  test('follow another page size when a fault caps it: no row is lost between two pages', async () => {
    const jamf = await start({
      size: 350,
      faults: [{ route: 'jamf.devices', when: {}, fault: { kind: 'page-size-cap', size: 100 } }],
    });
    const pages = [];
    for (const number of [0, 1, 2, 3]) pages.push(await page(jamf, { page: number, 'page-size': 200 }));
    expect(pages.flatMap(ids)).toEqual(range(1, 350));
  });

  test('shift when a device leaves between two of them', async () => {
    const jamf = await start({
      size: 30,
      faults: [{ route: 'jamf.devices', when: { page: [1] }, fault: { kind: 'fleet-remove', at: 0, count: 1 } }],
    });
    const first = ids(await page(jamf, { page: 0, 'page-size': 10 }));
    const second = ids(await page(jamf, { page: 1, 'page-size': 10 }));
    expect([...first, ...second]).not.toContain(11);
    expect(second).toEqual(range(12, 21));
  });

  test.each([{ page: -1 }, { page: 'x' }, { 'page-size': 0 }])('%j is refused', async (parameters) => {
    const jamf = await start({ size: 1 });
    expect((await jamf.get(query({ ...parameters }))).status).toBe(400);
  });
});

describe('sections', () => {
  test('that were not asked for are null; GENERAL is the one that comes unasked', async () => {
    const jamf = await start({ size: 1 });
    const [general] = (await page(jamf, {})).results;
    expect([general?.general === null, general?.hardware]).toEqual([false, null]);
    const [hardware] = (await page(jamf, { section: 'HARDWARE' })).results;
    expect([hardware?.general, hardware?.hardware === null]).toEqual([null, false]);
  });

  test('with a name that does not exist are refused', async () => {
    const jamf = await start({ size: 1 });
    expect((await jamf.get(query({ section: 'CELLULAR' }))).status).toBe(400);
  });

  test('IMEIs come with spaces, and dates lose the zeros at the end of their fraction', async () => {
    const jamf = await start({ size: 300 });
    const answer = await jamf.get(`${DETAIL}?section=GENERAL&section=NETWORK&page-size=300&sort=mobileDeviceId:asc`);
    const { results } = (await answer.json()) as Page;
    const imeis = results.flatMap(({ network }) => network?.imei ?? []);
    expect(imeis.length).toBeGreaterThan(200);
    expect(imeis.filter((imei) => !/^00 10010\d \d{6} \d$/.test(imei))).toEqual([]);
    const dates = results.flatMap(({ general }) => general?.lastInventoryUpdateDate ?? []);
    expect(dates.filter((date) => /0Z$/.test(date) && date.includes('.'))).toEqual([]);
    expect(dates.some((date) => /:\d\d\.\dZ$/.test(date))).toBe(true);
    expect(dates.map((date) => Date.parse(date))).toEqual(results.map((_, at) => jamf.fleet.inventoryAt(at + 1)));
  });
});

describe('a device that the server cannot print', () => {
  test('turns its page into a 500, and only its page', async () => {
    const jamf = await start({ size: 30, brokenDevices: [12] });
    const ask = async (number: number): Promise<number> =>
      (await jamf.get(query({ page: number, 'page-size': 10, sort: 'mobileDeviceId:asc' }))).status;
    expect([await ask(0), await ask(1), await ask(2)]).toEqual([200, 500, 200]);
  });

  test('loses one section when the server is asked to be lenient', async () => {
    const jamf = await start({ size: 30, brokenDevices: [12] });
    const { results } = await page(jamf, { section: 'HARDWARE', 'exception-handling': 'LENIENT' });
    expect(results.filter(({ hardware }) => hardware === null).map(({ mobileDeviceId }) => mobileDeviceId)).toEqual([
      '12',
    ]);
  });

  test('still is a 500 on a server before 11.29, which knows no such parameter', async () => {
    const jamf = await start({ size: 30, brokenDevices: [12], version: '11.28.1-t1' });
    expect((await jamf.get(query({ 'exception-handling': 'LENIENT' }))).status).toBe(500);
  });
});

describe('filters', () => {
  test('managed==false finds what is unmanaged', async () => {
    const jamf = await start({ size: 1500 });
    const found = await page(jamf, { filter: 'managed==false', 'page-size': 2000 });
    const expected = range(1, 1500).filter((ordinal) => jamf.fleet.enrollment(ordinal) === 'unenrolled');
    expect(expected.length).toBeGreaterThan(5);
    expect(ids(found)).toEqual(expected);
    expect(found.totalCount).toBe(expected.length);
  });

  test('a date needs three fractional digits or none: the one-digit form that the server prints is refused', async () => {
    const jamf = await start({ size: 5 });
    const status = async (date: string): Promise<number> =>
      (await jamf.get(query({ filter: `lastInventoryUpdateDate=ge="${date}"` }))).status;
    expect(await status('2026-11-24T00:00:00.6Z')).toBe(400);
    expect(await status('2026-11-24T00:00:00.600Z')).toBe(200);
    expect(await status('2026-11-24T00:00:00Z')).toBe(200);
  });

  test('a delta is sorted by date, and a device without a date is never in it', async () => {
    const jamf = await start({ size: 400 });
    jamf.fleet.change(7, { inventoryAt: 0 });
    const since = '2026-11-24T12:00:00.000Z';
    const found = await page(jamf, {
      filter: `lastInventoryUpdateDate=ge="${since}"`,
      sort: 'lastInventoryUpdateDate:asc,mobileDeviceId:asc',
      'page-size': 500,
    });
    const time = (ordinal: number): number => jamf.fleet.inventoryAt(ordinal);
    const expected = range(1, 400)
      .filter((ordinal) => time(ordinal) >= Date.parse(since))
      .sort((a, b) => time(a) - time(b) || a - b);
    expect(expected.length).toBeGreaterThan(50);
    expect(ids(found)).toEqual(expected);
    expect(ids(found)).not.toContain(7);
  });

  test('a tie group longer than a page is paged through by the second sort field', async () => {
    const jamf = await start({ size: 2600, inventoryTies: 2500 });
    const filter = `lastInventoryUpdateDate=ge="${new Date(jamf.fleet.inventoryAt(1)).toISOString()}"`;
    const seen = new Set<number>();
    for (let number = 0; number < 4; number += 1) {
      const sort = 'lastInventoryUpdateDate:asc,mobileDeviceId:asc';
      for (const id of ids(await page(jamf, { filter, sort, page: number, 'page-size': 1000 }))) seen.add(id);
    }
    expect(range(1, 2500).filter((id) => !seen.has(id))).toEqual([]);
  });

  test('an answer changes when the fleet does', async () => {
    const jamf = await start({ size: 50 });
    const total = async (): Promise<number> => (await page(jamf, { filter: 'managed==false' })).totalCount;
    const before = await total();
    jamf.fleet.change(
      range(1, 50).find((ordinal) => jamf.fleet.enrollment(ordinal) === 'enrolled')!,
      {
        enrollment: 'unenrolled',
      },
    );
    expect(await total()).toBe(before + 1);
  });

  test.each([
    ['one id', 'mobileDeviceId=="5"', [5]],
    ['several ids', 'mobileDeviceId=in=(3,9)', [3, 9]],
    ['both conditions', 'mobileDeviceId=in=(3,9);mobileDeviceId!=3', [9]],
    ['a group of all', 'groupId==1;mobileDeviceId=in=(1,2)', [1, 2]],
  ])('%s', async (_why, filter, expected) => {
    expect(ids(await page(await start({ size: 20 }), { filter }))).toEqual(expected);
  });

  test.each([
    ['a field that can be sorted by only', 'lastEnrolledDate=ge="2026-01-01"'],
    ['a range of ids, which nobody has established', 'mobileDeviceId=gt=5'],
    ['no RSQL', 'managed is false'],
  ])('%s is refused', async (_why, filter) => {
    expect((await (await start({ size: 2 })).get(query({ filter }))).status).toBe(400);
  });

  test('lastContactDate came with 11.30', async () => {
    const filter = 'lastContactDate=ge="2020-01-01"';
    expect((await (await start({ size: 2 })).get(query({ filter }))).status).toBe(200);
    expect((await (await start({ size: 2, version: '11.29.1' })).get(query({ filter }))).status).toBe(400);
  });
});

describe('who may read', () => {
  test('no token and a stranger are 401, with the code that says so', async () => {
    const jamf = await start({ size: 1 });
    for (const headers of [undefined, { authorization: 'Bearer stranger' }]) {
      const answer = await fetch(`${jamf.server.url}/jamf${DETAIL}`, headers === undefined ? {} : { headers });
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({ httpStatus: 401, errors: [{ code: 'INVALID_TOKEN' }] });
    }
  });

  test('a token lives as long as it says, and dies when it is given back', async () => {
    const jamf = await start({ size: 1, tokenLifetimeSeconds: 60 });
    const { access_token, expires_in } = (await (await jamf.askToken()).json()) as {
      access_token: string;
      expires_in: number;
    };
    const headers = { authorization: `Bearer ${access_token}` };
    const status = async (): Promise<number> => (await jamf.get(DETAIL, headers)).status;
    expect([expires_in, await status()]).toEqual([60, 200]);
    await fetch(`${jamf.server.url}/jamf/api/v1/auth/invalidate-token`, { method: 'POST', headers });
    expect(await status()).toBe(401);
  });

  test('a client without the privilege is 403', async () => {
    const jamf = await start({ size: 1, privileges: ['Read API Roles'] });
    const answer = await jamf.get(DETAIL);
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ errors: [{ code: 'INVALID_PRIVILEGE' }] });
    expect((await jamf.get('/api/v1/jamf-pro-version')).status).toBe(200);
  });

  test('an older server knows the older token path only', async () => {
    const jamf = await start({ size: 1, tokenPathV1: false });
    expect((await jamf.askToken('/api/v1/oauth/token')).status).toBe(404);
    expect((await jamf.askToken('/api/oauth/token')).status).toBe(200);
  });

  test.each([
    [{ client_id: 'other' }, 'invalid_client'],
    [{ client_secret: 'wrong' }, 'invalid_client'],
    [{ grant_type: 'password' }, 'unsupported_grant_type'],
  ])('%j is %s', async (fields, error) => {
    const answer = await (await start({ size: 1 })).askToken(undefined, fields);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error });
  });
});

test('the id list ignores a filter', async () => {
  const jamf = await start({ size: 5 });
  const answer = await jamf.get('/api/v2/mobile-devices?filter=id==1&page-size=10');
  expect(((await answer.json()) as Page).totalCount).toBe(5);
});
