import * as z from 'zod';
import type { FaultRule } from '../../../simulators/kit/fault';
import { readOpenApi } from '../../support/openapi';
import type { OpenApi } from '../../support/openapi';
import { describeWithVectors, vectorPath } from '../../support/vectors';
import { startWorkspaceOne } from '../../support/workspace-one-simulator';
import type { WorkspaceOneFixture } from '../../support/workspace-one-simulator';

describeWithVectors('answers of the Workspace ONE simulator against the OpenAPI slice', () => {
  const refused: FaultRule = {
    route: 'ws1.system-info',
    when: { call: [1] },
    fault: { kind: 'status', status: 403, body: 'json' },
  };
  let openApi: OpenApi;
  let uem: WorkspaceOneFixture;
  beforeAll(async () => {
    openApi = readOpenApi(vectorPath('openapi', 'ws1-slice.json'));
    uem = await startWorkspaceOne({ size: 500, faults: [refused] });
  });
  afterAll(() => uem.server.close());

  async function expectFit(path: string, version: 1 | 2, status: number): Promise<void> {
    const answer = await uem.get(path, version);
    const body: unknown = answer.status === 204 ? null : await answer.json();
    const bare = `/api${path.split('?')[0] ?? ''}`;
    expect(answer.status).toBe(status);
    expect(openApi.problems('GET', bare, status, body)).toEqual([]);
    expect(openApi.undeclared('GET', bare, status, body)).toEqual([]);
  }

  it.each<[reason: string, path: string, version: 1 | 2, status: number]>([
    ['an error', '/system/info', 1, 403],
    ['every kind of device', '/mdm/devices/search', 2, 200],
    ['the same in v1', '/mdm/devices/search', 1, 200],
    ['no rows', '/mdm/devices/search?page=9', 2, 204],
    ['the extensive search', '/mdm/devices/extensivesearch', 1, 200],
    ['no rows of the extensive search', '/mdm/devices/extensivesearch?page=9', 1, 204],
    ['a device that is not there', '/mdm/devices/9999', 1, 404],
    ['the app catalogue', '/mam/apps/search', 2, 200],
    ['no app', '/mam/apps/search?bundle_id=x', 2, 204],
  ])('%s', async (_reason, path, version, status) => {
    await expectFit(path, version, status);
  });

  it('every device alone, v2', async () => {
    for (const { guid } of uem.fleet.slice(0, 60)) await expectFit(`/mdm/devices/${guid}`, 2, 200);
  });

  it('the devices of every app', async () => {
    const { applications } = z
      .object({ applications: z.array(z.looseObject({ uuid: z.string() })) })
      .parse(await (await uem.get('/mam/apps/search')).json());
    for (const { uuid } of applications) await expectFit(`/mam/apps/${uuid}/devices`, 1, 200);
  });

  it('a token', async () => {
    const answer = await fetch(`${uem.server.url}/ws1/connect/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'client_credentials', client_id: 'a', client_secret: 'b' }),
    });
    expect(openApi.problems('POST', '/connect/token', 200, await answer.json())).toEqual([]);
  });

  it('fails on a wrong type', () => {
    const body = { Devices: [{ Id: { Value: '1' }, Uuid: 'x' }], Page: 0, PageSize: 1, Total: 1 };
    expect(openApi.problems('GET', '/api/mdm/devices/search', 200, body)).not.toEqual([]);
  });
});
