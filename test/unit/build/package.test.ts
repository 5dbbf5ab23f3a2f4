import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { fromBuffer } from 'yauzl';
import type { Entry } from 'yauzl';
import packageJson from '../../../package.json';

jest.setTimeout(120_000);

const root = path.join(__dirname, '..', '..', '..');
const folder = mkdtempSync(path.join(tmpdir(), 'muster-package-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Package {
  readonly app: string;
  readonly zip: string;
  readonly codeBytes: number;
  readonly sha256: string;
}

/** Packages in a process of its own, as `npm run package` does. */
function makePackages(
  name: string,
  { config, timeZone = 'UTC' }: { config?: string; timeZone?: string } = {},
): Package[] {
  const outdir = path.join(folder, name);
  const options = JSON.stringify({ outdir, ...(config === undefined ? {} : { config }) });
  const script = `import { makePackages } from ${JSON.stringify(path.join(root, 'build', 'package.mjs'))};
    process.stdout.write(JSON.stringify(await makePackages(${options})));`;
  const text = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    env: { ...process.env, TZ: timeZone },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return JSON.parse(text) as Package[];
}

function entriesOf(zip: string): Promise<Entry[]> {
  return new Promise((resolve, reject) => {
    fromBuffer(readFileSync(zip), { lazyEntries: false }, (error, file) => {
      if (error !== null) {
        reject(error);
        return;
      }
      const entries: Entry[] = [];
      file.on('entry', (entry: Entry) => entries.push(entry));
      file.on('end', () => resolve(entries));
    });
  });
}

describe('what is deployed', () => {
  let packages: Package[];
  beforeAll(() => {
    packages = makePackages('first');
  });

  test('is one package for each app, with everything it needs and nothing else', async () => {
    expect(packages.map(({ app }) => app)).toEqual(['edge', 'worker']);
    for (const { app, zip } of packages) {
      const names = (await entriesOf(zip)).map(({ fileName }) => fileName);
      expect(names).toEqual([
        'app.cjs',
        'azure-identity.cjs',
        'azure-monitor.cjs',
        'host.json',
        'muster.yaml',
        'package.json',
        'policy.yaml',
      ]);
      const manifest = JSON.parse(readFileSync(path.join(folder, 'first', app, 'package.json'), 'utf8'));
      expect(manifest).toEqual({ name: `muster-${app}`, version: packageJson.version, private: true, main: 'app.cjs' });
    }
  });

  test('has the same bytes each time, in whatever time zone', () => {
    const again = makePackages('second', { timeZone: 'Pacific/Chatham' });
    expect(again.map(({ sha256 }) => sha256)).toEqual(packages.map(({ sha256 }) => sha256));
  });

  test('is listed with its digests as sha256sum reads them', () => {
    const sums = packages.map(({ app, zip }) => {
      const digest = createHash('sha256').update(readFileSync(zip)).digest('hex');
      return `${digest}  ${app}.zip\n`;
    });
    expect(readFileSync(path.join(folder, 'first', 'SHA256SUMS'), 'utf8')).toBe(sums.join(''));
  });

  test('stays within the size budget of 3 MB', () => {
    for (const { codeBytes } of packages) expect(codeBytes).toBeLessThanOrEqual(3 * 1024 * 1024);
  });

  test('has no character outside of ASCII: Node would read it all as two bytes a character', () => {
    for (const { app } of packages) {
      expect(readFileSync(path.join(folder, 'first', app, 'app.cjs')).every((byte) => byte < 128)).toBe(true);
    }
  });

  test('the public app carries no connector and no simulator', () => {
    const edge = readFileSync(path.join(folder, 'first', 'edge', 'app.cjs'), 'utf8');
    const worker = readFileSync(path.join(folder, 'first', 'worker', 'app.cjs'), 'utf8');
    for (const endpoint of ['/api/v2/mobile-devices/detail', '/deviceManagement/managedDevices']) {
      expect(worker).toContain(endpoint);
      expect(edge).not.toContain(endpoint);
    }
    for (const bundle of [edge, worker]) expect(bundle).not.toContain('sim-jamf-secret');
  });

  test('nothing of this machine is in it', () => {
    for (const { app } of packages) {
      for (const file of readdirSync(path.join(folder, 'first', app))) {
        expect(readFileSync(path.join(folder, 'first', app, file), 'utf8')).not.toContain(root);
      }
    }
  });

  test('the bill of materials is valid CycloneDX and names what the bundler took', async () => {
    const text = readFileSync(path.join(folder, 'first', 'bom.json'), 'utf8');
    expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text)).toBeNull();
    const { components } = JSON.parse(text) as { components: { name: string; version: string; licenses: unknown[] }[] };
    const names = components.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['@azure/functions', '@azure/identity', 'axios', 'jose', 'zod']));
    for (const development of ['jest', 'typescript', 'esbuild', 'azurite', 'commander']) {
      expect(names).not.toContain(development);
    }
    for (const { licenses } of components) expect(licenses).toHaveLength(1);
  });

  test('a private key is not put into it', () => {
    const config = path.join(folder, 'muster.yaml');
    writeFileSync(
      config,
      'policy: policy.yaml\nconnectors:\n  - auth: { kind: client-certificate }\n    certificatePath: key.pem\n',
    );
    writeFileSync(path.join(folder, 'policy.yaml'), 'version: 1\n');
    expect(() => makePackages('third', { config })).toThrow(/private key is not put into a package/);
  });
});
