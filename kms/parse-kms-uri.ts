/** Reads a reference to a signing key, as `directory.kms` of the configuration has it. */
import path from 'node:path';
import { ConfigError } from '../core/errors';

export interface SoftKeyReference {
  readonly kind: 'softkms';
  /** Absolute. */
  readonly folder: string;
  /** Null: the newest there is when the folder is opened. */
  readonly version: string | null;
}

export interface VaultKeyReference {
  readonly kind: 'azurekms';
  /** E.g. `https://vault.vault.azure.net`, without a path. */
  readonly vaultUrl: string;
  readonly name: string;
  readonly version: string;
  /** Whether this is a simulator on this machine: plain HTTP and challenges of another domain are taken from it only. */
  readonly local: boolean;
}

export type KmsReference = SoftKeyReference | VaultKeyReference;

const FORMS =
  'Write softkms:FOLDER (keys in files of this machine) or azurekms:https://VAULT.vault.azure.net/keys/NAME/VERSION.';
const LOCAL_HOSTS = new Set(['127.0.0.1', 'localhost']);
const NAME = /^[0-9a-zA-Z-]{1,127}$/;
const VERSION = /^[0-9a-f]{32}$/;

/** @throws {ConfigError} saying what to write instead. */
export function parseKmsUri(uri: string): KmsReference {
  const at = uri.indexOf(':');
  const [scheme, rest] = [uri.slice(0, Math.max(at, 0)), uri.slice(at + 1)];
  switch (scheme) {
    case 'softkms':
      return softReference(rest);
    case 'azurekms':
      return vaultReference(rest);
    default:
      throw kmsProblem(
        at < 0 ? 'names no kind of key store' : `names the unknown kind of key store "${scheme}"`,
        FORMS,
      );
  }
}

/** @param what goes on where "the reference to the signing key" begins. */
export function kmsProblem(what: string, hint: string, cause?: unknown): ConfigError {
  const message = `the reference to the signing key ${what}`;
  return new ConfigError(
    message,
    [{ path: 'directory.kms', message, hint }],
    cause === undefined ? { hint } : { hint, cause },
  );
}

/** A folder is taken to the letter up to `?`: no percent-encoding, so that a path can be pasted. */
function softReference(rest: string): SoftKeyReference {
  const at = rest.indexOf('?');
  const folder = at < 0 ? rest : rest.slice(0, at);
  const query = new URLSearchParams(at < 0 ? '' : rest.slice(at + 1));
  const version = query.get('version');
  if (folder === '') throw kmsProblem('names no folder', FORMS);
  if ([...query.keys()].some((name) => name !== 'version') || query.getAll('version').length > 1) {
    throw kmsProblem(
      'has parameters that softkms does not know',
      'Write softkms:FOLDER or softkms:FOLDER?version=VERSION.',
    );
  }
  if (version !== null && !VERSION.test(version)) {
    throw kmsProblem(
      'names a version that is none',
      'A version has 32 characters of 0-9 and a-f; the part of a kid after "/".',
    );
  }
  return { kind: 'softkms', folder: path.resolve(folder), version };
}

function vaultReference(rest: string): VaultKeyReference {
  const url = parsed(rest);
  if (url === null) throw kmsProblem('holds no URL', FORMS);
  const local = LOCAL_HOSTS.has(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && local)) {
    const hint = 'Write https://; http:// is for the simulator at 127.0.0.1 and localhost only.';
    throw kmsProblem('would send tokens unencrypted or to no web server', hint);
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw kmsProblem('holds more than the address of a key', FORMS);
  }
  const [root, collection, name, version, ...more] = url.pathname.split('/');
  if (root !== '' || collection !== 'keys' || name === undefined || !NAME.test(name) || more.length > 0) {
    throw kmsProblem('is no address of a key', FORMS);
  }
  if (version === undefined || version === '') {
    // After a rotation a versionless reference signs with one version and names another (facts/key-directory.md §2.4 #4).
    const vault = url.hostname.split('.')[0] ?? '';
    const hint = `Append the version. "az keyvault key show --vault-name ${vault} --name ${name} --query key.kid" prints the address with the newest one.`;
    throw kmsProblem('names no version of the key', hint);
  }
  if (!VERSION.test(version)) {
    throw kmsProblem('names a version that is none', 'A version has 32 characters of 0-9 and a-f.');
  }
  return { kind: 'azurekms', vaultUrl: url.origin, name, version, local };
}

function parsed(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
