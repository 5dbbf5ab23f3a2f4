/** The command as scripts use it: exit codes, one JSON document on stdout, messages that say what to do. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LADDER } from '../../core/readiness/ladder';
import { startBench } from '../support/open-muster-on';
import type { Bench } from '../support/open-muster-on';

jest.setTimeout(120_000);

const command = path.join(__dirname, '../../bin/muster.mjs');

async function muster(...args: string[]): Promise<{ code: number | null; out: string; notes: string }> {
  const child = spawn(process.execPath, [command, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let notes = '';
  child.stdout.on('data', (chunk: Buffer) => void (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => void (notes += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, notes };
}

describe('against simulators', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await startBench({ jamf: 300, workspaceOne: 200 });
  });
  afterAll(() => bench.close());

  test('sweep --json prints one document with the promised fields, and ends with 0', async () => {
    const { code, out, notes } = await muster('sweep', '--config', bench.config, '--json');
    expect({ code, notes }).toEqual({ code: 0, notes: '' });
    const result = JSON.parse(out) as Record<string, unknown> & {
      connectors: Record<string, unknown>[];
      readiness: { total: number; byRung: Record<string, number> };
    };
    expect(result).toMatchObject({
      state: 'complete',
      tombstones: { candidates: 0, confirmed: 0, held: 0 },
      drift: {},
      plan: { proposed: 0, released: 0, held: 0, brakes: [] },
    });
    for (const connector of result.connectors) {
      for (const field of [
        'id',
        'kind',
        'state',
        'devices',
        'expected',
        'pages',
        'requests',
        'retries',
        'throttledSeconds',
        'quarantined',
        'duplicates',
        'reason',
      ]) {
        expect(connector).toHaveProperty(field);
      }
    }
    for (const rung of LADDER) expect(result.readiness.byRung).toHaveProperty(rung);
    expect(Object.values(result.readiness.byRung).reduce((sum, count) => sum + count, 0)).toBe(result.readiness.total);
    expect(bench.simulators.stats().writes).toBe(0);
  });

  test('inventory prints one complete record a line', async () => {
    const { code, out } = await muster('inventory', 'jamf', '--config', bench.config, '--format', 'ndjson');
    expect(code).toBe(0);
    const devices = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(devices).toHaveLength(300);
    expect(new Set(devices.map(({ deviceKey }) => deviceKey)).size).toBe(300);
    for (const field of [
      'deviceKey',
      'connectorId',
      'vendor',
      'vendorId',
      'platform',
      'osVersion',
      'osBuild',
      'securityPatch',
      'apiLevel',
      'serial',
      'imeis',
      'enrollment',
      'management',
      'user',
      'lines',
      'apps',
      'integrity',
      'observedAt',
    ]) {
      expect(devices[0]).toHaveProperty(field);
    }
    expect(out).not.toContain('""');
  });

  test.each(['csv', 'table'])('inventory as %s hides the middle of phone numbers', async (format) => {
    const { code, out } = await muster('inventory', 'jamf', '--config', bench.config, '--format', format);
    expect(code).toBe(0);
    expect(out.trimEnd().split('\n')).toHaveLength(301);
    expect(out).not.toMatch(/\+\d{9,}/);
  });

  test('a page that is refused: exit 3, and the reason, endpoint and next step on stderr', async () => {
    bench.setFaults([{ route: 'jamf.devices', fault: { kind: 'status', status: 403 } }]);
    const { code, notes } = await muster('inventory', 'jamf', '--config', bench.config, '--format', 'ndjson');
    expect(code).toBe(3);
    expect(notes).toMatch(/GET \/api\/v2\/mobile-devices\/detail/);
    expect(notes).toMatch(/Read Mobile Devices/);
    const sweep = await muster('sweep', '--config', bench.config, '--json');
    expect(sweep.code).toBe(3);
    expect(JSON.parse(sweep.out)).toMatchObject({ state: 'partial', tombstones: { candidates: 0 } });
    bench.setFaults([]);
  });

  test('report writes its files for their owner only, and names them', async () => {
    const out = path.join(bench.folder, 'report');
    const { code, out: printed } = await muster('report', '--config', bench.config, '--format', 'html', '--out', out);
    expect(code).toBe(0);
    const files = printed.trimEnd().split('\n');
    expect(files.map((file) => path.basename(file)).sort()).toEqual(readdirSync(out).sort());
    for (const file of files) expect(statSync(file).mode & 0o077).toBe(0);
    expect(readFileSync(files[0] ?? '', 'utf8')).toMatch(/^<!doctype html>/i);
  });

  test('what-if against the same policy changes nobody; against a stricter one it says who and why', async () => {
    const same = path.join(bench.folder, 'policy.yaml');
    const strict = path.join(bench.folder, 'strict.yaml');
    writeFileSync(strict, "version: 1\napple: { featureMinimum: '27.0' }\n");
    const calls = bench.simulators.stats().requests;
    const unchanged = await muster('policy', 'what-if', same, '--config', bench.config, '--json');
    expect(JSON.parse(unchanged.out)).toMatchObject({ changed: 0 });
    const changed = JSON.parse((await muster('policy', 'what-if', strict, '--config', bench.config, '--json')).out) as {
      changed: number;
      byRule: Record<string, number>;
    };
    expect(changed.changed).toBeGreaterThan(0);
    expect(Object.keys(changed.byRule)).toContain('os.feature-minimum');
    // Only the release feed is asked; no MDM is.
    expect(bench.simulators.stats().requests - calls).toBeLessThanOrEqual(2);
  });

  test('doctor says one line a check, and 5 with a next step where something is wrong', async () => {
    const well = await muster('doctor', '--config', bench.config);
    expect(well.out).toMatch(/jamf .*token/);
    expect(well.out).toMatch(/ws1 .*quota/);
    bench.setFaults([{ route: 'jamf.token', fault: { kind: 'status', status: 503 } }]);
    const ill = await muster('doctor', '--config', bench.config, '--json');
    bench.setFaults([]);
    expect(ill.code).toBe(5);
    const { connectors } = JSON.parse(ill.out) as {
      connectors: { connector: string; checks: { state: string; hint: string | null }[] }[];
    };
    expect(connectors.find(({ connector }) => connector === 'jamf')?.checks).toMatchObject([
      { state: 'failed', hint: expect.any(String) },
    ]);
  });
});

describe('bad input', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'muster-command-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([
    ['a file that is not there', ['sweep', '--config', '/nonexistent/muster.yaml'], /cannot read/],
    ['an unknown command', ['swep'], /Did you mean sweep/],
    ['an unknown option', ['sweep', '--confg', 'x'], /--config/],
    ['a missing option', ['sweep'], /--config/],
    ['a format that does not exist', ['inventory', 'jamf', '--config', 'x', '--format', 'xml'], /ndjson, csv, table/],
    ['a time that is none', ['inventory', 'jamf', '--config', 'x', '--since', 'yesterday'], /ISO 8601/],
    ['nothing to simulate', ['simulate'], /nothing to simulate/],
  ])('%s: exit 2 and a message that helps', async (_, args, message) => {
    const { code, out, notes } = await muster(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(notes).toMatch(message);
  });

  test('a fault script that names no route: exit 2, and the routes there are', async () => {
    const file = path.join(folder, 'faults.json');
    writeFileSync(file, JSON.stringify([{ route: 'jamf.nothing', fault: { kind: 'disconnect' } }]));
    const { code, notes } = await muster('simulate', '--jamf', '1', '--fault', file);
    expect(code).toBe(2);
    expect(notes).toMatch(/jamf\.devices/);
  });

  test('a policy that is valid and yet wrong: exit 5', async () => {
    const file = path.join(folder, 'policy.yaml');
    writeFileSync(file, 'version: 1\nandroid: { securityPatch: { maxAgeDays: 30 } }\n');
    const { code, out } = await muster('policy', 'check', file);
    expect(code).toBe(5);
    expect(out).toMatch(/securityPatch\.maxAgeDays/);
  });

  test('a policy with a mistyped key: exit 2 and a suggestion', async () => {
    const file = path.join(folder, 'typo.yaml');
    writeFileSync(file, 'version: 1\nunknwonIs: unknown\n');
    const { code, notes } = await muster('policy', 'check', file);
    expect(code).toBe(2);
    expect(notes).toMatch(/unknownIs/);
  });

  test.each(['default.yaml', 'demo.yaml'])('the shipped policy %s is valid', async (name) => {
    const { code } = await muster('policy', 'check', path.join(__dirname, '../../policies', name));
    expect([0, 5]).toContain(code);
  });
});
