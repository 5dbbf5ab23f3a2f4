import dns from 'node:dns';
import { makeWorkspaceOneConnector } from '../../../../connectors/workspace-one';
import type { WorkspaceOneConnector, WorkspaceOneSettings } from '../../../../connectors/workspace-one';
import { PermanentError, TransientError } from '../../../../core/errors';
import { readVector } from '../../../support/read-vector';
import { startScriptedServer } from '../../../support/scripted-server';
import type { ScriptedAnswer, ScriptedServer, SeenRequest } from '../../../support/scripted-server';
import { describeWithVectors } from '../../../support/vectors';
import { makeMovableClock, makePullContext, oneStage, walkPull } from '../../../support/walk-pull';
import type { MovableClock } from '../../../support/walk-pull';

const { signal } = new AbortController();
const meter = { request: () => undefined };
const V2 = { 'x-api-version': 'v2' };
const V1 = { 'x-api-version': '1' };

interface Setup {
  readonly connector: WorkspaceOneConnector;
  readonly api: ScriptedServer;
  readonly issuer: ScriptedServer;
  readonly clock: MovableClock;
}

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** The API on one host, the token issuer on another, as in the real tenants. */
async function setUp(
  script: (request: SeenRequest) => ScriptedAnswer,
  {
    token = {},
    settings = {},
  }: { readonly token?: ScriptedAnswer; readonly settings?: Partial<WorkspaceOneSettings> } = {},
): Promise<Setup> {
  const api = await startScriptedServer(script);
  let issued = 0;
  const issuer = await startScriptedServer(() => {
    issued += 1;
    return { body: { access_token: `token-${issued}`, expires_in: 3600, token_type: 'Bearer' }, ...token };
  });
  const clock = makeMovableClock();
  const connector = makeWorkspaceOneConnector(
    {
      id: 'ws1',
      baseUrl: api.url,
      auth: { tokenUrl: `${issuer.url}/connect/token`, clientId: 'me', clientSecret: 'hidden&=', tenantCode: null },
      defaultCountry: null,
      watchedApps: [],
      dailyReservePercent: 20,
      ...settings,
    },
    { clock, random: { next: () => 0, id: () => 'id' }, userAgent: 'Muster/test' },
  );
  closers.push(connector.close, api.close, issuer.close);
  return { connector, api, issuer, clock };
}

const search = ({ connector }: Setup) =>
  connector.client.searchDevices({ page: 0, pageSize: 500, seenSince: null }, meter, signal);
const failure = (running: Promise<unknown>): Promise<unknown> =>
  running.then(
    () => null,
    (error: unknown) => error,
  );
const page = (rows: readonly unknown[]) => ({ Devices: rows, Page: 0, PageSize: 500, Total: rows.length });

describe('the token', () => {
  test('is asked for at its own host with a form; the secret never reaches the API, nor the token the issuer', async () => {
    const setup = await setUp(() => ({ headers: V2, body: page([]) }));
    await search(setup);
    await search(setup);
    expect(setup.issuer.seen).toHaveLength(1);
    expect(setup.issuer.seen[0]).toMatchObject({ method: 'POST', path: '/connect/token' });
    expect(Object.fromEntries(new URLSearchParams(setup.issuer.seen[0]?.body))).toEqual({
      grant_type: 'client_credentials',
      client_id: 'me',
      client_secret: 'hidden&=',
    });
    expect(setup.issuer.seen[0]?.headers.authorization).toBeUndefined();
    expect(setup.api.seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-1']);
    expect(JSON.stringify(setup.api.seen)).not.toContain('hidden');
  });

  test('lives as long as it says, be that a number or a string', async () => {
    for (const expires_in of [600, '600']) {
      const setup = await setUp(() => ({ headers: V2, body: page([]) }), {
        token: { body: { access_token: 't', expires_in } },
      });
      await search(setup);
      setup.clock.advance(569_000);
      await search(setup);
      expect(setup.issuer.seen).toHaveLength(1);
      setup.clock.advance(2_000);
      await search(setup);
      expect(setup.issuer.seen).toHaveLength(2);
    }
  });

  test.each([400, 401])(
    'refused credentials (%i) stop the pull with the place in the console, after one request',
    async (status) => {
      const setup = await setUp(() => ({}), { token: { status, body: { error: 'invalid_client' } } });
      const error = await failure(search(setup));
      expect(error).toBeInstanceOf(PermanentError);
      expect(error).toMatchObject({
        message: expect.stringContaining('invalid_client'),
        context: { endpoint: 'POST /connect/token', hint: expect.stringContaining('OAuth Client Management') },
      });
      expect({ issuer: setup.issuer.seen.length, api: setup.api.seen.length }).toEqual({ issuer: 1, api: 0 });
    },
  );

  test.each([
    { token: { status: 503, body: 'down' }, reason: 'the issuer is down' },
    { token: { body: { token: 'other shape' } }, reason: 'no token in the answer' },
    { token: { body: '<!DOCTYPE html><html></html>' }, reason: 'a page instead of a token' },
  ])('$reason is worth another try', async ({ token }) => {
    const setup = await setUp(() => ({}), { token });
    expect(await failure(search(setup))).toBeInstanceOf(TransientError);
  });
});

describe('field case 16: a token host that was retired', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test('does not resolve, and the error names the host that took its place', async () => {
    const tokenUrl = 'https://emea.uemauth.vmwservices.com/connect/token';
    const auth = { tokenUrl, clientId: 'me', clientSecret: 's', tenantCode: null };
    const setup = await setUp(() => ({}), { settings: { auth } });
    const lookup = jest.spyOn(dns, 'lookup') as unknown as jest.SpyInstance;
    lookup.mockImplementation((host: string, _: unknown, done: (error: Error) => void) => {
      process.nextTick(done, Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' }));
    });
    expect(await failure(search(setup))).toMatchObject({
      name: 'TransientError',
      message: expect.stringContaining('does not resolve'),
      context: {
        endpoint: 'POST /connect/token',
        hint: expect.stringContaining('https://emea.uemauth.workspaceone.com/connect/token'),
      },
    });
    expect(lookup).toHaveBeenCalled();
    expect(setup.api.seen).toHaveLength(0);
  });
});

describe('what each call carries', () => {
  test('its version, and the tenant code only where it is configured', async () => {
    const bare = await setUp(({ path }) => ({ headers: path.includes('extensive') ? V1 : V2, body: page([]) }));
    await search(bare);
    await bare.connector.client.searchUnenrolled(
      { page: 0, pageSize: 500, changedSince: '2026-11-01T00:00:00.000' },
      meter,
      signal,
    );
    expect(bare.api.seen.map(({ headers }) => [headers.accept, headers['aw-tenant-code']])).toEqual([
      ['application/json;version=2', undefined],
      ['application/json;version=1', undefined],
    ]);
    const auth = { tokenUrl: `${bare.issuer.url}/t`, clientId: 'me', clientSecret: 's', tenantCode: 'code' };
    const coded = await setUp(() => ({ headers: V2, body: page([]) }), { settings: { auth } });
    await search(coded);
    expect(coded.api.seen[0]?.headers['aw-tenant-code']).toBe('code');
  });

  test('a stable order, and times in the layout the filters take', async () => {
    const setup = await setUp(({ path }) => ({ headers: path.includes('extensive') ? V1 : V2, status: 204 }));
    const pull = { clock: setup.clock, request: { mode: 'incremental', since: '2026-11-20T10:00:00.000Z' } } as const;
    await walkPull(setup.connector.inventory, {
      ...pull,
      request: { mode: 'incremental', since: pull.request.since as never },
    });
    expect(Object.fromEntries(setup.api.seen[0]?.query ?? [])).toEqual({
      seensince: '2026-11-19T10:00:00.000',
      orderby: 'deviceid',
      sortorder: 'ASC',
      page: '0',
      pagesize: '500',
    });
    expect(Object.fromEntries(setup.api.seen[1]?.query ?? [])).toEqual({
      enrollmentstatus: 'Unenrolled',
      statuschangestarttime: '2026-11-19T10:00:00.000',
      page: '0',
      pagesize: '500',
    });
  });
});

describe('the version of an answer (§8 case 11)', () => {
  test.each([
    { header: 'v2', ok: true },
    { header: 'V2', ok: true },
    { header: '2', ok: true },
    { header: 'v1', ok: false },
    { header: '3', ok: false },
    { header: 'latest', ok: false },
  ])('X-Api-Version $header', async ({ header, ok }) => {
    const setup = await setUp(() => ({ headers: { 'x-api-version': header }, body: page([]) }));
    const error = await failure(search(setup));
    if (ok) expect(error).toBeNull();
    else expect(error).toBeInstanceOf(PermanentError);
  });

  test('a silent server is believed, with a warning', async () => {
    const setup = await setUp(() => ({ body: page([]) }));
    expect((await search(setup)).warnings).toEqual([expect.stringContaining('does not say its API version')]);
  });

  test('an empty answer (204) in the wrong version is no empty list', async () => {
    const setup = await setUp(() => ({ status: 204, headers: { 'x-api-version': 'v1' } }));
    expect(await failure(search(setup))).toBeInstanceOf(PermanentError);
  });
});

describe('refusals', () => {
  test('a second 401 stops after one fresh token, so that no account is locked, and names causes', async () => {
    const body = { errorCode: 1005, message: 'user not found : alice', activityId: 'x' };
    const setup = await setUp(() => ({ status: 401, body }));
    const error = await failure(search(setup));
    expect(error).toMatchObject({
      name: 'PermanentError',
      message: expect.stringContaining('1005'),
      context: { status: 401, hint: expect.stringContaining('REST API Devices: Read') },
    });
    expect(String(error)).not.toContain('alice');
    expect(setup.api.seen).toHaveLength(2);
  });

  test('a missing tenant code is named', async () => {
    const setup = await setUp(() => ({ status: 403, body: { errorCode: '1013', message: 'x' } }));
    expect(await failure(search(setup))).toMatchObject({ message: expect.stringContaining('auth.tenantCode') });
  });

  test.each([
    { body: '<!DOCTYPE html><html><body>maintenance</body></html>', reason: 'an HTML page' },
    { body: { devices: [] }, reason: 'another shape' },
    { body: '{"Devices":[{"Uu', reason: 'half a document' },
  ])('$reason with status 200 is worth another try, never an empty list', async ({ body }) => {
    const setup = await setUp(() => ({ headers: V2, body }));
    expect(await failure(search(setup))).toBeInstanceOf(TransientError);
  });

  test.each([
    { remaining: 40_000, kind: 'ThrottledError', wait: 60_000, reason: 'the limit of the minute' },
    { remaining: 0, kind: 'ThrottledError', wait: 7_200_000, reason: 'the day is spent: until the reset' },
  ])('429 with $remaining left: $reason', async ({ remaining, kind, wait }) => {
    const setup = await setUp(() => {
      const reset = String((setup.clock.now() + 7_200_000) / 1000);
      const headers = {
        'x-ratelimit-limit': '50000',
        'x-ratelimit-remaining': String(remaining),
        'x-ratelimit-reset': reset,
      };
      return { status: 429, headers, body: { errorCode: 429, message: 'x' } };
    });
    expect(await failure(search(setup))).toMatchObject({ name: kind, retryAt: setup.clock.now() + wait });
  });
});

describe('one device, for the time zone', () => {
  const UUID = '0d1c2b3a-1111-4222-8333-444455556666';

  test('gives times with their zone', async () => {
    const enrollmentInfo = { enrollmentTimestamp: '2021-06-28T01:59:29.077Z', lastSeenTimestamp: null };
    const setup = await setUp(() => ({ headers: V2, body: { uuid: UUID, enrollmentInfo } }));
    expect(await setup.connector.client.deviceTimes(UUID, meter, signal)).toEqual({
      enrolledOn: '2021-06-28T01:59:29.077Z',
      lastSeen: null,
    });
    expect(setup.api.seen[0]?.path).toBe(`/api/mdm/devices/${UUID}`);
  });

  test('that is gone (404, errorCode 5061) is null', async () => {
    const setup = await setUp(() => ({
      status: 404,
      body: { errorCode: 5061, message: 'Device not found for this request.' },
    }));
    expect(await setup.connector.client.deviceTimes(UUID, meter, signal)).toBeNull();
  });

  test('whose id is no GUID is not asked for', async () => {
    const setup = await setUp(() => ({}));
    expect(await setup.connector.client.deviceTimes('../bulk', meter, signal)).toBeNull();
    expect(setup.api.seen).toHaveLength(0);
  });
});

describe('the app catalogue', () => {
  test('only the very app counts, however the server reads the filter', async () => {
    const uuid = '0d1c2b3a-1111-4222-8333-444455556666';
    const applications = [
      { uuid, bundle_id: 'com.google.android.ims', application_name: 'Carrier Services' },
      { uuid, bundle_id: 'com.google.android.ims.test', application_name: 'Other' },
      { uuid: 'no-guid', bundle_id: 'com.google.android.ims', application_name: 'Broken' },
      { bundle_id: 'com.google.android.ims' },
    ];
    const setup = await setUp(() => ({ headers: V2, body: { applications, total: 4 } }));
    const found = await setup.connector.client.findApps('com.google.android.ims', meter, signal);
    expect(found).toEqual([{ uuid, name: 'Carrier Services' }]);
  });
});

describe('doctor', () => {
  test('tells token, version, clock, read and quota by one row', async () => {
    const setup = await setUp(() => ({
      headers: {
        ...V2,
        date: new Date(setup.clock.now() - 300_000).toUTCString(),
        'x-ratelimit-limit': '50000',
        'x-ratelimit-remaining': '49000',
        'x-ratelimit-reset': String(setup.clock.now() / 1000 + 3600),
      },
      body: { ...page([{}]), Total: 1234 },
    }));
    const checks = await setup.connector.diagnose(signal);
    expect(checks.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'token ok',
      'version ok',
      'clock warning',
      'read ok',
      'quota ok',
    ]);
    expect(checks.find(({ name }) => name === 'quota')?.detail).toContain('49000 of 50000');
    expect(setup.api.seen).toHaveLength(1);
  });

  test('says what to do where nothing can be read', async () => {
    const setup = await setUp(() => ({ headers: V2, status: 204 }));
    const checks = await setup.connector.diagnose(signal);
    expect(checks.find(({ name }) => name === 'read')).toMatchObject({
      state: 'warning',
      hint: expect.stringContaining('REST API Devices'),
    });
  });

  test('a failure is an answer', async () => {
    const setup = await setUp(() => ({ status: 403, body: { errorCode: 1013 } }));
    expect(await setup.connector.diagnose(signal)).toEqual([
      expect.objectContaining({ state: 'failed', detail: expect.stringContaining('1013'), hint: expect.any(String) }),
    ]);
  });
});

describeWithVectors('recorded and reconstructed answers through the connector', () => {
  test('the recorded search ends after its two rows although it states a page size of one', async () => {
    const recorded = readVector('fixtures/ws1/xsoar/devices_search_v2.json');
    const setup = await setUp(() => ({ headers: V2, body: recorded }));
    const pull = await walkPull(oneStage(setup.connector.inventory, 'devices'), setup);
    expect([...pull.devices.keys()]).toEqual(['dummy-uuid1', 'dummy-uuid2']);
    expect(pull.stages).toEqual([{ name: 'devices', pages: 1, expected: 2 }]);
    // The recorded ids are no GUIDs: no single device can be asked for, and that is told.
    expect(pull.warnings).toEqual([expect.stringContaining('could not be measured')]);
  });

  test('the recorded token answer is a token', async () => {
    const recorded = readVector('fixtures/ws1/terraform-sdk-uem/auth__oauth2_token_success.json') as {
      response: { body: { access_token: string } };
    };
    const setup = await setUp(() => ({ headers: V2, body: page([]) }), { token: { body: recorded.response.body } });
    await search(setup);
    expect(setup.api.seen[0]?.headers.authorization).toBe(`Bearer ${recorded.response.body.access_token}`);
  });

  test('the recorded catalogue is read; apps are found by their exact id', async () => {
    const recorded = readVector('fixtures/ws1/terraform-sdk-uem/mam-apps__apps_get_search.json') as {
      response: { body: { applications: { bundle_id: string; uuid: string; application_name: string }[] } };
    };
    const { body } = recorded.response;
    const setup = await setUp(() => ({ headers: V2, body }));
    expect(body.applications.length).toBeGreaterThan(2);
    for (const { bundle_id, uuid, application_name } of body.applications) {
      expect(await setup.connector.client.findApps(bundle_id, meter, signal)).toContainEqual({
        uuid,
        name: application_name,
      });
    }
    expect(await setup.connector.client.findApps('com.example.absent', meter, signal)).toEqual([]);
  });

  test.each([
    { file: 'error_bad_credentials', status: 401, says: '1005' },
    { file: 'error_device_not_found_404', status: 404, says: '5061' },
  ])('the recorded refusal $file is told as $says', async ({ file, status, says }) => {
    const setup = await setUp(() => ({ status, body: readVector(`fixtures/ws1/xsoar/${file}.json`) }));
    expect(await failure(search(setup))).toMatchObject({
      name: 'PermanentError',
      message: expect.stringContaining(says),
      context: { status },
    });
  });

  test('the reconstructed devices of an app come through the app stage', async () => {
    const appId = 'com.google.android.ims';
    const uuid = '0d1c2b3a-1111-4222-8333-444455556666';
    const setup = await setUp(
      ({ path }) =>
        path.endsWith('/devices')
          ? { headers: V1, body: readVector('fixtures/ws1/reconstructed/app_devices_v1.json') }
          : {
              headers: V2,
              body: { applications: [{ uuid, bundle_id: appId, application_name: 'Carrier Services' }], total: 1 },
            },
      { settings: { watchedApps: [appId] } },
    );
    const first = await setup.connector.inventory.fetchPage({ pageNo: 0, cursor: null }, makePullContext('apps'));
    expect(first).toMatchObject({ rows: 1, next: [], lastPage: 0, warnings: [] });
    expect(first.decode().apps).toEqual([
      {
        vendorId: '00000000-0000-4000-8000-0000000000d1',
        appId,
        name: 'Carrier Services',
        version: '1.2.3',
        versionCode: null,
        installed: true,
      },
    ]);
  });
});
