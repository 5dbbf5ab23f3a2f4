/** The keys of a simulated vault: names with their versions, in use or deleted and recoverable. */
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { SimClock } from '../kit/route';
import { RECOVERABLE_DAYS } from './options';

export type KeyType = 'EC' | 'EC-HSM' | 'RSA' | 'RSA-HSM';

/** How a key is made; a rotation makes the next version in the same way. */
export interface KeyShape {
  readonly type: KeyType;
  /** Of EC keys, e.g. `P-256`; null for RSA. */
  readonly curve: string | null;
  /** Bits of RSA keys; null for EC. */
  readonly size: number | null;
  readonly operations: readonly string[];
}

/** Times are whole seconds since the epoch, as the service counts. */
export interface KeyAttributes {
  readonly enabled: boolean;
  readonly notBefore: number | null;
  readonly expires: number | null;
}

export interface KeyVersion extends KeyAttributes {
  readonly name: string;
  readonly version: string;
  readonly shape: KeyShape;
  readonly privateKey: KeyObject;
  readonly created: number;
  readonly updated: number;
  readonly tags: Readonly<Record<string, string>> | null;
}

export interface DeletedKey {
  readonly latest: KeyVersion;
  readonly deletedAt: number;
  readonly purgeAt: number;
}

export interface KeyStore {
  /** A new key, or a new version of one. */
  add(name: string, shape: KeyShape, attributes: KeyAttributes, tags: KeyVersion['tags']): KeyVersion;
  /** @param version null for the latest. Null where there is none. */
  find(name: string, version: string | null): KeyVersion | null;
  /** Ordered by version, which says nothing about age: no order is promised. */
  versions(name: string): readonly KeyVersion[];
  /** The latest version of each key, by name. */
  latest(): readonly KeyVersion[];
  /** Null where there is no such version. */
  change(
    name: string,
    version: string | null,
    changes: Partial<KeyAttributes> & { readonly operations?: readonly string[]; readonly tags?: KeyVersion['tags'] },
  ): KeyVersion | null;
  remove(name: string): DeletedKey | null;
  deleted(name: string): DeletedKey | null;
  allDeleted(): readonly DeletedKey[];
  recover(name: string): KeyVersion | null;
  purge(name: string): boolean;
  /** The keys as they were at the start. */
  reset(): void;
}

const DAY_SECONDS = 86_400;
const ALWAYS: KeyAttributes = { enabled: true, notBefore: null, expires: null };

interface Deleted {
  readonly versions: KeyVersion[];
  readonly deletedAt: number;
}

/** @param firstKey an EC-HSM P-256 key for signing that is there from the start. */
export function makeKeyStore(clock: SimClock, firstKey: string): KeyStore {
  const seconds = (): number => Math.floor(clock.now() / 1000);
  const live = new Map<string, KeyVersion[]>();
  const removed = new Map<string, Deleted>();

  const make = (name: string, shape: KeyShape, attributes: KeyAttributes, tags: KeyVersion['tags']): KeyVersion => {
    const now = seconds();
    const version = randomUUID().replaceAll('-', '');
    return { name, version, shape, privateKey: generate(shape), created: now, updated: now, tags, ...attributes };
  };
  const first = make(
    firstKey,
    { type: 'EC-HSM', curve: 'P-256', size: null, operations: ['sign', 'verify'] },
    ALWAYS,
    null,
  );
  const lastOf = (versions: readonly KeyVersion[] | undefined): KeyVersion | null => versions?.at(-1) ?? null;
  const find = (name: string, version: string | null): KeyVersion | null => {
    const versions = live.get(keyOf(name));
    if (version === null) return lastOf(versions);
    return versions?.find((each) => each.version === version.toLowerCase()) ?? null;
  };
  const describe = ({ versions, deletedAt }: Deleted): DeletedKey | null => {
    const latest = lastOf(versions);
    return latest === null ? null : { latest, deletedAt, purgeAt: deletedAt + RECOVERABLE_DAYS * DAY_SECONDS };
  };
  const deletedKey = (name: string): Deleted | null => {
    const found = removed.get(keyOf(name));
    if (found === undefined) return null;
    if (seconds() < found.deletedAt + RECOVERABLE_DAYS * DAY_SECONDS) return found;
    removed.delete(keyOf(name));
    return null;
  };
  const reset = (): void => {
    live.clear();
    removed.clear();
    live.set(keyOf(firstKey), [first]);
  };
  reset();

  return {
    add(name, shape, attributes, tags) {
      const versions = live.get(keyOf(name)) ?? [];
      // A key keeps the spelling of its name.
      const made = make(versions[0]?.name ?? name, shape, attributes, tags);
      live.set(keyOf(name), [...versions, made]);
      return made;
    },
    find,
    versions: (name) => [...(live.get(keyOf(name)) ?? [])].sort((one, other) => (one.version < other.version ? -1 : 1)),
    latest: () =>
      [...live.keys()].sort().flatMap((key) => {
        const latest = lastOf(live.get(key));
        return latest === null ? [] : [latest];
      }),
    change(name, version, { operations, ...changes }) {
      const found = find(name, version);
      if (found === null) return null;
      const shape = operations === undefined ? found.shape : { ...found.shape, operations };
      const changed: KeyVersion = { ...found, ...changes, shape, updated: seconds() };
      const versions = live.get(keyOf(name)) ?? [];
      live.set(
        keyOf(name),
        versions.map((each) => (each === found ? changed : each)),
      );
      return changed;
    },
    remove(name) {
      const versions = live.get(keyOf(name));
      if (versions === undefined) return null;
      live.delete(keyOf(name));
      const deleted = { versions, deletedAt: seconds() };
      removed.set(keyOf(name), deleted);
      return describe(deleted);
    },
    deleted(name) {
      const found = deletedKey(name);
      return found === null ? null : describe(found);
    },
    allDeleted: () =>
      [...removed.keys()].sort().flatMap((key) => {
        const found = deletedKey(key);
        const described = found === null ? null : describe(found);
        return described === null ? [] : [described];
      }),
    recover(name) {
      const found = deletedKey(name);
      if (found === null) return null;
      removed.delete(keyOf(name));
      live.set(keyOf(name), found.versions);
      return lastOf(found.versions);
    },
    purge: (name) => deletedKey(name) !== null && removed.delete(keyOf(name)),
    reset,
  };
}

/** Names of keys are the same in any case. */
function keyOf(name: string): string {
  return name.toLowerCase();
}

function generate({ type, curve, size }: KeyShape): KeyObject {
  return type.startsWith('EC')
    ? generateKeyPairSync('ec', { namedCurve: curve ?? 'P-256' }).privateKey
    : generateKeyPairSync('rsa', { modulusLength: size ?? 2048 }).privateKey;
}
