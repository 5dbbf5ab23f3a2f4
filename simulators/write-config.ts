/** A complete muster.yaml that points at running simulators. */

type Kind = 'intune' | 'jamf' | 'workspace-one';

/** Credentials of the simulators: they open nothing but these. */
export const CREDENTIALS = {
  tenantId: '00000000-0000-4000-8000-0000000000aa',
  intune: { clientId: 'sim-intune-client', clientSecret: 'sim-intune-secret' },
  vault: { clientId: 'sim-vault-client', clientSecret: 'sim-vault-secret' },
  api: { clientId: 'sim-api-client', clientSecret: 'sim-api-secret', audience: 'api://muster' },
  jamf: { clientId: 'sim-jamf-client', clientSecret: 'sim-jamf-secret' },
  workspaceOne: { clientId: 'sim-ws1-client', clientSecret: 'sim-ws1-secret', tenantCode: 'sim-ws1-tenant-code' },
} as const;

export interface ConfigInput {
  /** Base URL of the simulators. */
  readonly url: string;
  /** Connectors whose fleet is not empty from the start. */
  readonly connectors: readonly Kind[];
  /** Folder of the state, as the file shall name it. */
  readonly statePath: string;
  /** Policy file, as the file shall name it. */
  readonly policyPath: string;
}

/** @returns YAML text. Values are JSON strings, which YAML reads as they are. */
export function configText({ url, connectors, statePath, policyPath }: ConfigInput): string {
  const quote = (text: string): string => JSON.stringify(text);
  const { tenantId, api, intune, jamf, workspaceOne } = CREDENTIALS;
  const blocks: Readonly<Record<Kind, readonly string[]>> = {
    intune: [
      '  - id: intune',
      '    kind: intune',
      `    baseUrl: ${quote(`${url}/graph`)}`,
      '    auth:',
      '      kind: client-secret',
      `      authorityHost: ${quote(`${url}/login`)}`,
      `      tenantId: ${quote(tenantId)}`,
      `      clientId: ${quote(intune.clientId)}`,
      `      clientSecret: ${quote(intune.clientSecret)}`,
    ],
    jamf: [
      '  - id: jamf',
      '    kind: jamf',
      `    baseUrl: ${quote(`${url}/jamf`)}`,
      '    auth:',
      `      clientId: ${quote(jamf.clientId)}`,
      `      clientSecret: ${quote(jamf.clientSecret)}`,
    ],
    'workspace-one': [
      '  - id: ws1',
      '    kind: workspace-one',
      `    baseUrl: ${quote(`${url}/ws1`)}`,
      '    auth:',
      `      tokenUrl: ${quote(`${url}/ws1/connect/token`)}`,
      `      clientId: ${quote(workspaceOne.clientId)}`,
      `      clientSecret: ${quote(workspaceOne.clientSecret)}`,
      `      tenantCode: ${quote(workspaceOne.tenantCode)}`,
    ],
  };
  return [
    '# Written by the simulators: the credentials below open nothing else.',
    'tenant: simulated',
    `state: { kind: sqlite, path: ${quote(statePath)} }`,
    `policy: ${quote(policyPath)}`,
    'connectors:',
    ...connectors.flatMap((kind) => blocks[kind]),
    'api:',
    `  authorityHost: ${quote(`${url}/login`)}`,
    `  tenantId: ${quote(tenantId)}`,
    `  audience: ${quote(api.audience)}`,
    'feeds:',
    `  appleOs: { kind: sofa, url: ${quote(`${url}/feeds/v2/ios_data_feed.json`)} }`,
    '',
  ].join('\n');
}
