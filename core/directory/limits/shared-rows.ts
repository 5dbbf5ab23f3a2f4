/**
 * Rows that many processes change, each by compare-and-set. Within a process the changes of one row take turns: those that
 * come while a write is under way are folded into the next one, so that processes and not calls compete for a row.
 *
 * The last state that this process wrote or read is kept with its etag, and the write is tried on it first: one round trip
 * where nobody else was there. Nothing is believed of it that the etag does not confirm, with one exception: a change that
 * leaves the kept state as it is needs no write, and is taken as it is for {@link TRUST_MS}. For states that only grow, such as
 * the use of a limit, that is exact, since a refusal by an older state is a refusal by a newer one.
 */
import type * as z from 'zod';
import type { EntityKey } from '../../ports/entity-store';
import { EntityConflict } from '../../ports/entity-store';
import type { LimitPorts } from './limit-ports';

export interface RowChange<S> {
  readonly key: EntityKey;
  /** Which first try is likely to be right while this process does not know the row. */
  readonly likely: 'absent' | 'present';
  /**
   * Next state; the same object where nothing changes. Called again on a fresh state after a conflict: what it tells its caller
   * must come from its last call.
   */
  readonly apply: (state: S | null) => S | null;
  /** Kept after too many conflicts, and written with the next change of the row. */
  readonly mustLand: boolean;
}

export interface SharedRows<S> {
  /** @returns false where other processes were first too many times: nothing was written, or not yet for `mustLand`. */
  change(change: RowChange<S>): Promise<boolean>;
}

export interface SharedRowsOptions<S> {
  readonly table: string;
  readonly state: z.ZodType<S>;
  readonly maxConflicts?: number;
}

/** One conflict is one success of another process: more than this many processes never come in step. */
export const MAX_CONFLICTS = 32;
export const TRUST_MS = 10_000;
const PAUSE_MS = 20;
/** Rows that a process knows at a time. */
const MAX_LANES = 10_000;
const MAX_OWED = 1000;
/** Changes folded into one write. */
const MAX_TOGETHER = 500;

interface Job<S> {
  readonly change: RowChange<S>;
  readonly resolve: (landed: boolean) => void;
  readonly reject: (error: unknown) => void;
}

interface Known<S> {
  readonly state: S | null;
  readonly etag: string | null;
  readonly at: number;
}

interface Lane<S> {
  readonly waiting: Job<S>[];
  owed: RowChange<S>['apply'][];
  known: Known<S> | null;
  running: boolean;
}

export function makeSharedRows<S>(
  { store, clock, random, telemetry, wait }: LimitPorts,
  { table, state: schema, maxConflicts = MAX_CONFLICTS }: SharedRowsOptions<S>,
): SharedRows<S> {
  const lanes = new Map<string, Lane<S>>();

  const read = async (key: EntityKey): Promise<Known<S>> => {
    const entity = await store.get(table, key);
    const state = entity === null ? null : schema.parse(JSON.parse(entity.body));
    return { state, etag: entity?.etag ?? null, at: clock.now() };
  };

  /** True when a state that changes nothing may be taken without a look at the store. */
  const isFresh = ({ at }: Known<S>): boolean => {
    const age = clock.now() - at;
    return age >= 0 && age < TRUST_MS;
  };

  const land = async (lane: Lane<S>, key: EntityKey, jobs: readonly Job<S>[]): Promise<boolean> => {
    const steps = [...lane.owed, ...jobs.map(({ change }) => change.apply)];
    const guess =
      jobs[0]?.change.likely === 'absent' ? { state: null, etag: null, at: Number.NEGATIVE_INFINITY } : null;
    let base = lane.known ?? guess ?? (await read(key));
    let isRead = lane.known === null && guess === null;
    const readAgain = async (): Promise<void> => {
      base = await read(key);
      isRead = true;
    };
    for (let conflicts = 0; conflicts < maxConflicts;) {
      const next = steps.reduce<S | null>((state, apply) => apply(state), base.state);
      if (next === base.state || next === null) {
        if (isRead || isFresh(base)) {
          lane.known = base;
          lane.owed = [];
          return true;
        }
        await readAgain();
        continue;
      }
      const body = JSON.stringify(next);
      try {
        const { row } = key;
        const [etag = ''] = await store.batch(table, key.partition, [
          base.etag === null ? { kind: 'insert', row, body } : { kind: 'update', row, body, etag: base.etag },
        ]);
        lane.known = { state: next, etag, at: clock.now() };
        lane.owed = [];
        return true;
      } catch (error) {
        lane.known = null;
        if (!(error instanceof EntityConflict)) throw error;
        conflicts += 1;
        telemetry.count('directory.limits.conflicts', 1, { table });
        if (conflicts === maxConflicts) break;
        // Others that were refused at the same moment do not come back at the same moment.
        if (conflicts > 1) await wait(PAUSE_MS * random.next());
        await readAgain();
      }
    }
    telemetry.count('directory.limits.contended', 1, { table });
    return false;
  };

  const owe = (lane: Lane<S>, jobs: readonly Job<S>[]): void => {
    const owed = jobs.flatMap(({ change }) => (change.mustLand ? change.apply : []));
    lane.owed = [...lane.owed, ...owed];
    if (lane.owed.length <= MAX_OWED) return;
    telemetry.count('directory.limits.dropped', lane.owed.length - MAX_OWED, { table });
    lane.owed = lane.owed.slice(-MAX_OWED);
  };

  const run = async (lane: Lane<S>, key: EntityKey): Promise<void> => {
    lane.running = true;
    while (lane.waiting.length > 0) {
      const jobs = lane.waiting.splice(0, MAX_TOGETHER);
      try {
        const landed = await land(lane, key, jobs);
        if (!landed) owe(lane, jobs);
        for (const { resolve } of jobs) resolve(landed);
      } catch (error) {
        // Whether it was written is not known: what must land is charged again, which is the safe side.
        owe(lane, jobs);
        for (const { reject } of jobs) reject(error);
      }
    }
    lane.running = false;
  };

  const laneOf = ({ partition, row }: EntityKey): Lane<S> => {
    const name = `${partition}/${row}`;
    const lane = lanes.get(name) ?? { waiting: [], owed: [], known: null, running: false };
    // The order of the map is the order of use.
    lanes.delete(name);
    lanes.set(name, lane);
    if (lanes.size > MAX_LANES) forgetOldest(lanes);
    return lane;
  };

  return {
    change: (change) =>
      new Promise((resolve, reject) => {
        const lane = laneOf(change.key);
        lane.waiting.push({ change, resolve, reject });
        if (!lane.running) void run(lane, change.key);
      }),
  };
}

function forgetOldest<S>(lanes: Map<string, Lane<S>>): void {
  for (const [name, { running, owed, waiting }] of lanes) {
    if (running || owed.length > 0 || waiting.length > 0) continue;
    lanes.delete(name);
    return;
  }
}
