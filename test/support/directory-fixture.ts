/** The directory on a real embedded store in a folder of its own, signed with a real P-256 key that counts. */
import { generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeDirectory } from '../../core/directory/directory';
import type { Directory } from '../../core/directory/directory';
import type { DirectoryPorts, EnrolledDevice } from '../../core/directory/ports';
import { keysByKid } from '../../core/directory/verify-es256';
import type { KeyByKid } from '../../core/directory/verify-es256';
import type { BucketScheme } from '../../core/ports/inventory-source';
import type { EntityStore } from '../../core/ports/entity-store';
import type { PublicJwk, SigningKey } from '../../core/ports/kms';
import type { IsoTime } from '../../core/device/managed-device';
import { openEmbeddedState } from '../../storage/sqlite/open-state';
import { signDigestByHand } from './sign-digest-by-hand';
import { makeManualClock } from './sweep-fixture';

export interface CountingKey extends SigningKey {
  readonly privateKey: KeyObject;
  /** Signatures made so far. */
  count(): number;
}

/** A real P-256 key that signs digests, as a vault does, and takes its time with it. */
export function makeCountingKey(kid = 'directory/0001', milliseconds = 0): CountingKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  let signatures = 0;
  return {
    kid,
    publicKey: publicKey.export({ format: 'jwk' }) as unknown as PublicJwk,
    privateKey,
    count: () => signatures,
    async sign(digest) {
      signatures += 1;
      if (milliseconds > 0) await new Promise((resolve) => setTimeout(resolve, milliseconds));
      return signDigestByHand(privateKey, digest);
    },
  };
}

/** A public key for a phone, as base64 SPKI DER. */
export function makePhoneKey(): string {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .publicKey.export({ format: 'der', type: 'spki' })
    .toString('base64');
}

const BUCKETS: Readonly<Record<string, BucketScheme>> = {
  jamf: { kind: 'range', size: 4096 },
  intune: { kind: 'hash', count: 12 },
};

export interface DirectoryFixture {
  readonly directory: Directory;
  readonly ports: DirectoryPorts;
  readonly store: EntityStore;
  readonly key: CountingKey;
  readonly keyByKid: KeyByKid;
  readonly clock: ReturnType<typeof makeManualClock>;
  /** What the MDM says of devices; those that are not here are managed, enrolled at a fixed time, of nobody known. */
  readonly devices: Map<string, EnrolledDevice | null>;
  /** Another process on the same store. */
  another(ports?: Partial<DirectoryPorts>): Directory;
  close(): void;
}

/** @param signingMs how long a signature takes: others get their turn meanwhile. */
export async function openDirectoryFixture(
  changes: Partial<DirectoryPorts> = {},
  signingMs = 0,
): Promise<DirectoryFixture> {
  const folder = mkdtempSync(path.join(tmpdir(), 'muster-directory-'));
  const clock = makeManualClock('2026-11-25T00:00:00.000Z');
  const state = await openEmbeddedState(folder, { clock });
  const key = makeCountingKey('directory/0001', signingMs);
  const devices = new Map<string, EnrolledDevice | null>();
  let ids = 0;
  const ports: DirectoryPorts = {
    store: state.entities,
    kms: { signingKey: async () => key },
    clock,
    random: { next: () => 0.5, id: () => `id${String((ids += 1)).padStart(6, '0')}` },
    wait: () => new Promise((resolve) => setTimeout(resolve, 1)),
    buckets: (connectorId) => BUCKETS[connectorId] ?? null,
    devices: async (deviceKey) =>
      devices.has(deviceKey)
        ? (devices.get(deviceKey) ?? null)
        : { enrolledAt: '2026-01-01T00:00:00.000Z' as IsoTime, person: null },
    ...changes,
  };
  return {
    directory: makeDirectory(ports),
    ports,
    store: state.entities,
    key,
    keyByKid: keysByKid([key]),
    clock,
    devices,
    another: (others = {}) => makeDirectory({ ...ports, ...others }),
    close() {
      state.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
