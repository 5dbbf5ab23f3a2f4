/**
 * Holds and retentions of single blobs. The service refuses to remove a protected blob and to append to it, but takes a
 * new version of it and keeps the protected one beside: {@link Guard} looks before each write.
 *
 * Both need a container with version-level immutability; without it the service refuses, and that is a PermanentError.
 */
import type { BlobClient } from '@azure/storage-blob';
import { BlobHeld } from '../../core/ports/blob-store';
import type { Clock } from '../../core/ports/clock';
import { failureOf } from './azure-errors';
import { unlessAbsent } from './blob-outcome';

/** @throws {BlobConflict} when there is no such blob. */
export async function holdBlob(client: BlobClient, name: string, held: boolean): Promise<void> {
  await unlessAbsent(name, () => client.setLegalHold(held));
}

/**
 * Extends the retention, never shortens it: a locked policy cannot be lifted by anyone, the owner of the account included.
 * @param until ms since the epoch; the service keeps whole seconds, so it is rounded up.
 * @throws {BlobConflict} when there is no such blob.
 */
export async function retainBlob(client: BlobClient, name: string, until: number, clock: Clock): Promise<void> {
  const { immutabilityPolicyExpiresOn } = await unlessAbsent(name, () => client.getProperties());
  const end = Math.ceil(until / 1000) * 1000;
  const ends = Math.max(immutabilityPolicyExpiresOn?.getTime() ?? 0, clock.now());
  if (end <= ends) return;
  await unlessAbsent(name, () => client.setImmutabilityPolicy({ expiriesOn: new Date(end), policyMode: 'Locked' }));
}

export interface Guard {
  /** @throws {BlobHeld} when the blob is protected now. A hold that is set between this and the write comes too late. */
  check(client: BlobClient, name: string): Promise<void>;
  /** @param versionId what the answer to a write says: without versions there is no protection, and nothing to look for. */
  learn(versionId: string | undefined): void;
}

/** For one container. */
export function makeGuard(clock: Clock): Guard {
  let versioned = true;
  return {
    async check(client, name) {
      if (!versioned) return;
      try {
        const { legalHold = false, immutabilityPolicyExpiresOn } = await client.getProperties();
        if (legalHold || (immutabilityPolicyExpiresOn?.getTime() ?? 0) > clock.now()) throw new BlobHeld(name);
      } catch (error) {
        if (failureOf(error)?.status !== 404) throw error;
      }
    },
    learn: (versionId) => {
      versioned = versionId !== undefined;
    },
  };
}
