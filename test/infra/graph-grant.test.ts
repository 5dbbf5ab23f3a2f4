import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { infraFolder } from '../support/bicep';

const script = path.join(infraFolder, 'graph-permissions', 'grant.sh');
const WORKER = '11111111-2222-3333-4444-555555555555';
const GRAPH = '99999999-8888-7777-6666-555555555555';
const ROLE_IDS: Readonly<Record<string, string>> = {
  'DeviceManagementManagedDevices.Read.All': 'aaaaaaaa-0000-0000-0000-000000000001',
  'DeviceManagementApps.Read.All': 'aaaaaaaa-0000-0000-0000-000000000002',
};

/**
 * Stands in for `az rest` of one tenant. It knows the three questions of the script and answers as `--output tsv` does;
 * anything else fails, so that a misspelt path cannot pass.
 */
const AZ = `#!${process.execPath}
const fs = require('node:fs');
const words = process.argv.slice(2);
const given = (name) => words[words.indexOf(name) + 1];
const state = JSON.parse(fs.readFileSync(process.env.TENANT, 'utf8'));
const graph = 'https://graph.microsoft.com/v1.0/servicePrincipals';
if (words[0] !== 'rest') process.exit(9);
const [url, method, query] = [given('--url'), given('--method'), given('--query')];
if (method === 'post') {
  const body = JSON.parse(given('--body'));
  if (url !== graph + '/${GRAPH}/appRoleAssignedTo') process.exit(9);
  state.posted.push(body);
  if (state.forbidden) { console.error('Forbidden({"error":{"code":"Authorization_RequestDenied"}})'); process.exit(1); }
  state.granted.push(body.appRoleId);
  fs.writeFileSync(process.env.TENANT, JSON.stringify(state));
} else if (url === graph + "(appId='00000003-0000-0000-c000-000000000000')?$select=id" && query === 'id') console.log('${GRAPH}');
else if (url === graph + '/${WORKER}/appRoleAssignments?$top=999') {
  if (query !== "value[?resourceId=='${GRAPH}'].appRoleId") process.exit(9);
  for (const id of state.granted) console.log(id);
} else if (url === graph + '/${GRAPH}?$select=appRoles') {
  const role = /value=='([\\w.]+)'/.exec(query)?.[1];
  if (state.roles[role]) console.log(state.roles[role]);
} else process.exit(9);
`;

describe('granting the permissions of Microsoft Graph', () => {
  let folder: string;
  let tenant: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'muster-grant-'));
    tenant = path.join(folder, 'tenant.json');
    mkdirSync(path.join(folder, 'bin'));
    writeFileSync(path.join(folder, 'bin', 'az'), AZ);
    chmodSync(path.join(folder, 'bin', 'az'), 0o755);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  interface Tenant {
    readonly granted: readonly string[];
    readonly posted: readonly {
      readonly principalId: string;
      readonly resourceId: string;
      readonly appRoleId: string;
    }[];
  }
  const set = (state: Readonly<Record<string, unknown>>) =>
    writeFileSync(tenant, JSON.stringify({ granted: [], posted: [], roles: ROLE_IDS, ...state }));
  const read = () => JSON.parse(readFileSync(tenant, 'utf8')) as Tenant;
  function run(...words: readonly string[]) {
    const env = { PATH: `${path.join(folder, 'bin')}:/usr/bin:/bin`, TENANT: tenant };
    const { status, stdout, stderr } = spawnSync('sh', [script, ...words], { env, encoding: 'utf8' });
    return { status, stdout, stderr };
  }

  test('grants both roles that a sweep reads with, to the identity, on Microsoft Graph, and says so', () => {
    set({});
    const { status, stdout } = run(WORKER);
    expect(status).toBe(0);
    expect(read().posted).toEqual(
      Object.values(ROLE_IDS).map((appRoleId) => ({ principalId: WORKER, resourceId: GRAPH, appRoleId })),
    );
    for (const role of Object.keys(ROLE_IDS)) expect(stdout).toContain(`granting: ${role} to ${WORKER}`);
  });

  test('run again it grants nothing', () => {
    set({});
    run(WORKER);
    const { status, stdout } = run(WORKER);
    expect(status).toBe(0);
    expect(read().posted).toHaveLength(2);
    expect(stdout).toContain('granted already: DeviceManagementApps.Read.All');
  });

  test('--check grants nothing and ends with 3 while something is missing', () => {
    set({ granted: [ROLE_IDS['DeviceManagementManagedDevices.Read.All']] });
    const { status, stdout } = run('--check', WORKER);
    expect(status).toBe(3);
    expect(stdout).toBe(
      'granted already: DeviceManagementManagedDevices.Read.All\nmissing: DeviceManagementApps.Read.All\n',
    );
    expect(read().posted).toEqual([]);
    run(WORKER);
    expect(run('--check', WORKER).status).toBe(0);
  });

  test('--without-apps leaves the permission for apps out', () => {
    set({});
    expect(run('--without-apps', WORKER).status).toBe(0);
    expect(read().granted).toEqual([ROLE_IDS['DeviceManagementManagedDevices.Read.All']]);
  });

  test('a refused grant ends it with an error', () => {
    set({ forbidden: true });
    const { status, stderr, stdout } = run(WORKER);
    expect(status).not.toBe(0);
    expect(stderr).toContain('Authorization_RequestDenied');
    expect(stdout).not.toContain('done');
  });

  test('a role that the tenant does not know ends it with its name', () => {
    set({ roles: {} });
    const { status, stderr } = run(WORKER);
    expect(status).toBe(1);
    expect(stderr).toContain('no app role DeviceManagementManagedDevices.Read.All');
  });

  test.each([[[]], [['id-muster-worker']], [['--yes', WORKER]], [[`${WORKER}';drop`]]])(
    'refuses the arguments %j before it asks anything',
    (words) => {
      set({});
      const { status, stderr } = run(...words);
      expect(status).toBe(2);
      expect(stderr).toContain('usage:');
      expect(read().posted).toEqual([]);
    },
  );

  test('asks for no permission that could change a device', () => {
    const named = readFileSync(script, 'utf8').match(/DeviceManagement\w+\.[\w.]+/g) ?? [];
    expect([...new Set(named)].filter((role) => !/\.Read\.All\.?$/.test(role))).toEqual([]);
  });
});
