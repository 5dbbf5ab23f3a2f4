import { SECTIONS } from '../../../simulators/jamf/detail-row';
import { startJamf } from '../../support/jamf-simulator';
import type { JamfFixture } from '../../support/jamf-simulator';
import { readOpenApi } from '../../support/openapi';
import type { OpenApi } from '../../support/openapi';
import { describeWithVectors, vectorPath } from '../../support/vectors';

/** The slice's paths start below `/api`. */
const REQUESTS: readonly (readonly [why: string, path: string, status: number])[] = [
  ['every section of every kind of device', `/v2/mobile-devices/detail?${allSections()}&page-size=2000`, 200],
  ['sections that were not asked for are null', '/v2/mobile-devices/detail?section=NETWORK', 200],
  ['a page behind the end', '/v2/mobile-devices/detail?page=99', 200],
  ['the list of ids', '/v2/mobile-devices?page-size=50', 200],
  ['one device', '/v2/mobile-devices/3', 200],
  ['a device that is not there', '/v2/mobile-devices/999999', 404],
  ['the version', '/v1/jamf-pro-version', 200],
  ['the privileges of the server', '/v1/api-role-privileges', 200],
  ['the account', '/v1/auth', 200],
];

describeWithVectors('answers of the Jamf Pro simulator against the OpenAPI slice', () => {
  let openApi: OpenApi;
  let jamf: JamfFixture;
  beforeAll(async () => {
    openApi = readOpenApi(vectorPath('openapi', 'jamf-slice.relaxed.json'));
    jamf = await startJamf({ size: 600, brokenDevices: [4] });
  });
  afterAll(() => jamf.server.close());

  test.each(REQUESTS)('%s', async (_why, path, status) => {
    const answer = await jamf.get(`/api${path}${path.includes('?') ? '&' : '?'}exception-handling=LENIENT`);
    const body: unknown = await answer.json();
    const bare = path.split('?')[0] ?? '';
    expect(answer.status).toBe(status);
    expect(openApi.problems('GET', bare, status, body)).toEqual([]);
    expect(openApi.undeclared('GET', bare, status, body)).toEqual([]);
  });

  test.each([
    ['granted', {}, 200],
    ['refused for its secret', { client_secret: 'wrong' }, 400],
    ['refused for its scope', { scope: 'api-role:99' }, 400],
  ])('a token that is %s', async (_why, fields, status) => {
    const answer = await jamf.askToken(undefined, fields);
    const body: unknown = await answer.json();
    expect(answer.status).toBe(status);
    expect(openApi.problems('POST', '/v1/oauth/token', status, body)).toEqual([]);
    expect(openApi.undeclared('POST', '/v1/oauth/token', status, body)).toEqual([]);
  });
});

describeWithVectors('the check itself can fail', () => {
  let openApi: OpenApi;
  beforeAll(() => {
    openApi = readOpenApi(vectorPath('openapi', 'jamf-slice.relaxed.json'));
  });
  const path = '/v2/mobile-devices/detail';

  test('a wrong type is a problem', () => {
    const body = { totalCount: 1, results: [{ mobileDeviceId: 1, deviceType: 'iOS' }] };
    expect(openApi.problems('GET', path, 200, body)).not.toEqual([]);
  });

  test('a misspelt name is undeclared, however deep', () => {
    const body = { totalCount: 1, results: [{ deviceType: 'iOS', general: { osVersionn: '26.5' } }] };
    expect(openApi.undeclared('GET', path, 200, body)).toEqual(['results.general.osVersionn']);
  });

  test('null is fine only where the document says nullable', () => {
    expect(openApi.problems('GET', path, 200, { totalCount: null, results: null })).toEqual([]);
    expect(openApi.problems('GET', path, 200, { totalCount: '1', results: [] })).not.toEqual([]);
  });
});

function allSections(): string {
  return SECTIONS.map((section) => `section=${section}`).join('&');
}
