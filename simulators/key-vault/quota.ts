/** The limits of a vault: weighted by type and size of the key, summed over all of them (facts/key-directory.md §2.2). */
import type { SimClock } from '../kit/route';
import type { KeyShape } from './key-store';
import type { VaultLimits } from './options';

export interface VaultQuota {
  /** Whether there is room for one operation more; then it counts. Refused ones do not. */
  admit(kind: 'operation' | 'creation', shape: Pick<KeyShape, 'type' | 'size'> | null): boolean;
  reset(): void;
}

/** How many operations with P-256 or RSA-2048 one with a larger RSA key is worth. */
const WEIGHT_OF_BITS: Readonly<Record<number, number>> = { 3072: 4, 4096: 8 };

/** The window begins with the first operation. How the service cuts its own is not known. */
export function makeVaultQuota(limits: VaultLimits, clock: SimClock): VaultQuota {
  const used = { operation: 0, creation: 0 };
  let endsAt = -Infinity;
  const empty = (): void => {
    used.operation = 0;
    used.creation = 0;
  };
  return {
    admit(kind, shape) {
      const now = clock.now();
      if (now >= endsAt) {
        empty();
        endsAt = now + limits.windowSeconds * 1000;
      }
      const hsm = shape?.type.endsWith('-HSM') === true;
      const limit =
        kind === 'creation'
          ? hsm
            ? limits.hsmCreations
            : limits.softwareCreations
          : hsm
            ? limits.hsmOperations
            : limits.softwareOperations;
      const share = (kind === 'creation' ? 1 : (WEIGHT_OF_BITS[shape?.size ?? 0] ?? 1)) / limit;
      // A thousandth part of one operation is what sums of shares may be off by.
      if (used[kind] + share > 1 + share / 1000) return false;
      used[kind] += share;
      return true;
    },
    reset() {
      empty();
      endsAt = -Infinity;
    },
  };
}
