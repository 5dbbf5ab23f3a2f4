import { appSettingsOf, describeWithBicep, snapshotOf } from '../support/bicep';
import type { PredictedResource } from '../support/bicep';

/** Types that take a diagnostic setting. */
const WITH_DIAGNOSTICS = [
  'Microsoft.KeyVault/vaults',
  'Microsoft.Network/networkSecurityGroups',
  'Microsoft.Network/virtualNetworks',
  'Microsoft.OperationalInsights/workspaces',
  'Microsoft.Storage/storageAccounts',
  'Microsoft.Storage/storageAccounts/blobServices',
  'Microsoft.Storage/storageAccounts/queueServices',
  'Microsoft.Storage/storageAccounts/tableServices',
  'Microsoft.Web/sites',
];
/** Types that take none, or that have no use for one. */
const WITHOUT_DIAGNOSTICS = [
  'Microsoft.Authorization/roleAssignments',
  'Microsoft.Consumption/budgets',
  'Microsoft.Insights/actionGroups',
  // Writes into the workspace already; a setting would bring every line twice.
  'Microsoft.Insights/components',
  'Microsoft.Insights/diagnosticSettings',
  'Microsoft.Insights/metricAlerts',
  'Microsoft.Insights/scheduledQueryRules',
  'Microsoft.KeyVault/vaults/keys',
  'Microsoft.ManagedIdentity/userAssignedIdentities',
  'Microsoft.Network/privateDnsZones',
  'Microsoft.Network/privateDnsZones/virtualNetworkLinks',
  'Microsoft.Network/privateEndpoints',
  'Microsoft.Network/privateEndpoints/privateDnsZoneGroups',
  'Microsoft.Storage/storageAccounts/blobServices/containers',
  'Microsoft.Storage/storageAccounts/managementPolicies',
  'Microsoft.Storage/storageAccounts/queueServices/queues',
  'Microsoft.Storage/storageAccounts/tableServices/tables',
  // Its only figures are those of its one app.
  'Microsoft.Web/serverfarms',
  'Microsoft.Web/sites/basicPublishingCredentialsPolicies',
  'Microsoft.Web/sites/config',
];
const TAGGED = [
  'Microsoft.Insights/actionGroups',
  'Microsoft.Insights/components',
  'Microsoft.Insights/metricAlerts',
  'Microsoft.Insights/scheduledQueryRules',
  'Microsoft.KeyVault/vaults',
  'Microsoft.KeyVault/vaults/keys',
  'Microsoft.ManagedIdentity/userAssignedIdentities',
  'Microsoft.Network/networkSecurityGroups',
  'Microsoft.Network/privateDnsZones',
  'Microsoft.Network/privateDnsZones/virtualNetworkLinks',
  'Microsoft.Network/privateEndpoints',
  'Microsoft.Network/virtualNetworks',
  'Microsoft.OperationalInsights/workspaces',
  'Microsoft.Storage/storageAccounts',
  'Microsoft.Web/serverfarms',
  'Microsoft.Web/sites',
];
/** Settings that Flex Consumption refuses or ignores: facts/azure-functions.md §2.1. */
const NOT_ON_FLEX =
  /^(FUNCTIONS_EXTENSION_VERSION|FUNCTIONS_WORKER_RUNTIME.*|FUNCTIONS_WORKER_PROCESS_COUNT|WEBSITE_RUN_FROM_PACKAGE|WEBSITE_NODE_DEFAULT_VERSION|WEBSITE_CONTENT.*|SCM_DO_BUILD_DURING_DEPLOYMENT|ENABLE_ORYX_BUILD|AzureWebJobsStorage|AzureWebJobsDashboard|APPINSIGHTS_INSTRUMENTATIONKEY)$/;

const ofType = (resources: readonly PredictedResource[], type: string) =>
  resources.filter((resource) => resource.type === type);
const nameOf = ({ id }: PredictedResource) => id.replace(/^.*?\/providers\//, '');

describeWithBicep('resources', () => {
  describe.each(['pilot.bicepparam', 'production.bicepparam'])('%s', (file) => {
    let resources: readonly PredictedResource[];
    beforeAll(() => {
      resources = snapshotOf(file).predictedResources;
    });

    test('there is no shared key, no anonymous access and no old TLS in storage', () => {
      const accounts = ofType(resources, 'Microsoft.Storage/storageAccounts');
      expect(accounts).toHaveLength(3);
      for (const { properties } of accounts)
        expect(properties).toMatchObject({
          allowSharedKeyAccess: false,
          allowBlobPublicAccess: false,
          defaultToOAuthAuthentication: true,
          supportsHttpsTrafficOnly: true,
          minimumTlsVersion: 'TLS1_2',
          isLocalUserEnabled: false,
        });
      for (const { properties } of ofType(resources, 'Microsoft.Storage/storageAccounts/blobServices/containers'))
        expect(properties.publicAccess).toBe('None');
    });

    test('nothing reads a key of anything', () => {
      expect(JSON.stringify(resources)).not.toMatch(/listKeys|listAccountSas|AccountKey=|SharedAccessSignature|sig=/i);
      expect(ofType(resources, 'Microsoft.KeyVault/vaults/secrets')).toEqual([]);
    });

    test('apps take HTTPS of TLS 1.2 or later only, and no passwords for packages', () => {
      const apps = ofType(resources, 'Microsoft.Web/sites');
      expect(apps).toHaveLength(2);
      for (const { properties, id } of apps) {
        expect(properties).toMatchObject({ httpsOnly: true, clientAffinityEnabled: false });
        expect(properties.siteConfig).toMatchObject({
          minTlsVersion: '1.2',
          scmMinTlsVersion: '1.2',
          ftpsState: 'Disabled',
        });
        const passwords = resources.filter((resource) =>
          resource.id.startsWith(`${id}/basicPublishingCredentialsPolicies/`),
        );
        expect(passwords.map(({ properties }): unknown => properties.allow)).toEqual([false, false]);
      }
    });

    test('apps are Node 24 on a Flex Consumption plan each, and run as one identity each', () => {
      const apps = ofType(resources, 'Microsoft.Web/sites');
      for (const { properties, kind } of apps) {
        expect(kind).toBe('functionapp,linux');
        expect(properties.functionAppConfig.runtime).toEqual({ name: 'node', version: '24' });
        const plan = resources.find(({ id }) => id === properties.serverFarmId);
        expect(plan?.sku).toEqual({ tier: 'FlexConsumption', name: 'FC1' });
        expect(plan?.properties.reserved).toBe(true);
      }
      for (const link of ['serverFarmId', 'keyVaultReferenceIdentity'])
        expect(new Set(apps.map(({ properties }): unknown => properties[link])).size).toBe(2);
      const packages = apps.map(
        ({ properties }) =>
          properties.functionAppConfig.deployment.storage as { value: string; authentication: { type: string } },
      );
      expect(new Set(packages.map(({ value }) => value)).size).toBe(2);
      for (const { authentication } of packages) expect(authentication.type).toBe('UserAssignedIdentity');
    });

    test('the worker answers no caller that is not named, and scales to a few instances', () => {
      const worker = ofType(resources, 'Microsoft.Web/sites').find(
        ({ tags }) => tags?.['azd-service-name'] === 'worker',
      );
      expect(worker?.properties.siteConfig).toMatchObject({
        ipSecurityRestrictionsDefaultAction: 'Deny',
        ipSecurityRestrictions: [],
      });
      expect(worker?.properties.functionAppConfig.scaleAndConcurrency.maximumInstanceCount).toBeLessThanOrEqual(10);
    });

    test.each(['edge', 'worker'] as const)(
      'the %s has no setting that Flex Consumption refuses or ignores',
      (service) => {
        expect(Object.keys(appSettingsOf(resources, service)).filter((name) => NOT_ON_FLEX.test(name))).toEqual([]);
      },
    );

    test('the vault works by roles, keeps what is deleted for 90 days and can hold keys in an HSM', () => {
      const [vault, ...others] = ofType(resources, 'Microsoft.KeyVault/vaults');
      expect(others).toEqual([]);
      expect(vault?.properties).toMatchObject({
        enableRbacAuthorization: true,
        enablePurgeProtection: true,
        enableSoftDelete: true,
        softDeleteRetentionInDays: 90,
        sku: { family: 'A', name: 'premium' },
      });
    });

    test('telemetry is written by identities only', () => {
      const [insights] = ofType(resources, 'Microsoft.Insights/components');
      const [workspace] = ofType(resources, 'Microsoft.OperationalInsights/workspaces');
      expect(insights?.properties).toMatchObject({ DisableLocalAuth: true, WorkspaceResourceId: workspace?.id });
      expect(workspace?.properties.features.disableLocalAuth).toBe(true);
    });

    test('of every type it is known whether it takes diagnostic settings', () => {
      const known = new Set([...WITH_DIAGNOSTICS, ...WITHOUT_DIAGNOSTICS]);
      expect([...new Set(resources.map(({ type }) => type))].filter((type) => !known.has(type))).toEqual([]);
    });

    test('whatever takes a diagnostic setting has one, into the workspace', () => {
      const [workspace] = ofType(resources, 'Microsoft.OperationalInsights/workspaces');
      const settings = ofType(resources, 'Microsoft.Insights/diagnosticSettings');
      const watched = settings.map(({ id }) =>
        id.replace(/\/providers\/Microsoft\.Insights\/diagnosticSettings\/[^/]+$/, ''),
      );
      const meant = resources.filter(({ type }) => WITH_DIAGNOSTICS.includes(type)).map(({ id }) => id);
      expect([...watched].sort()).toEqual([...meant].sort());
      for (const { properties } of settings) {
        expect(properties.workspaceId).toBe(workspace?.id);
        expect(
          [...(properties.logs ?? []), ...(properties.metrics ?? [])].filter(({ enabled }) => enabled),
        ).not.toEqual([]);
      }
    });

    test('everything that can be tagged is', () => {
      const untagged = resources.filter(
        ({ type, tags }) =>
          TAGGED.includes(type) && (tags?.['application'] !== 'muster' || tags['environment'] === undefined),
      );
      expect(untagged.map(nameOf)).toEqual([]);
      const tagged = new Set(resources.filter(({ tags }) => tags !== undefined).map(({ type }) => type));
      expect([...tagged].filter((type) => !TAGGED.includes(type))).toEqual([]);
    });

    test('reports and scratch are removed by age in any case', () => {
      const [policy] = ofType(resources, 'Microsoft.Storage/storageAccounts/managementPolicies');
      const rules: readonly {
        readonly enabled: boolean;
        readonly definition: { readonly filters: { readonly prefixMatch: readonly string[] } };
      }[] = policy?.properties.policy.rules ?? [];
      expect(
        rules.filter(({ enabled }) => enabled).flatMap(({ definition }) => definition.filters.prefixMatch),
      ).toEqual(['reports/', 'work/']);
    });

    test('there is a budget, and somebody is told', () => {
      const [budget] = ofType(resources, 'Microsoft.Consumption/budgets');
      expect(budget?.properties.amount).toBeGreaterThan(0);
      expect(budget?.properties.timePeriod.startDate).toBe("[utcNow('yyyy-MM-01')]");
      for (const { contactEmails } of Object.values<{ contactEmails: string[] }>(budget?.properties.notifications))
        expect(contactEmails.length).toBeGreaterThan(0);
    });

    test('no region is written down: everything follows the resource group', () => {
      const regions = new Set(resources.flatMap(({ location }) => (location === undefined ? [] : [location])));
      expect([...regions].filter((region) => region !== 'westeurope' && region !== 'global')).toEqual([]);
    });
  });

  describe('production is private', () => {
    let resources: readonly PredictedResource[];
    beforeAll(() => {
      resources = snapshotOf('production.bicepparam').predictedResources;
    });

    test('storage, vault and worker have no public address, and the vault and storage deny by default', () => {
      const closed = resources.filter(
        ({ type, tags }) =>
          type === 'Microsoft.Storage/storageAccounts' ||
          type === 'Microsoft.KeyVault/vaults' ||
          tags?.['azd-service-name'] === 'worker',
      );
      expect(closed).toHaveLength(5);
      for (const { properties } of closed) expect(properties.publicNetworkAccess).toBe('Disabled');
      for (const { properties, type } of closed)
        if (type !== 'Microsoft.Web/sites') expect(properties.networkAcls).toMatchObject({ defaultAction: 'Deny' });
    });

    test('each of them has a private endpoint for all that is used of it, with its name in a private zone', () => {
      const endpoints = ofType(resources, 'Microsoft.Network/privateEndpoints');
      const reached = endpoints.map(({ properties }) => {
        const connection: { privateLinkServiceId: string; groupIds: string[] } =
          properties.privateLinkServiceConnections[0].properties;
        // Less the part that makes the name unique.
        const target = connection.privateLinkServiceId.split('/').at(-1)?.slice(0, -9);
        return `${target} ${connection.groupIds.join()}`;
      });
      expect(reached.sort()).toEqual([
        'func-muster-worker- sites',
        'kv-muster- vault',
        ...['edge', 'state', 'work'].flatMap((part) =>
          ['blob', 'queue', 'table'].map((service) => `stmuster${part} ${service}`),
        ),
      ]);
      expect(ofType(resources, 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups')).toHaveLength(
        endpoints.length,
      );
      expect(ofType(resources, 'Microsoft.Network/privateDnsZones/virtualNetworkLinks')).toHaveLength(5);
    });

    test('both apps speak outwards through the delegated subnet', () => {
      const [network] = ofType(resources, 'Microsoft.Network/virtualNetworks');
      const subnets: readonly {
        name: string;
        properties: { delegations?: { properties: { serviceName: string } }[]; networkSecurityGroup?: unknown };
      }[] = network?.properties.subnets;
      const delegated = subnets.filter(
        ({ properties }) => properties.delegations?.[0]?.properties.serviceName === 'Microsoft.App/environments',
      );
      expect(delegated).toHaveLength(1);
      for (const { properties } of subnets) expect(properties.networkSecurityGroup).toBeDefined();
      for (const { properties } of ofType(resources, 'Microsoft.Web/sites'))
        expect(properties.virtualNetworkSubnetId).toBe(`${network?.id ?? ''}/subnets/${delegated[0]?.name ?? ''}`);
    });

    test('the signing key stays in the HSM and can sign and verify, nothing else', () => {
      const [key] = ofType(resources, 'Microsoft.KeyVault/vaults/keys');
      expect(key?.properties).toMatchObject({
        kty: 'EC-HSM',
        curveName: 'P-256',
        keyOps: ['sign', 'verify'],
        attributes: { exportable: false },
      });
      // A version that appears by itself breaks verifiers that pinned the old one: facts/key-directory.md §2.5.
      expect(key?.properties.rotationPolicy).toBeUndefined();
    });
  });

  test('the pilot has no network, no signing key and no MDM but Intune', () => {
    const resources = snapshotOf('pilot.bicepparam').predictedResources;
    expect(resources.filter(({ type }) => type.startsWith('Microsoft.Network/'))).toEqual([]);
    expect(ofType(resources, 'Microsoft.KeyVault/vaults/keys')).toEqual([]);
    expect(JSON.stringify(resources)).not.toMatch(/JAMF_|WS1_/);
  });

  test('address ranges open the health check of the worker, and close the edge to all others', () => {
    const parameters = "param workerAllowedRanges = ['203.0.113.0/24']\nparam edgeAllowedRanges = ['198.51.100.7/32']";
    const apps = ofType(snapshotOf('pilot.bicepparam', { parameters }).predictedResources, 'Microsoft.Web/sites');
    const open = Object.fromEntries(
      apps.map(({ tags, properties: { siteConfig } }) => [tags?.['azd-service-name'], siteConfig]),
    );
    expect(open['worker']).toMatchObject({
      ipSecurityRestrictionsDefaultAction: 'Deny',
      ipSecurityRestrictions: [{ ipAddress: '203.0.113.0/24', action: 'Allow' }],
    });
    expect(open['edge']).toMatchObject({
      ipSecurityRestrictionsDefaultAction: 'Deny',
      ipSecurityRestrictions: [{ ipAddress: '198.51.100.7/32', action: 'Allow' }],
    });
  });
});
