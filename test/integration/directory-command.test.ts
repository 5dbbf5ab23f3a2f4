/** `muster directory` as people use it: real command, real state, real key files; what is published verifies elsewhere. */
import { spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startBench } from '../support/open-muster-on';
import type { Bench } from '../support/open-muster-on';

jest.setTimeout(120_000);

const root = path.join(__dirname, '../..');
const command = path.join(root, 'bin/muster.mjs');
const PHONE = '+4915550100123';

const ENVIRONMENT = { ...process.env, KMS_PASSPHRASE: 'correct horse battery staple' };

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly notes: string;
}

let bench: Bench;
let folder: string;
let serial = 0;

async function directory(...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [command, 'directory', ...args, '--config', bench.config], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: ENVIRONMENT,
  });
  let out = '';
  let notes = '';
  child.stdout.on('data', (chunk: Buffer) => void (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => void (notes += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, notes };
}

/** A file with a new public key. */
function publicKeyFile(curve = 'P-256'): string {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: curve });
  const file = path.join(folder, `key-${(serial += 1)}.pub`);
  writeFileSync(file, publicKey.export({ type: 'spki', format: 'pem' }));
  return file;
}

async function publish(phone: string, key: string, device = 'jamf:1'): Promise<Ended> {
  return directory('publish', '--phone', phone, '--key', key, '--device', device, '--json');
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'muster-directory-'));
  bench = await startBench({ jamf: 20 });
  appendFileSync(bench.config, 'directory: { kms: "softkms:keys", passphrase: "${KMS_PASSPHRASE}" }\n');
  // The directory believes in devices that a sweep has seen.
  const swept = spawn(process.execPath, [command, 'sweep', '--config', bench.config, '--json'], {
    stdio: 'ignore',
    env: ENVIRONMENT,
  });
  expect(await once(swept, 'close')).toEqual([0, null]);
});
afterAll(async () => {
  await bench.close();
  rmSync(folder, { recursive: true, force: true });
});

test('a key is published once, rotated, suspended, reinstated and revoked; every revision stays', async () => {
  const first = publicKeyFile();
  const published = await publish(PHONE, first);
  expect(published.code).toBe(0);
  expect(JSON.parse(published.out)).toMatchObject({ revision: 1, phone: PHONE, status: 'active', keyType: 'P-256' });

  const again = await publish(PHONE, first);
  expect(JSON.parse(again.out)).toEqual(JSON.parse(published.out));
  expect(again.notes).toContain('published already');

  const rotated = await publish(PHONE, publicKeyFile('P-384'));
  expect(JSON.parse(rotated.out)).toMatchObject({ revision: 2, keyType: 'P-384' });
  for (const [change, status] of [
    ['suspend', 'suspended'],
    ['reinstate', 'active'],
    ['revoke', 'revoked'],
  ] as const) {
    const changed = await directory(change, '--phone', PHONE, '--reason', `because of ${change}`, '--json');
    expect(JSON.parse(changed.out)).toMatchObject({ status, reason: `because of ${change}` });
  }
  const { out } = await directory('show', '--phone', PHONE, '--history', '--json');
  const revisions = JSON.parse(out) as { revision: number; status: string }[];
  expect(revisions.map(({ revision, status }) => [revision, status])).toEqual([
    [1, 'active'],
    [2, 'active'],
    [3, 'suspended'],
    [4, 'active'],
    [5, 'revoked'],
  ]);
});

test('without --json the number is hidden, and nothing of a refused key is shown', async () => {
  const phone = '+4915550100200';
  await publish(phone, publicKeyFile(), 'jamf:2');
  const shown = await directory('show', '--phone', phone);
  expect(shown.out).toContain('+49•');
  expect(shown.out).not.toContain('5550100');

  const secret = path.join(folder, 'private.pem');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(secret, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const refused = await publish(phone, secret, 'jamf:2');
  expect(refused).toMatchObject({ code: 2, out: '' });
  expect(refused.notes).toContain('private-key-sent');
  expect(refused.notes).not.toContain(readFileSync(secret, 'utf8').split('\n')[1]);
});

test.each<readonly [string, string, string, number, string]>([
  ['a number that is not E.164', '015550100', 'jamf:3', 2, 'E.164'],
  ['a device that nobody manages', '+4915550100300', 'jamf:999', 2, 'no managed device'],
  ['a device of an MDM that is not configured', '+4915550100300', 'intune:1', 2, 'no managed device'],
  ['a number that another live key holds', '+4915550100200', 'jamf:3', 1, 'a claim is recorded'],
])('%s is refused, and says what to do', async (_what, phone, device, code, says) => {
  const ended = await publish(phone, publicKeyFile(), device);
  expect(ended).toMatchObject({ code, out: '' });
  expect(ended.notes).toContain(says);
  expect(ended.notes).not.toContain('5550100200');
});

test('an entry that is not there is said to be not there', async () => {
  expect(await directory('show', '--phone', '+4915550100999')).toMatchObject({ code: 1, out: '' });
});

test('an entry verifies with a public library, as the page says, and its fingerprint is openssl’s', async () => {
  const key = publicKeyFile();
  const { out } = await publish('+4915550100400', key, 'jamf:4');
  writeFileSync(path.join(folder, 'entry.json'), out);
  writeFileSync(path.join(folder, 'keys.json'), (await directory('keys')).out);
  const page = readFileSync(path.join(root, 'docs/directory.md'), 'utf8');
  const script = /```js\n(.*?)```/s.exec(page)?.[1] ?? '';
  // The script of the page, word for word, in a folder that finds the library.
  const program = path.join(root, `.directory-page-${process.pid}.mjs`);
  writeFileSync(program, script);
  try {
    const verified = spawnSync(process.execPath, [program], { cwd: folder, encoding: 'utf8' });
    expect(verified).toMatchObject({ status: 0, stdout: 'verified\n', stderr: '' });
    const entry = JSON.parse(out) as Record<string, unknown>;
    writeFileSync(path.join(folder, 'entry.json'), JSON.stringify({ ...entry, status: 'revoked' }));
    const forged = spawnSync(process.execPath, [program], { cwd: folder, encoding: 'utf8' });
    expect(forged.stdout).toBe('the fields are not what was signed\n');
  } finally {
    rmSync(program);
  }
  const line = /^(openssl pkey .*)$/m.exec(page)?.[1]?.replace('identity.pub', key) ?? 'false';
  const printed = spawnSync('sh', ['-c', line], { encoding: 'utf8' });
  if (printed.error !== undefined || printed.status !== 0) {
    process.stderr.write('skipped: the fingerprint as openssl prints it: there is no openssl\n');
    return;
  }
  expect(printed.stdout.trim()).toBe((JSON.parse(out) as { fingerprint: string }).fingerprint);
});

test('what is signed stays verifiable after the process that made the key is gone, and only with the passphrase', async () => {
  const before = await directory('keys');
  expect(JSON.parse(before.out)).toEqual(JSON.parse((await directory('keys')).out));
  const wrong = spawnSync(process.execPath, [command, 'directory', 'keys', '--config', bench.config], {
    encoding: 'utf8',
    env: { ...process.env, KMS_PASSPHRASE: 'another one' },
  });
  expect(wrong).toMatchObject({ status: 2, stdout: '' });
  expect(wrong.stderr).toContain('directory.kms');
});

test('the configuration keeps soft keys away from a state that many share', () => {
  const config = path.join(folder, 'azure.yaml');
  const text = readFileSync(bench.config, 'utf8');
  writeFileSync(config, text.replace(/^state:.*$/m, 'state: { kind: azure-storage, accountName: contosostate }'));
  const refused = spawnSync(process.execPath, [command, 'directory', 'keys', '--config', config], {
    encoding: 'utf8',
    env: ENVIRONMENT,
  });
  expect(refused.status).toBe(2);
  expect(refused.stderr).toContain('softkms is for one machine');
});
