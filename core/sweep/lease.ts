/** Two sweeps of one tenant never overlap: whoever runs one holds a lease and renews it. */
import type { Clock } from '../ports/clock';
import type { EntityStore } from '../ports/entity-store';
import { EntityConflict } from '../ports/entity-store';

const LEASES = 'leases';
const PARTITION = 'lease';

interface LeaseBody {
  readonly owner: string;
  readonly until: number;
}

export interface Lease {
  /** False when the lease was lost: another owner took it over after it ran out. */
  renew(): Promise<boolean>;
  release(): Promise<void>;
}

export interface LeaseRequest {
  readonly name: string;
  readonly owner: string;
  readonly milliseconds: number;
  /** True when the holder is known to be gone, so that its lease need not run out first. */
  readonly isGone: (owner: string) => boolean;
}

/** @returns the lease, or the present holder where someone else has it. */
export async function acquireLease(
  store: EntityStore,
  clock: Clock,
  { name, owner, milliseconds, isGone }: LeaseRequest,
): Promise<{ readonly lease: Lease } | { readonly heldBy: string; readonly until: number }> {
  const key = { partition: PARTITION, row: name };
  const body = (): string => JSON.stringify({ owner, until: clock.now() + milliseconds } satisfies LeaseBody);
  let etag: string;
  try {
    const current = await store.get(LEASES, key);
    if (current === null) {
      [etag = ''] = await store.batch(LEASES, PARTITION, [{ kind: 'insert', row: name, body: body() }]);
    } else {
      const held = JSON.parse(current.body) as LeaseBody;
      if (held.owner !== owner && held.until > clock.now() && !isGone(held.owner)) {
        return { heldBy: held.owner, until: held.until };
      }
      [etag = ''] = await store.batch(LEASES, PARTITION, [
        { kind: 'update', row: name, body: body(), etag: current.etag },
      ]);
    }
  } catch (error) {
    if (!(error instanceof EntityConflict)) throw error;
    return { heldBy: 'another process', until: clock.now() + milliseconds };
  }
  return {
    lease: {
      async renew() {
        try {
          [etag = ''] = await store.batch(LEASES, PARTITION, [{ kind: 'update', row: name, body: body(), etag }]);
          return true;
        } catch (error) {
          if (error instanceof EntityConflict) return false;
          throw error;
        }
      },
      async release() {
        try {
          await store.batch(LEASES, PARTITION, [{ kind: 'delete', row: name, etag }]);
        } catch (error) {
          if (!(error instanceof EntityConflict)) throw error;
        }
      },
    },
  };
}
