import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describeWithBicep, predictedOf } from '../support/bicep';
import type { PredictedResource, Variation } from '../support/bicep';

/** The built-in roles by id, from Microsoft's list and not from our templates: facts/azure-functions.md §4.1. */
const ROLES: Readonly<Record<string, string>> = {
  '12338af0-0e69-4776-bea7-57ae8d297424': 'Key Vault Crypto User',
  '4633458b-17de-408a-b874-0445c86b69e6': 'Key Vault Secrets User',
  '3913510d-42f4-4e42-8a64-420c390055eb': 'Monitoring Metrics Publisher',
  'ba92f5b4-2d11-453d-a403-e96b0029c9fe': 'Storage Blob Data Contributor',
  'b7e6dc6d-f1e8-4753-8033-0f276bb0955b': 'Storage Blob Data Owner',
  '974c5e8b-45b9-4653-ba55-5f855dd0fb88': 'Storage Queue Data Contributor',
  'c6a89b2d-59bc-44d0-9896-0f6e12d7b80a': 'Storage Queue Data Message Sender',
  '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3': 'Storage Table Data Contributor',
  '76199698-9eea-4c19-bc75-cec21354c6b6': 'Storage Table Data Reader',
};

const ALWAYS = 'always';
const [JAMF, WORKSPACE_ONE, DIRECTORY] = ['with Jamf Pro', 'with Workspace ONE', 'with directory key'];

const each = (identity: string, role: string, scope: string, names: readonly string[]) =>
  names.map((name) => `${identity} | ${role} | ${scope}: ${name}`);
const TABLES = [
  'runs',
  'pulls',
  'quarantine',
  'connectors',
  'devices',
  'apps',
  'leases',
  'budgets',
  'parked',
  'poison',
];
const QUEUES = ['sweep-start', 'sweep-page', 'sweep-finish', 'report-publish'].flatMap((queue) => [
  queue,
  `${queue}-poison`,
]);

/** What each identity must have, and no more. Written down here a second time, so that page and template cannot err together. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  [ALWAYS]: [
    ...each('edge', 'Storage Table Data Reader', 'state account, table', ['runs', 'pulls', 'connectors']),
    ...each('edge', 'Storage Queue Data Message Sender', 'state account, queue', ['sweep-start']),
    ...each('worker', 'Storage Table Data Contributor', 'state account, table', TABLES),
    ...each('worker', 'Storage Queue Data Contributor', 'state account, queue', QUEUES),
    ...each('worker', 'Storage Blob Data Contributor', 'state account, container', ['work', 'reports']),
    ...['edge', 'worker'].flatMap((identity) => [
      `${identity} | Storage Blob Data Owner | ${identity} host account`,
      `${identity} | Storage Queue Data Contributor | ${identity} host account`,
      `${identity} | Storage Table Data Contributor | ${identity} host account`,
      `${identity} | Monitoring Metrics Publisher | Application Insights`,
    ]),
  ],
  [JAMF]: each('worker', 'Key Vault Secrets User', 'vault, secret', ['jamf-client-secret']),
  [WORKSPACE_ONE]: each('worker', 'Key Vault Secrets User', 'vault, secret', ['ws1-client-secret', 'ws1-tenant-code']),
  [DIRECTORY]: each('worker', 'Key Vault Crypto User', 'vault, key', ['directory-signing']),
};

/** The table "Azure roles" of the page, one line per role and thing. */
function documented(): Readonly<Record<string, readonly string[]>> {
  const page = readFileSync(path.join(__dirname, '..', '..', 'docs', 'permissions.md'), 'utf8');
  const section = /^## Azure roles$([\s\S]*?)(?=^## )/m.exec(page)?.[1] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| Identity'));
  const byCondition: Record<string, string[]> = {};
  for (const row of rows) {
    const [identity = '', role = '', scope = '', when = '', why = ''] = row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    if (/^-+$/.test(identity)) continue;
    if (why.length < 8) throw new Error(`No reason is given for: ${row}`);
    const [place = '', names] = scope.split(': ');
    const lines =
      names === undefined ? [`${identity} | ${role} | ${scope}`] : each(identity, role, place, names.split(', '));
    (byCondition[when] ??= []).push(...lines);
  }
  return byCondition;
}

function scopeOf(id: string): string {
  const target = id
    .replace(/\/providers\/Microsoft\.Authorization\/roleAssignments\/[^/]+$/, '')
    .replace(/^.*?\/providers\//, '');
  const part =
    /^Microsoft\.Storage\/storageAccounts\/stmuster(state|edge|work)\w{9}(?:\/(?:blob|queue|table)Services\/default\/(container|queue|table)s\/([\w-]+))?$/.exec(
      target,
    );
  if (part !== null) {
    const account = part[1] === 'state' ? 'state account' : `${part[1] === 'work' ? 'worker' : 'edge'} host account`;
    return part[2] === undefined ? account : `${account}, ${part[2]}: ${part[3] ?? ''}`;
  }
  const inVault = /^Microsoft\.KeyVault\/vaults\/kv-muster-\w{9}\/(secret|key)s\/([\w-]+)$/.exec(target);
  if (inVault !== null) return `vault, ${inVault[1] ?? ''}: ${inVault[2] ?? ''}`;
  if (/^Microsoft\.Insights\/components\/appi-muster-\w+$/.test(target)) return 'Application Insights';
  return `elsewhere: ${target}`;
}

function assigned(resources: readonly PredictedResource[]): readonly string[] {
  return resources
    .filter(({ type }) => type === 'Microsoft.Authorization/roleAssignments')
    .map(({ id, properties }) => {
      expect(properties.principalType).toBe('ServicePrincipal');
      const identity = /userAssignedIdentities\/id-muster-(\w+)', '[\d-]+'\)\.principalId\]$/.exec(
        properties.principalId,
      )?.[1];
      const role = String(properties.roleDefinitionId).split('/').at(-1) ?? '';
      return `${identity ?? properties.principalId} | ${ROLES[role] ?? role} | ${scopeOf(id)}`;
    })
    .sort();
}

const under = (table: Readonly<Record<string, readonly string[]>>, conditions: readonly string[]) =>
  conditions.flatMap((condition) => table[condition] ?? []).sort();

const JAMF_ON = { JAMF_URL: 'https://contoso.jamfcloud.com' };
const NONE = { JAMF_URL: '', WS1_URL: '' };

test('the page on permissions has every role that we mean to give, and no other', () => {
  const page = documented();
  expect(Object.keys(page).sort()).toEqual(Object.keys(EXPECTED).sort());
  for (const condition of Object.keys(EXPECTED)) expect(under(page, [condition])).toEqual(under(EXPECTED, [condition]));
});

describeWithBicep('role assignments', () => {
  const cases: readonly [string, string, Variation, readonly string[]][] = [
    ['pilot', 'pilot.bicepparam', {}, [ALWAYS]],
    ['pilot with Jamf Pro', 'pilot.bicepparam', { environment: JAMF_ON }, [ALWAYS, JAMF]],
    ['production', 'production.bicepparam', {}, [ALWAYS, JAMF, WORKSPACE_ONE, DIRECTORY]],
    ['production before the secrets are there', 'production.bicepparam', { environment: NONE }, [ALWAYS, DIRECTORY]],
  ];
  test.each(cases)('%s: exactly those of the page', (_, file, variation, conditions) => {
    expect(assigned(predictedOf(file, variation))).toEqual(under(documented(), conditions));
  });

  test('the edge has no role that writes anything but a request for a sweep, outside its own host account', () => {
    const roles = assigned(predictedOf('production.bicepparam')).filter(
      (line) => line.startsWith('edge |') && !line.endsWith('edge host account'),
    );
    expect(roles.filter((line) => !/Reader|Monitoring Metrics Publisher/.test(line))).toEqual([
      'edge | Storage Queue Data Message Sender | state account, queue: sweep-start',
    ]);
  });

  test('no role is given on the resource group or above', () => {
    const scopes = predictedOf('production.bicepparam')
      .filter(({ type }) => type === 'Microsoft.Authorization/roleAssignments')
      .map(({ id }) => scopeOf(id));
    expect(scopes.filter((scope) => scope.startsWith('elsewhere'))).toEqual([]);
  });
});
