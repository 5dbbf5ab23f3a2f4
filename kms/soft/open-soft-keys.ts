/**
 * Signing keys in files of this machine: for one machine, for trying things out, for tests. The private key is in the memory
 * of this process while it signs; a key that must not be is one of `azurekms:`.
 */
import { PermanentError } from '../../core/errors';
import type { Clock } from '../../core/ports/clock';
import type { KeyVersion, Kms } from '../../core/ports/kms';
import { assertDigest } from '../p256';
import { kmsProblem } from '../parse-kms-uri';
import type { SoftKeyReference } from '../parse-kms-uri';
import { signDigest } from '../sign-digest';
import { makeSoftKey, openKeyFile, sealKey } from './key-file';
import type { SoftKey } from './key-file';
import { nameOfKeyFile, openKeyFolder } from './key-folder';
import type { KeyFolder } from './key-folder';
import { openProtection } from './protection';

export interface SoftKeyDeps {
  readonly clock: Clock;
  readonly passphrase?: string;
}

/** The key has no name of its own: kids begin as those of a vault key named `directory` do. */
const NAME = 'directory';
const AT_MOST = 100;

/**
 * Pins the version of the reference, else the newest; makes the first one in an empty folder.
 * @throws {ConfigError} where the folder or the passphrase cannot be used.
 */
export async function openSoftKeys(reference: SoftKeyReference, deps: SoftKeyDeps): Promise<Kms> {
  const folder = await openKeyFolder(reference.folder);
  const protection = await openProtection(folder, deps.passphrase);
  if ((await folder.sequences()).length === 0) await addVersion(folder, protection, deps.clock);
  const pinned = reference.version ?? (await readKeys(folder, protection)).at(-1)?.version;
  let closed = false;

  const keys = async (sequence?: number): Promise<readonly SoftKey[]> => {
    if (closed) throw new Error('the key folder is closed');
    return sequence === undefined ? readKeys(folder, protection) : [await readKey(folder, sequence, protection)];
  };
  return {
    async signingKey() {
      const key = (await keys()).find(({ version }) => version === pinned);
      if (key === undefined) throw absent(folder, pinned ?? '');
      assertEnabled(key);
      const { sequence, version, publicKey } = key;
      return {
        kid: kidOf(key),
        publicKey,
        async sign(digest) {
          assertDigest(digest);
          // Read for each signature: a version disabled meanwhile stops at once, and no private key waits in memory.
          const current = (await keys(sequence))[0];
          if (current?.version !== version) throw absent(folder, version);
          assertEnabled(current);
          return signDigest(current.scalar, digest);
        },
      };
    },
    async versions() {
      return (await keys()).slice(-AT_MOST).reverse().map(toKeyVersion);
    },
    async close() {
      closed = true;
      protection.fill(0);
    },
  };
}

/** Makes a new version, which is the newest from then on; those before it stay. @returns its kid. */
export async function rotateSoftKey(folderPath: string, deps: SoftKeyDeps): Promise<string> {
  const folder = await openKeyFolder(folderPath);
  return kidOf(await addVersion(folder, await openProtection(folder, deps.passphrase), deps.clock, true));
}

/** @throws {ConfigError} where there is no such version. */
export async function setSoftKeyEnabled(
  folderPath: string,
  version: string,
  enabled: boolean,
  deps: SoftKeyDeps,
): Promise<void> {
  const folder = await openKeyFolder(folderPath);
  const protection = await openProtection(folder, deps.passphrase);
  const key = (await readKeys(folder, protection)).find((each) => each.version === version);
  if (key === undefined) throw kmsProblem(`names no version of ${folderPath}`, 'List the versions first.');
  await folder.replace(nameOfKeyFile(key.sequence), sealKey({ ...key, enabled }, protection));
}

/** @param another whether one is to be made where another process has just made one. */
async function addVersion(folder: KeyFolder, protection: Buffer, clock: Clock, another = false): Promise<SoftKey> {
  for (;;) {
    const newest = (await readKeys(folder, protection)).at(-1);
    if (newest !== undefined && !another) return newest;
    // A clock that was set back does not bring the order of versions into doubt.
    const at = Math.max(clock.now(), newest === undefined ? 0 : Date.parse(newest.createdAt) + 1);
    const key = makeSoftKey((newest?.sequence ?? 0) + 1, new Date(at).toISOString());
    if (await folder.create(nameOfKeyFile(key.sequence), sealKey(key, protection))) return key;
  }
}

/** @returns all versions, oldest first. @throws {PermanentError} where one of them is damaged or missing. */
async function readKeys(folder: KeyFolder, protection: Buffer): Promise<readonly SoftKey[]> {
  const last = (await folder.sequences()).at(-1) ?? 0;
  const all = Array.from({ length: last }, (_, at) => at + 1);
  return Promise.all(all.map((sequence) => readKey(folder, sequence, protection)));
}

async function readKey(folder: KeyFolder, sequence: number, protection: Buffer): Promise<SoftKey> {
  return openKeyFile(await folder.read(nameOfKeyFile(sequence)), sequence, protection);
}

function absent(folder: KeyFolder, version: string): PermanentError {
  const hint = 'Leave ?version= out for the newest one, or restore the file from a backup.';
  return new PermanentError(`kms-key-absent: ${folder.path} has no key version ${version}`, { hint });
}

function assertEnabled(key: SoftKey): void {
  if (key.enabled) return;
  const hint = 'Enable it again, or refer to another version.';
  throw new PermanentError(`kms-key-disabled: the key version ${kidOf(key)} is disabled`, { hint });
}

function kidOf({ version }: Pick<SoftKey, 'version'>): string {
  return `${NAME}/${version}`;
}

function toKeyVersion({ version, publicKey, createdAt, enabled }: SoftKey): KeyVersion {
  return { kid: kidOf({ version }), publicKey, createdAt, enabled };
}
