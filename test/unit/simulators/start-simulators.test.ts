import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parse } from 'yaml';
import { FaultFileError, startSimulators } from '../../../simulators';
import type { SimulatorsOptions } from '../../../simulators';
import { makeFleet } from '../../../simulators/fleet/make-fleet';
import { configSchema } from '../../../config/schema';

const OPTIONS: SimulatorsOptions = {
  intune: 30,
  jamf: 20,
  workspaceOne: 10,
  seed: 1,
  latency: 'none',
  faults: [],
  port: 0,
};

async function tokenOf(url: string, fields: Record<string, string>): Promise<string> {
  const body = new URLSearchParams({ grant_type: 'client_credentials', ...fields });
  const answer = await fetch(url, { method: 'POST', body });
  return ((await answer.json()) as { access_token: string }).access_token;
}

test('the written configuration is valid and its URLs and credentials work', async () => {
  const simulators = await startSimulators(OPTIONS);
  const config = configSchema.parse(parse(simulators.config('.muster/state', './policy.yaml')));
  expect(config.connectors.map(({ id }) => id)).toEqual(['intune', 'jamf', 'ws1']);
  for (const connector of config.connectors) {
    switch (connector.kind) {
      case 'intune': {
        if (connector.auth.kind !== 'client-secret') throw new Error('another kind of credential');
        const { authorityHost, tenantId, clientId, clientSecret } = connector.auth;
        const token = await tokenOf(`${authorityHost}/${tenantId}/oauth2/v2.0/token`, {
          client_id: clientId,
          client_secret: clientSecret,
          scope: 'https://graph.microsoft.com/.default',
        });
        const answer = await fetch(`${connector.baseUrl}/v1.0/deviceManagement/managedDevices`, {
          headers: { authorization: `Bearer ${token}` },
        });
        expect(((await answer.json()) as { value: unknown[] }).value).toHaveLength(30);
        break;
      }
      case 'jamf': {
        const { clientId, clientSecret } = connector.auth;
        const token = await tokenOf(`${connector.baseUrl}/api/v1/oauth/token`, {
          client_id: clientId,
          client_secret: clientSecret,
        });
        const answer = await fetch(`${connector.baseUrl}/api/v2/mobile-devices/detail`, {
          headers: { authorization: `Bearer ${token}` },
        });
        expect(await answer.json()).toMatchObject({ totalCount: 20 });
        break;
      }
      case 'workspace-one': {
        const { tokenUrl, clientId, clientSecret, tenantCode } = connector.auth;
        const token = await tokenOf(tokenUrl, { client_id: clientId, client_secret: clientSecret });
        const answer = await fetch(`${connector.baseUrl}/api/mdm/devices/search`, {
          headers: { authorization: `Bearer ${token}`, 'aw-tenant-code': tenantCode ?? '' },
        });
        expect(await answer.json()).toMatchObject({ Total: 10 });
        break;
      }
    }
  }
  const feed = await fetch(config.feeds.appleOs?.url ?? '');
  expect(await feed.json()).toMatchObject({ Version: '2.0' });
  expect(simulators.stats()).toMatchObject({ requests: 7, reads: 4, tokens: 3, writes: 0, unmatched: 0 });
  await simulators.close();
});

test('a connector without devices is left out of the configuration', async () => {
  const simulators = await startSimulators({ ...OPTIONS, intune: 0, workspaceOne: 0 });
  expect(configSchema.parse(parse(simulators.config('s', 'p'))).connectors.map(({ id }) => id)).toEqual(['jamf']);
  await simulators.close();
});

test.each([
  ['a wrong secret', { client_secret: 'wrong' }, 'invalid_client'],
  ['an unknown client', { client_id: 'other' }, 'unauthorized_client'],
  ['a scope that is none', { scope: 'DeviceManagementManagedDevices.Read.All' }, 'invalid_scope'],
])('Entra answers %s with 400', async (_why, fields, error) => {
  const simulators = await startSimulators(OPTIONS);
  const answer = await fetch(`${simulators.url}/login/00000000-0000-4000-8000-0000000000aa/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'sim-intune-client',
      client_secret: 'sim-intune-secret',
      scope: 'https://graph.microsoft.com/.default',
      ...fields,
    }),
  });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ error });
  await simulators.close();
});

test('a rule that names no route stops the start', async () => {
  const faults = [{ route: 'jamf.devcies', when: {}, fault: { kind: 'empty' } }] as const;
  await expect(startSimulators({ ...OPTIONS, faults })).rejects.toThrow(FaultFileError);
});

test('a fleet that was read keeps nothing: a million phones cost no memory', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const held = (): number => {
    collect();
    return getHeapStatistics().used_heap_size;
  };
  const fleet = makeFleet({ mdm: 'intune', size: 1_000_000, seed: 1, now: Date.parse('2026-11-25T08:00:00Z') });
  fleet.slice(0, 1000);
  const before = held();
  for (let offset = 0; offset < 1_000_000; offset += 50_000) fleet.slice(offset, 2000);
  expect(held() - before).toBeLessThan(8 * 1024 * 1024);
});
