import * as z from 'zod';
import type { FaultRule } from '../../../simulators/kit/fault';
import { startIntune } from '../../support/intune-simulator';
import type { IntuneFixture } from '../../support/intune-simulator';
import { readOpenApi } from '../../support/openapi';
import type { OpenApi } from '../../support/openapi';
import { describeWithVectors, vectorPath } from '../../support/vectors';

/** The document demands `@odata.type` everywhere; Graph leaves it out where the type is plain, as minimal metadata do. */
const isMetadata = (problem: string): boolean => problem.includes('"missingProperty":"@odata.type"');
/** Properties of the store apps' own types, which a collection of `mobileApp` does not declare. */
const OF_SUBTYPES = ['value.appStoreUrl', 'value.packageId', 'value.bundleId'];
/** Annotations are not properties. */
const isAnnotation = (name: string): boolean => name.includes('@odata') || OF_SUBTYPES.includes(name);

const withId = z.looseObject({ id: z.string() });

const DEVICE = '/deviceManagement/managedDevices';

describeWithVectors('answers of the Intune simulator against the OpenAPI slice', () => {
  let openApi: OpenApi;
  const refused: FaultRule = {
    route: 'graph.overview',
    when: { call: [1] },
    fault: { kind: 'status', status: 403, body: 'json' },
  };
  let intune: IntuneFixture;
  beforeAll(async () => {
    openApi = readOpenApi(vectorPath('openapi', 'graph-intune-slice.json'));
    intune = await startIntune({ size: 600, faults: [refused] });
  });
  afterAll(() => intune.server.close());

  const urlOf = (path: string): string => `${intune.server.url}/graph/v1.0${path}`;

  function expectFit(method: string, path: string, status: number, body: unknown): void {
    expect(openApi.problems(method, path, status, body).filter((one) => !isMetadata(one))).toEqual([]);
    expect(openApi.undeclared(method, path, status, body).filter((one) => !isAnnotation(one))).toEqual([]);
  }

  it.each([
    ['an error', '/deviceManagement/managedDeviceOverview', 403],
    ['the overview', '/deviceManagement/managedDeviceOverview', 200],
    ['all properties of every kind of device', DEVICE, 200],
    ['some properties', `${DEVICE}?$select=id,phoneNumber&$top=5`, 200],
    ['an unknown property', `${DEVICE}?$select=nope`, 400],
    ['a crash', `${DEVICE}?$filter=id in ('a')`, 500],
    ['the count', `${DEVICE}/$count`, 200],
    ['a device that is not there', `${DEVICE}/00000000-0000-0000-0000-000000000000`, 404],
    ['detected apps', '/deviceManagement/detectedApps?$top=1000', 200],
    ['a throttled sort', '/deviceManagement/detectedApps?$orderby=deviceCount desc', 429],
    ['mobile apps', '/deviceAppManagement/mobileApps', 200],
  ])('%s', async (_reason, path, status) => {
    const answer = await intune.get(urlOf(path));
    expect(answer.status).toBe(status);
    expectFit('GET', path.split('?')[0] ?? '', status, await answer.json());
  });

  it('every device alone, with and without selection', async () => {
    for (const { guid } of intune.fleet.slice(0, 40)) {
      for (const query of ['', '?$select=iccid,udid,notes,physicalMemoryInBytes,activationLockBypassCode']) {
        const answer = await intune.get(urlOf(`${DEVICE}/${guid}${query}`));
        expectFit('GET', `${DEVICE}/${guid}`, 200, await answer.json());
      }
    }
  });

  it('devices of a detected app', async () => {
    const apps = z
      .object({ value: z.array(withId) })
      .parse(await (await intune.get(urlOf('/deviceManagement/detectedApps'))).json());
    const path = `/deviceManagement/detectedApps/${apps.value[0]?.id ?? ''}/managedDevices`;
    expectFit('GET', path, 200, await (await intune.get(urlOf(path))).json());
  });

  it('an export job in all its states', async () => {
    const path = '/deviceManagement/reports/exportJobs';
    const answer = await intune.post(urlOf(path), { reportName: 'Devices', select: ['DeviceId'] });
    const submitted = withId.parse(await answer.json());
    expectFit('POST', path, 201, submitted);
    for (let polls = 0; polls < 2; polls += 1) {
      const polled = await (await intune.get(urlOf(`${path}/${submitted.id}`))).json();
      expectFit('GET', `${path}/${submitted.id}`, 200, polled);
    }
    const bad = await intune.post(urlOf(path), { reportName: 'Nope' });
    expectFit('POST', path, 400, await bad.json());
  });

  it('fails on a wrong type', () => {
    expect(openApi.problems('GET', DEVICE, 200, { value: [{ id: 1 }] }).filter((one) => !isMetadata(one))).not.toEqual(
      [],
    );
    expect(openApi.undeclared('GET', DEVICE, 200, { value: [{ osPatchLevel: '' }] })).toEqual(['value.osPatchLevel']);
  });
});
