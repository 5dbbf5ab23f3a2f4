/** Runs the Bicep compiler for tests: MUSTER_BICEP names it, else PATH or the folder that infra/get-bicep.sh fills has it. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export const infraFolder = path.join(__dirname, '..', '..', 'infra');

/** A resource as a deployment would leave it. What is known only in Azure stands as an expression in square brackets. */
export interface PredictedResource {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly apiVersion: string;
  readonly location?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly kind?: string;
  readonly sku?: Readonly<Record<string, unknown>>;
  // The properties of some sixty resource types, asserted on by the tests that read them.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly properties?: any;
}

export interface Snapshot {
  readonly predictedResources: readonly PredictedResource[];
  readonly diagnostics: readonly unknown[];
  readonly outputs: Readonly<Record<string, unknown>>;
}

export interface Variation {
  /** What the parameter file reads from the environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Lines added to the parameter file, for parameters that it does not give. */
  readonly parameters?: string;
}

export function findBicep(): string | null {
  const named = process.env['MUSTER_BICEP'];
  if (named !== undefined && named !== '') return named;
  const cache = process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache');
  const onPath = (process.env['PATH'] ?? '').split(path.delimiter).map((folder) => path.join(folder, 'bicep'));
  return [...onPath, path.join(cache, 'muster', 'bicep-0.49.2', 'bicep')].find(canRun) ?? null;
}

function canRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** `describe` where there is a compiler; else a skipped one that says so in one line. */
export function describeWithBicep(name: string, body: () => void): void {
  if (findBicep() !== null) {
    describe(name, body);
    return;
  }
  process.stderr.write(
    `skipped: ${name}: NO BICEP COMPILER, so the infrastructure was not checked; infra/get-bicep.sh gets one\n`,
  );
  describe.skip(name, body);
}

/** @returns what the compiler printed, with its exit code. */
export function runBicep(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): { readonly code: number; readonly output: string } {
  const bicep = findBicep();
  if (bicep === null) throw new Error('There is no Bicep compiler; infra/get-bicep.sh gets one.');
  // Not our own environment: parameter files read theirs, and a test must not depend on who runs it.
  const env = {
    PATH: process.env['PATH'],
    HOME: os.homedir(),
    DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1',
    ...environment,
  };
  const { status, stdout, stderr, error } = spawnSync(bicep, words, { env, encoding: 'utf8', maxBuffer: 64 << 20 });
  if (error !== undefined) throw error;
  return { code: status ?? -1, output: `${stdout}${stderr}`.trim() };
}

const DEPLOYMENT = [
  ['--subscription-id', '00000000-0000-0000-0000-000000000001'],
  ['--tenant-id', '00000000-0000-0000-0000-000000000002'],
  ['--resource-group', 'rg-muster'],
  ['--location', 'westeurope'],
  ['--deployment-name', 'muster'],
].flat();

let known: string | null = null;

/** All that is compiled, and the compiler: what a snapshot depends on. */
function fingerprint(): string {
  known ??= digestOfSources();
  return known;
}

function digestOfSources(): string {
  const hash = createHash('sha256').update(runBicep(['--version']).output);
  const files = readdirSync(infraFolder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.(bicep|bicepparam|kql)$/.test(file),
  );
  for (const file of files.sort()) hash.update(`\0${file}\0`).update(readFileSync(path.join(infraFolder, file)));
  return hash.digest('hex');
}

/**
 * What a deployment with a parameter file of infra/ would leave, as far as it can be said without Azure.
 * Remembered on disk by the content of infra/, because every test file would compile the same again.
 * @param parameterFile name, such as `pilot.bicepparam`
 */
export function snapshotOf(parameterFile: string, { environment = {}, parameters = '' }: Variation = {}): Snapshot {
  const key = createHash('sha256')
    .update(JSON.stringify([fingerprint(), parameterFile, environment, parameters]))
    .digest('hex');
  const remembered = path.join(os.tmpdir(), `muster-snapshot-${key.slice(0, 24)}.json`);
  if (existsSync(remembered)) return JSON.parse(readFileSync(remembered, 'utf8')) as Snapshot;

  // The compiler writes beside the parameter file, so it gets a copy.
  const folder = mkdtempSync(path.join(os.tmpdir(), 'muster-bicep-'));
  try {
    cpSync(infraFolder, folder, { recursive: true });
    const copy = path.join(folder, parameterFile);
    writeFileSync(copy, `${readFileSync(copy, 'utf8')}\n${parameters}\n`);
    const { code, output } = runBicep(['snapshot', copy, '--mode', 'overwrite', ...DEPLOYMENT], environment);
    if (code !== 0) throw new Error(`bicep snapshot ${parameterFile} ended with ${code}: ${output}`);
    const written = copy.replace(/\.bicepparam$/, '.snapshot.json');
    const snapshot = JSON.parse(readFileSync(written, 'utf8')) as Snapshot;
    writeFileSync(`${remembered}.${process.pid}`, JSON.stringify(snapshot));
    renameSync(`${remembered}.${process.pid}`, remembered);
    return snapshot;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The predicted resources alone; see {@link snapshotOf}. */
export function predictedOf(parameterFile: string, variation: Variation = {}): readonly PredictedResource[] {
  return snapshotOf(parameterFile, variation).predictedResources;
}

/** App settings that an app would have, by the name of its service in azure.yaml. */
export function appSettingsOf(
  resources: readonly PredictedResource[],
  service: 'edge' | 'worker',
): Readonly<Record<string, string>> {
  const app = resources.find(
    ({ type, tags }) => type === 'Microsoft.Web/sites' && tags?.['azd-service-name'] === service,
  );
  const settings = resources.find(({ id }) => app !== undefined && id === `${app.id}/config/appsettings`);
  if (settings === undefined) throw new Error(`The deployment has no settings of the ${service}.`);
  return settings.properties as Readonly<Record<string, string>>;
}
