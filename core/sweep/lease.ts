/**
 * Two sweeps of one tenant never overlap: whoever runs one holds a lease and renews it. A command holds it for its
 * process; on Azure Functions, where no process lives as long as a run, the run itself holds it and its pages renew it.
 */
import * as z from 'zod';
import type { Clock } from '../ports/clock';
import type { EntityStore } from '../ports/entity-store';
import { EntityConflict } from '../ports/entity-store';
import { TABLES } from './tables';

const LEASES = TABLES.leases;
const PARTITION = 'lease';

const leaseBody = z.object({ owner: z.string(), until: z.number() });
type LeaseBody = z.infer<typeof leaseBody>;

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
      const held = leaseBody.parse(JSON.parse(current.body));
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

export interface LeaseHolder {
  /** `run/ID`, or the process of a command. */
  readonly heldBy: string;
  /** Set where a run holds it. */
  readonly runId: string | null;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** The lease of a run that many processes work on. */
export interface RunLease {
  /** @returns null when the run has it now; else who has it. */
  take(runId: string): Promise<LeaseHolder | null>;
  /** The run is alive and will be heard of again by `next`, milliseconds since the epoch: its lease lasts beyond that. */
  keep(runId: string, next: number): Promise<void>;
  release(runId: string): Promise<void>;
}

const RUN = 'run/';

/** Longer than a message stays with a process that died: facts/azure-functions.md §2.3. */
export const RUN_LEASE_MS = 30 * 60_000;

export function makeRunLease(store: EntityStore, clock: Clock, name = 'sweep'): RunLease {
  const ownerOf = (runId: string): string => `${RUN}${runId}`;
  const held = async (runId: string): Promise<{ readonly until: number; readonly etag: string } | null> => {
    const current = await store.get(LEASES, { partition: PARTITION, row: name });
    if (current === null) return null;
    const { owner, until } = leaseBody.parse(JSON.parse(current.body));
    return owner === ownerOf(runId) ? { until, etag: current.etag } : null;
  };
  const unlessChanged = async (write: () => Promise<unknown>): Promise<void> => {
    try {
      await write();
    } catch (error) {
      // Another page of the run renewed it at the same moment, or someone took it over: either way it is not ours to write.
      if (!(error instanceof EntityConflict)) throw error;
    }
  };
  return {
    async take(runId) {
      const owner = ownerOf(runId);
      const taken = await acquireLease(store, clock, {
        name,
        owner,
        milliseconds: RUN_LEASE_MS,
        isGone: () => false,
      });
      if ('lease' in taken) return null;
      const { heldBy } = taken;
      return { ...taken, runId: heldBy.startsWith(RUN) ? heldBy.slice(RUN.length) : null };
    },
    async keep(runId, next) {
      const mine = await held(runId);
      // Renewed when half of it has gone: one read for a page, and a write now and then.
      if (mine === null || mine.until >= next + RUN_LEASE_MS / 2) return;
      const body = JSON.stringify({ owner: ownerOf(runId), until: next + RUN_LEASE_MS } satisfies LeaseBody);
      await unlessChanged(() => store.batch(LEASES, PARTITION, [{ kind: 'update', row: name, body, etag: mine.etag }]));
    },
    async release(runId) {
      const mine = await held(runId);
      if (mine === null) return;
      await unlessChanged(() => store.batch(LEASES, PARTITION, [{ kind: 'delete', row: name, etag: mine.etag }]));
    },
  };
}
