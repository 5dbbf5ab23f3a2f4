/**
 * The key that the key files of a folder are encrypted under: derived from a passphrase by scrypt, or drawn at random and
 * kept beside them in `folder.key`, readable by its owner only. `protection.json` says which, and holds a value to tell a
 * wrong passphrase from a changed file.
 */
import { createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { kmsProblem } from '../parse-kms-uri';
import type { KeyFolder } from './key-folder';

const PROTECTION_FILE = 'protection.json';
const SECRET_FILE = 'folder.key';
const KEY_BYTES = 32;
const SALT_BYTES = 16;
/** 128 MiB and about 0.4 s for each guess. */
const SCRYPT = { n: 2 ** 17, r: 8, p: 1 } as const;

const base64url = z.string().regex(/^[A-Za-z0-9_-]+$/);
const protectionSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    v: z.literal(1),
    kind: z.literal('passphrase'),
    // Bounded, so that a changed file costs neither the memory of the machine nor the protection.
    n: z.union([z.literal(2 ** 17), z.literal(2 ** 18), z.literal(2 ** 19)]),
    r: z.literal(8),
    p: z.literal(1),
    salt: base64url,
    check: base64url,
  }),
  z.strictObject({ v: z.literal(1), kind: z.literal('key-file'), check: base64url }),
]);
type Protection = z.output<typeof protectionSchema>;

/**
 * Sets the protection up in a new folder; of several processes that do so at once, one wins and the others follow it.
 * @returns 32 bytes.
 * @throws {ConfigError} for a wrong or missing passphrase, and for files that are missing, damaged or readable by others.
 */
export async function openProtection(folder: KeyFolder, passphrase: string | undefined): Promise<Buffer> {
  const found = (await readProtection(folder)) ?? (await createProtection(folder, passphrase));
  switch (found.kind) {
    case 'passphrase': {
      if (passphrase === undefined) {
        throw kmsProblem(
          `names keys that a passphrase protects: ${folder.path}`,
          'Give the passphrase they were made with.',
        );
      }
      const key = await derive(passphrase, found);
      if (matches(found, key)) return key;
      const hint = 'Give the passphrase the folder was made with; a lost one cannot be replaced.';
      throw kmsProblem(
        `names keys that this passphrase does not open, or ${PROTECTION_FILE} was changed: ${folder.path}`,
        hint,
      );
    }
    case 'key-file': {
      if (passphrase !== undefined) {
        const hint =
          'Leave the passphrase out, or name a new folder: keys are not moved from one protection to the other.';
        throw kmsProblem(`names keys that were made without a passphrase: ${folder.path}`, hint);
      }
      const key = await readSecret(folder);
      if (key === null) {
        const hint =
          'Restore it from a backup. Without it the keys are lost: then name a new folder, and old signatures stay verifiable by published keys only.';
        throw kmsProblem(`names keys whose ${SECRET_FILE} is missing: ${folder.path}`, hint);
      }
      if (matches(found, key)) return key;
      throw kmsProblem(
        `names keys whose ${SECRET_FILE} or ${PROTECTION_FILE} was changed: ${folder.path}`,
        'Restore both files from a backup.',
      );
    }
  }
}

async function readProtection(folder: KeyFolder): Promise<Protection | null> {
  const content = await folder.read(PROTECTION_FILE);
  if (content === null) {
    if ((await folder.sequences()).length === 0) return null;
    throw kmsProblem(`names keys whose ${PROTECTION_FILE} is missing: ${folder.path}`, 'Restore it from a backup.');
  }
  try {
    return protectionSchema.parse(JSON.parse(content.toString('utf8')));
  } catch {
    throw kmsProblem(`names keys whose ${PROTECTION_FILE} is damaged: ${folder.path}`, 'Restore it from a backup.');
  }
}

async function createProtection(folder: KeyFolder, passphrase: string | undefined): Promise<Protection> {
  const protection = passphrase === undefined ? await protectByFile(folder) : await protectByPassphrase(passphrase);
  await folder.create(PROTECTION_FILE, `${JSON.stringify(protection)}\n`);
  // Ours, or that of a process that was faster.
  const written = await readProtection(folder);
  if (written === null) throw new Error(`${PROTECTION_FILE} vanished while it was made`);
  return written;
}

async function protectByPassphrase(passphrase: string): Promise<Protection> {
  if (passphrase === '') throw kmsProblem('comes with an empty passphrase', 'Give one, or leave it out.');
  const bare = { v: 1, kind: 'passphrase', ...SCRYPT, salt: randomBytes(SALT_BYTES).toString('base64url') } as const;
  return { ...bare, check: checkOf(await derive(passphrase, bare)) };
}

async function protectByFile(folder: KeyFolder): Promise<Protection> {
  await folder.create(SECRET_FILE, `${randomBytes(KEY_BYTES).toString('base64url')}\n`);
  const key = await readSecret(folder);
  if (key === null) throw new Error(`${SECRET_FILE} vanished while it was made`);
  return { v: 1, kind: 'key-file', check: checkOf(key) };
}

async function readSecret(folder: KeyFolder): Promise<Buffer | null> {
  const content = await folder.read(SECRET_FILE);
  if (content === null) return null;
  const file = path.join(folder.path, SECRET_FILE);
  // Windows has no such bits.
  if (process.platform !== 'win32' && ((await stat(file)).mode & 0o077) !== 0) {
    throw kmsProblem(`names keys that others on this machine can read: ${file}`, `Run: chmod 600 ${file}`);
  }
  const key = Buffer.from(content.toString('latin1').trim(), 'base64url');
  if (key.length === KEY_BYTES) return key;
  throw kmsProblem(`names keys whose ${SECRET_FILE} is damaged: ${folder.path}`, 'Restore it from a backup.');
}

function derive(
  passphrase: string,
  { n, r, p, salt }: { readonly n: number; readonly r: number; readonly p: number; readonly salt: string },
): Promise<Buffer> {
  // Two keyboards may write one letter in two ways.
  const secret = passphrase.normalize('NFC');
  const options = { N: n, r, p, maxmem: 256 * n * r };
  return new Promise((resolve, reject) => {
    scrypt(secret, Buffer.from(salt, 'base64url'), KEY_BYTES, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

function checkOf(key: Buffer): string {
  return createHmac('sha256', key).update('muster softkms v1').digest('base64url');
}

function matches({ check }: Protection, key: Buffer): boolean {
  const [stated, computed] = [Buffer.from(check), Buffer.from(checkOf(key))];
  return stated.length === computed.length && timingSafeEqual(stated, computed);
}
