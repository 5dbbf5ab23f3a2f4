/** The directory against a simulated fleet, through the command: what drifts is found, and acted on only when asked. */
import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startBench } from '../support/open-muster-on';
import type { Bench } from '../support/open-muster-on';

jest.setTimeout(180_000);

const command = path.join(__dirname, '../../bin/muster.mjs');

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly notes: string;
}

interface Swept {
  readonly state: string;
  readonly drift: Readonly<Record<string, number>>;
  readonly plan: { readonly proposed: number; readonly released: number; readonly held: number };
}

let bench: Bench;
let folder: string;

async function muster(...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [command, ...args, '--config', bench.config], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let notes = '';
  child.stdout.on('data', (chunk: Buffer) => void (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => void (notes += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, notes };
}

async function sweep(...args: string[]): Promise<Swept> {
  return JSON.parse((await muster('sweep', '--json', ...args)).out) as Swept;
}

async function status(phone: string): Promise<{ status: string; reason: string | null; revision: number }> {
  const { out } = await muster('directory', 'show', '--phone', phone, '--json');
  return JSON.parse(out) as { status: string; reason: string | null; revision: number };
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'muster-reconcile-'));
  bench = await startBench({ jamf: 60 });
  appendFileSync(bench.config, 'directory: { kms: "softkms:keys" }\n');
  await sweep();
});
afterAll(async () => {
  await bench.close();
  rmSync(folder, { recursive: true, force: true });
});

test('the key of a phone that is gone is revoked after two complete sweeps, with --apply and not before', async () => {
  const phone = '+4915550100777';
  const file = path.join(folder, 'key.pub');
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(file, publicKey.export({ type: 'spki', format: 'pem' }));
  const published = await muster(
    'directory',
    'publish',
    '--phone',
    phone,
    '--key',
    file,
    '--device',
    'jamf:7',
    '--json',
  );
  expect(published.code).toBe(0);

  bench.simulators.fleets.jamf.remove([7]);
  await sweep('--apply');
  expect(await status(phone)).toMatchObject({ status: 'active', revision: 1 });

  const dry = await sweep();
  expect(dry.drift['orphaned-key']).toBe(1);
  expect(dry.plan).toMatchObject({ released: 1, held: 0 });
  expect(await status(phone)).toMatchObject({ status: 'active', revision: 1 });

  const diff = await muster('directory', 'diff');
  expect(diff.code).toBe(5);
  expect(diff.out).toContain('orphaned-key  jamf:7');
  expect(diff.out).not.toContain('5550100777');
  expect(diff.notes).toContain('would revoke');

  await sweep('--apply');
  expect(await status(phone)).toMatchObject({ status: 'revoked', revision: 2 });
  const after = await sweep('--apply');
  expect(after.drift['orphaned-key'] ?? 0).toBe(0);
  expect(await status(phone)).toMatchObject({ status: 'revoked', revision: 2 });
});

test('a sweep that did not complete revokes nothing, and says why', async () => {
  const phone = '+4915550100778';
  const file = path.join(folder, 'key2.pub');
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(file, publicKey.export({ type: 'spki', format: 'pem' }));
  await muster('directory', 'publish', '--phone', phone, '--key', file, '--device', 'jamf:9', '--json');
  bench.setFaults([{ route: 'jamf.devices', fault: { kind: 'status', status: 403 } }]);
  const partial = await sweep('--apply');
  expect(partial.state).not.toBe('complete');
  expect(partial.plan.released).toBe(0);
  expect(await status(phone)).toMatchObject({ status: 'active', revision: 1 });
});
