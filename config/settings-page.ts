/** docs/settings.md and local.settings.sample.json, made from the schema of the app settings. */
import * as z from 'zod';
import { appSettingsSchema } from './app-settings';

/** Settings that the platform or the configuration file reads, not our schema: name, app, meaning. */
export const PLATFORM_SETTINGS: readonly (readonly [name: string, app: 'both' | 'edge' | 'worker', meaning: string])[] =
  [
    [
      'AzureWebJobsStorage__blobServiceUri',
      'both',
      "Blob endpoint of the app's own host account: locks, keys, the package.",
    ],
    ['AzureWebJobsStorage__queueServiceUri', 'both', 'Queue endpoint of that account.'],
    ['AzureWebJobsStorage__tableServiceUri', 'both', 'Table endpoint of that account.'],
    ['AzureWebJobsStorage__credential', 'both', '`managedidentity`: there is no key.'],
    ['AzureWebJobsStorage__clientId', 'both', 'Client id of the identity of the app.'],
    ['MusterStorage__queueServiceUri', 'worker', 'Queue endpoint of the state account, for the queue triggers.'],
    ['MusterStorage__credential', 'worker', '`managedidentity`.'],
    ['MusterStorage__clientId', 'worker', 'Client id of the identity of the app.'],
    [
      'APPLICATIONINSIGHTS_CONNECTION_STRING',
      'both',
      'Where telemetry goes. It names a place and is no secret: local authentication is off.',
    ],
    ['APPLICATIONINSIGHTS_AUTHENTICATION_STRING', 'both', 'Identity that writes telemetry.'],
    ['AZURE_CLIENT_ID', 'both', 'Client id of the identity of the app; `${AZURE_CLIENT_ID}` in muster.yaml.'],
    ['MUSTER_TENANT', 'both', 'Name of the company; `${MUSTER_TENANT}` in muster.yaml.'],
    ['MUSTER_STORAGE_ACCOUNT', 'both', 'Name of the state account; `${MUSTER_STORAGE_ACCOUNT}` in muster.yaml.'],
    ['MUSTER_API_TENANT_ID', 'edge', 'Entra tenant whose tokens the API takes.'],
    ['MUSTER_API_AUDIENCE', 'edge', 'Audience that a token must name.'],
    ['JAMF_URL', 'worker', 'Address of Jamf Pro.'],
    ['JAMF_CLIENT_ID', 'worker', 'Client id at Jamf Pro.'],
    ['JAMF_SECRET', 'worker', 'Key Vault reference to the secret `jamf-client-secret`.'],
    ['WS1_URL', 'worker', 'Address of Workspace ONE UEM.'],
    ['WS1_TOKEN_URL', 'worker', 'Address that gives tokens for it.'],
    ['WS1_CLIENT_ID', 'worker', 'Client id at Workspace ONE.'],
    ['WS1_SECRET', 'worker', 'Key Vault reference to the secret `ws1-client-secret`.'],
    ['WS1_TENANT_CODE', 'worker', 'Key Vault reference to the secret `ws1-tenant-code`.'],
  ];

/** Settings of the schema that the public app reads as well; the others are the worker's. */
export const EDGE_SETTINGS: readonly string[] = ['MUSTER_CONFIG', 'MUSTER_LOG', 'SWEEP_START_QUEUE'];

interface Property {
  readonly description?: string;
  readonly default?: unknown;
}

function properties(): [string, Property][] {
  const schema = z.toJSONSchema(appSettingsSchema, { io: 'input' }) as { properties: Record<string, Property> };
  return Object.entries(schema.properties);
}

export function settingsPage(): string {
  const own = properties().map(([name, { description = '', default: fallback }]) => {
    const app = EDGE_SETTINGS.includes(name) ? 'both' : 'worker';
    return `| \`${name}\` | ${app} | \`${String(fallback)}\` | ${description} |`;
  });
  const others = PLATFORM_SETTINGS.map(([name, app, meaning]) => `| \`${name}\` | ${app} | ${meaning} |`);
  return [
    '# Settings of the Function Apps',
    '',
    '<!-- Made from config/app-settings.ts and config/settings-page.ts by `npm run docs`. Do not edit. -->',
    '',
    'What the code reads. On the platform a queue or a schedule that a trigger names must be set; `infra/main.bicep` sets all of',
    'them, and `muster serve` takes the default of what is not set.',
    '',
    '| setting | app | default | meaning |',
    '| --- | --- | --- | --- |',
    ...own,
    '',
    'What the platform reads, and what `infra/app/muster.yaml` takes from the environment:',
    '',
    '| setting | app | meaning |',
    '| --- | --- | --- |',
    ...others,
    '',
    'What MDMs, policy, retention and the API are configured with stands in `muster.yaml`: [configuration.md](configuration.md).',
    '',
  ].join('\n');
}

/** For Core Tools on this machine, on Azurite. */
export function localSettingsSample(): string {
  const values = {
    FUNCTIONS_WORKER_RUNTIME: 'node',
    AzureWebJobsStorage: 'UseDevelopmentStorage=true',
    MusterStorage: 'UseDevelopmentStorage=true',
    ...Object.fromEntries(properties().map(([name, { default: fallback }]) => [name, String(fallback)])),
  };
  return `${JSON.stringify({ IsEncrypted: false, Values: values }, null, 2)}\n`;
}
