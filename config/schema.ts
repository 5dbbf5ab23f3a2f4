/**
 * The configuration file `muster.yaml`. This schema is the only place that knows it: the parser, the JSON Schema for
 * editors and the reference page are all made from it.
 */
import * as z from 'zod';

/** Plain HTTP is for this machine only: simulators and tests. */
export function isLoopback(url: URL): boolean {
  return url.protocol === 'http:' && (url.hostname === '127.0.0.1' || url.hostname === 'localhost');
}

const webUrl = z
  .string()
  .refine((text) => {
    const url = URL.parse(text);
    return url !== null && url.username === '' && (url.protocol === 'https:' || isLoopback(url));
  }, 'must be an https:// URL without credentials; http:// is allowed for 127.0.0.1 and localhost only')
  .transform((text) => text.replace(/\/+$/, ''));

const text = z.string().min(1, 'must not be empty');
const secret = text.describe(
  'A secret: `${NAME}` takes it from the environment, `keyvault:https://…/secrets/name` from Key Vault.',
);

const connectorId = z
  .string()
  .regex(/^[a-z0-9-]{1,32}$/, 'must be 1 to 32 characters of a-z, 0-9 and -')
  .describe('Unique name of the connector; part of every device key.');

const country = z
  .string()
  .regex(/^[A-Z]{2}$/, 'must be an ISO 3166 country code in capitals, e.g. GB')
  .describe('Country of phone numbers that are written without one. Without it such numbers stay "cannot normalise".');

const basicWebhook = z.strictObject({ username: text, secret, previousSecret: secret.optional() });
const webhook = z.union([z.strictObject({ header: text, secret, previousSecret: secret.optional() }), basicWebhook]);

const watchedApps = z
  .array(text)
  .default([])
  .describe('Package names or bundle ids whose versions are read in addition to those the policy watches.');

const appLabels = z
  .record(
    text,
    z.strictObject({
      names: z.array(text).min(1).describe('Labels as the app inventory shows them; compared exactly.'),
      platform: z.enum(['android', 'ios']),
      publisher: text.optional().describe('Part of the publisher; a row of another publisher is a namesake.'),
    }),
  )
  .default({})
  .describe(
    'How the app inventory labels watched apps, by package name or bundle id: it has no ids. Google Messages and Carrier Services are built in.',
  );

const intuneAuth = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('client-secret'),
    authorityHost: webUrl.prefault('https://login.microsoftonline.com'),
    tenantId: text,
    clientId: text,
    clientSecret: secret,
  }),
  z.strictObject({
    kind: z.literal('client-certificate'),
    authorityHost: webUrl.prefault('https://login.microsoftonline.com'),
    tenantId: text,
    clientId: text,
    certificatePath: text.describe('PEM file with certificate and private key.'),
  }),
  z.strictObject({ kind: z.literal('managed-identity'), clientId: text.optional() }),
  z.strictObject({ kind: z.literal('static-token'), token: secret }).describe('For simulators on this machine only.'),
]);

const pagesPerMinute = z
  .int()
  .min(1)
  .max(6000)
  .default(600)
  .describe('On Azure Functions: pages of this MDM that begin in a minute, over all instances together.');

const intune = z.strictObject({
  id: connectorId,
  kind: z.literal('intune'),
  baseUrl: webUrl.prefault('https://graph.microsoft.com'),
  strategy: z
    .enum(['auto', 'list', 'export'])
    .default('auto')
    .describe('How devices are read: the paged list, the export job, or by fleet size.'),
  auth: intuneAuth,
  apps: watchedApps,
  pagesPerMinute,
  appLabels,
  defaultCountry: country.optional(),
});

const jamf = z.strictObject({
  id: connectorId,
  kind: z.literal('jamf'),
  baseUrl: webUrl,
  pageSize: z.int().min(1).max(2000).default(1000).describe('Devices per page; the server cuts at 2000.'),
  auth: z.strictObject({ clientId: text, clientSecret: secret }),
  webhook: webhook.optional(),
  apps: watchedApps,
  pagesPerMinute,
  defaultCountry: country.optional(),
});

const workspaceOne = z.strictObject({
  id: connectorId,
  kind: z.literal('workspace-one'),
  baseUrl: webUrl,
  auth: z.strictObject({ tokenUrl: webUrl, clientId: text, clientSecret: secret, tenantCode: secret.optional() }),
  webhook: basicWebhook.optional(),
  dailyReservePercent: z
    .number()
    .min(0)
    .max(90)
    .default(20)
    .describe('Share of the daily call quota that sweeps leave for others; below it a pull ends as partial.'),
  apps: watchedApps,
  pagesPerMinute,
  defaultCountry: country.optional(),
});

const state = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('sqlite'), path: text.describe('A folder: database and blobs.') }),
  z.strictObject({
    kind: z.literal('azure-storage'),
    accountName: z
      .string()
      .regex(/^[a-z0-9]{3,24}$/, 'must be the name of a storage account: 3 to 24 characters of a-z and 0-9')
      .optional()
      .describe('Storage account; read and written with an identity, never with a key.'),
    clientId: text
      .optional()
      .describe(
        'Client id of the user-assigned managed identity; without it the credentials of the signed-in developer.',
      ),
    endpointSuffix: z
      .string()
      .regex(/^core\.[a-z.]+$/, 'must be the suffix of an Azure cloud, e.g. core.windows.net')
      .default('core.windows.net')
      .describe('Suffix of storage host names; another one in sovereign clouds.'),
    connectionString: secret.optional().describe('Azurite only.'),
  }),
]);

const feeds = z.strictObject({
  appleOs: z
    .strictObject({
      kind: z.enum(['sofa', 'gdmf']),
      url: webUrl,
      caPath: text.optional().describe("PEM file with the feed's own root, e.g. Apple's for GDMF."),
    })
    .optional()
    .describe('Which Apple releases exist for which model; without it no phone is called "cannot update".'),
});

const sweep = z.strictObject({
  vanish: z
    .strictObject({
      minimum: z.int().min(0).default(10).describe('Fewer missing devices than this never trip the brake.'),
      share: z
        .number()
        .min(0)
        .max(1)
        .default(0.05)
        .describe('Missing share of a connector above which everything is held.'),
    })
    .prefault({}),
  maxAttempts: z.int().min(1).max(50).default(8).describe('Tries of one page before its pull ends as partial.'),
  pullDeadlineMinutes: z
    .int()
    .min(1)
    .max(1440)
    .default(360)
    .describe('Waits and retries of one pull end after this long.'),
});

const api = z.strictObject({
  authorityHost: webUrl
    .prefault('https://login.microsoftonline.com')
    .describe('Issuer of access tokens: Microsoft Entra ID.'),
  tenantId: text.describe('Entra tenant whose tokens are taken; those of any other are refused.'),
  audience: text.describe('Application ID URI or client id of the API as registered in Entra ID.'),
});

const directory = z.strictObject({
  kms: text.describe(
    'The signing key: `softkms:FOLDER` (keys in files, relative to this file; for one machine) or `azurekms:https://VAULT.vault.azure.net/keys/NAME/VERSION`.',
  ),
  passphrase: secret
    .optional()
    .describe('For softkms: what the files are encrypted with; without it they are as safe as their folder.'),
  claimWaitingDays: z
    .int()
    .min(0)
    .max(365)
    .default(7)
    .describe('How long the present holder of a number may object before another device takes it over.'),
  validityDays: z.int().min(1).max(3650).optional().describe('Life of a key that is published without an end.'),
});

const days = (count: number, what: string): z.ZodDefault<z.ZodInt> =>
  z.int().min(1).max(3650).default(count).describe(what);
const retention = z.strictObject({
  runsDays: days(400, 'Runs, their pages and quarantined records, and parked messages are removed after this long.'),
  removedDevicesDays: days(90, 'Records of phones that are gone are removed this long after they were found gone.'),
  reportsDays: days(90, 'Published reports are removed after this long.'),
});

const settings = z.strictObject({
  tenant: z
    .string()
    .regex(/^[a-z0-9-]{1,64}$/, 'must be 1 to 64 characters of a-z, 0-9 and -')
    .describe('Name of the company.'),
  state: state.describe('Where Muster keeps its state.'),
  policy: text.describe('Path of the policy file, relative to this file.'),
  connectors: z
    .array(z.discriminatedUnion('kind', [intune, jamf, workspaceOne]))
    .min(1, 'must name at least one connector'),
  directory: directory.optional().describe('The key directory and the key it signs with.'),
  feeds: feeds.prefault({}),
  sweep: sweep.prefault({}),
  retention: retention.prefault({}),
  api: api.optional().describe('Who may call the HTTP API; without it every call but health is refused.'),
});

type Settings = z.output<typeof settings>;

function checkConnectors({ connectors }: Settings, context: z.RefinementCtx): void {
  const ids = new Set<string>();
  connectors.forEach(({ id }, at) => {
    if (ids.has(id)) {
      const message = `"${id}" is used twice; ids are unique`;
      context.addIssue({ code: 'custom', path: ['connectors', at, 'id'], message });
    }
    ids.add(id);
  });
  connectors.forEach((connector, at) => {
    if (connector.kind !== 'intune' || connector.auth.kind !== 'static-token') return;
    const url = URL.parse(connector.baseUrl);
    if (url === null || !isLoopback(url)) {
      const message = 'static-token is allowed only where baseUrl is http://127.0.0.1 or http://localhost';
      context.addIssue({ code: 'custom', path: ['connectors', at, 'auth', 'kind'], message });
    }
  });
}

/** Keys in files of one machine do not sign for a state that many share. */
function checkDirectory({ state, directory: keys }: Settings, context: z.RefinementCtx): void {
  if (state.kind !== 'azure-storage' || state.connectionString !== undefined) return;
  if (keys?.kms.startsWith('softkms:') !== true) return;
  const message = 'softkms is for one machine; with state in Azure Storage the key lies in a vault: azurekms:https://…';
  context.addIssue({ code: 'custom', path: ['directory', 'kms'], message });
}

function checkState({ state }: Pick<Settings, 'state'>, context: z.RefinementCtx): void {
  if (state.kind !== 'azure-storage') return;
  const { accountName, connectionString } = state;
  if ((accountName === undefined) === (connectionString === undefined)) {
    context.addIssue({ code: 'custom', path: ['state'], message: 'needs either accountName or connectionString' });
  }
  if (connectionString !== undefined && !isAzurite(connectionString)) {
    const message = 'is for Azurite on this machine only; in Azure use accountName and an identity';
    context.addIssue({ code: 'custom', path: ['state', 'connectionString'], message });
  }
}

export const configSchema = settings.superRefine(checkConnectors).superRefine(checkState).superRefine(checkDirectory);

/** What the public app may know: no connector, no secret. */
export const edgeConfigSchema = settings.pick({ tenant: true, state: true, api: true }).superRefine(checkState);

function isAzurite(connectionString: string): boolean {
  if (connectionString === 'UseDevelopmentStorage=true') return true;
  const endpoints = [...connectionString.matchAll(/(?:Blob|Queue|Table)Endpoint=([^;]+)/g)].map(([, url]) =>
    URL.parse(url ?? ''),
  );
  return (
    endpoints.length > 0 && endpoints.every((url) => url !== null && ['127.0.0.1', 'localhost'].includes(url.hostname))
  );
}

export type Config = z.output<typeof configSchema>;
export type EdgeConfig = z.output<typeof edgeConfigSchema>;
export type ConnectorConfig = Config['connectors'][number];
export type IntuneConfig = Extract<ConnectorConfig, { kind: 'intune' }>;
export type JamfConfig = Extract<ConnectorConfig, { kind: 'jamf' }>;
export type WorkspaceOneConfig = Extract<ConnectorConfig, { kind: 'workspace-one' }>;
