import { CONTAINERS } from '../../compose/state';
import { QUEUES } from '../../core/sweep/messages';
import { TABLES } from '../../core/sweep/tables';
import { EDGE_SETTINGS as OWN_EDGE, PLATFORM_SETTINGS } from '../../config/settings-page';
import { appSettingsSchema } from '../../config/app-settings';
import { appSettingsOf, describeWithBicep, predictedOf } from '../support/bicep';
import type { PredictedResource } from '../support/bicep';

/** What code and deployment agree on. A name on one side only is an app that starts and does nothing. */
const STATE = {
  // Reasons of messages that the queue itself moved to poison: storage/azure/poison-reasons.ts.
  tables: [...Object.values(TABLES), 'poison'],
  queues: Object.values(QUEUES).flatMap((queue) => [queue, `${queue}-poison`]),
  containers: Object.values(CONTAINERS),
};

/** A default serves where a setting is not worth a parameter; what a trigger names must be set (facts/azure-functions.md §2.4). */
const LEFT_TO_DEFAULT = ['MUSTER_LOG'];

/** What docs/settings.md, made from the code, says that an app reads. */
function settingsOf(app: 'edge' | 'worker'): string[] {
  const own = Object.keys(appSettingsSchema.shape).filter(
    (name) => !LEFT_TO_DEFAULT.includes(name) && (app === 'worker' || OWN_EDGE.includes(name)),
  );
  const others = PLATFORM_SETTINGS.filter(([, of]) => of === 'both' || of === app).map(([name]) => name);
  return [...own, ...others].sort();
}
const MDM_SETTING = /^(JAMF|WS1)_/;

function inAccount(resources: readonly PredictedResource[], account: RegExp, kind: string): readonly string[] {
  return resources
    .filter(({ type, id }) => type.endsWith(`/${kind}`) && account.test(id))
    .map(({ id }) => id.split('/').at(-1) ?? '');
}

describeWithBicep('names that code and deployment share', () => {
  let pilot: readonly PredictedResource[];
  let production: readonly PredictedResource[];
  beforeAll(() => {
    pilot = predictedOf('pilot.bicepparam');
    production = predictedOf('production.bicepparam');
  });

  test.each(['tables', 'queues', 'containers'] as const)('the state account has the %s that the code uses', (kind) => {
    expect([...inAccount(production, /\/stmusterstate\w{9}\//, kind)].sort()).toEqual([...STATE[kind]].sort());
  });

  test('the accounts of the hosts hold the package and nothing of ours', () => {
    for (const account of [/\/stmusteredge\w{9}\//, /\/stmusterwork\w{9}\//]) {
      expect(inAccount(production, account, 'containers')).toEqual(['deployments']);
      expect([...inAccount(production, account, 'tables'), ...inAccount(production, account, 'queues')]).toEqual([]);
    }
  });

  test('each app has exactly the settings that its code reads', () => {
    const names = (resources: readonly PredictedResource[], service: 'edge' | 'worker') =>
      Object.keys(appSettingsOf(resources, service)).sort();
    expect(names(pilot, 'edge')).toEqual(settingsOf('edge'));
    // The pilot begins with Intune, whose identity needs no secret.
    expect(names(pilot, 'worker')).toEqual(settingsOf('worker').filter((name) => !MDM_SETTING.test(name)));
    expect(names(production, 'worker')).toEqual(settingsOf('worker'));
  });

  test('settings name the queues, the schedules and the account of this deployment', () => {
    const worker = appSettingsOf(production, 'worker');
    const account =
      production.find(
        ({ type, name }) => type === 'Microsoft.Storage/storageAccounts' && name.startsWith('stmusterstate'),
      )?.name ?? '';
    expect(worker).toMatchObject({
      MUSTER_CONFIG: 'muster.yaml',
      MUSTER_STORAGE_ACCOUNT: account,
      SWEEP_START_QUEUE: QUEUES.start,
      SWEEP_PAGE_QUEUE: QUEUES.page,
      SWEEP_FINISH_QUEUE: QUEUES.finish,
      REPORT_PUBLISH_QUEUE: QUEUES.report,
      SWEEP_SCHEDULE: '0 0 1,7,13,19 * * *',
      FEED_SCHEDULE: '0 30 */6 * * *',
      PRUNE_SCHEDULE: '0 15 3 * * *',
      MusterStorage__credential: 'managedidentity',
    });
    expect(worker['MusterStorage__queueServiceUri']).toContain(account);
    expect(appSettingsOf(production, 'edge')).toMatchObject({
      MUSTER_STORAGE_ACCOUNT: account,
      SWEEP_START_QUEUE: QUEUES.start,
    });
  });

  test("the host of each app uses its own account, as the app's own identity and without a key", () => {
    for (const [service, part] of [
      ['edge', 'edge'],
      ['worker', 'work'],
    ] as const) {
      const settings = appSettingsOf(production, service);
      for (const kind of ['blob', 'queue', 'table'])
        expect(settings[`AzureWebJobsStorage__${kind}ServiceUri`]).toMatch(
          new RegExp(`^\\[format\\('https://\\{0\\}\\.${kind}\\.\\{1\\}', 'stmuster${part}\\w{9}',`),
        );
      expect(settings['AzureWebJobsStorage__credential']).toBe('managedidentity');
      for (const name of ['AzureWebJobsStorage__clientId', 'AZURE_CLIENT_ID'])
        expect(settings[name]).toMatch(new RegExp(`/id-muster-${service}', '[\\d-]+'\\)\\.clientId\\]$`));
      expect(settings['APPLICATIONINSIGHTS_AUTHENTICATION_STRING']).toMatch(
        new RegExp(`ClientId=.*Authorization=AAD.*/id-muster-${service}'`),
      );
    }
  });

  test('secrets of MDMs stand in the settings as references to the vault of this deployment', () => {
    const vault = production.find(({ type }) => type === 'Microsoft.KeyVault/vaults')?.name ?? '';
    const worker = appSettingsOf(production, 'worker');
    for (const [setting, secret] of [
      ['JAMF_SECRET', 'jamf-client-secret'],
      ['WS1_SECRET', 'ws1-client-secret'],
      ['WS1_TENANT_CODE', 'ws1-tenant-code'],
    ] as const) {
      expect(worker[setting]).toContain('@Microsoft.KeyVault(SecretUri=');
      expect(worker[setting]).toContain(vault);
      expect(worker[setting]).toContain(`/${secret}`);
    }
  });

  test('names keep within the limits of Azure, for the longest workload too', () => {
    const longest = predictedOf('production.bicepparam', { parameters: "param workload = 'abcdefgh'" });
    const limits: readonly [string, RegExp][] = [
      ['Microsoft.Storage/storageAccounts', /^[a-z0-9]{3,24}$/],
      ['Microsoft.KeyVault/vaults', /^[a-z][a-z0-9-]{2,23}$/],
      // The host takes the first 32 characters of the app's name for its id; longer names of two apps could be taken for one.
      ['Microsoft.Web/sites', /^[a-z][a-z0-9-]{1,31}$/],
      ['Microsoft.Network/privateEndpoints', /^[a-z][a-z0-9-]{1,63}$/],
      ['Microsoft.OperationalInsights/workspaces', /^[a-z][a-z0-9-]{3,62}$/],
    ];
    for (const [type, shape] of limits) {
      const names = longest.filter((resource) => resource.type === type).map(({ name }) => name);
      expect(names.length).toBeGreaterThan(0);
      for (const name of names) expect(name).toMatch(shape);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  test('pilot and production in one resource group do not share what must be unique in the world', () => {
    const global = (resources: readonly PredictedResource[]) =>
      resources
        .filter(({ type }) =>
          ['Microsoft.Storage/storageAccounts', 'Microsoft.KeyVault/vaults', 'Microsoft.Web/sites'].includes(type),
        )
        .map(({ name }) => name);
    expect(global(pilot).filter((name) => global(production).includes(name))).toEqual([]);
  });
});
