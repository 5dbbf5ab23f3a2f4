/**
 * Counts by the values of one facet, with a few phones of each value to show. Bounded: the first 1 000 distinct values
 * are counted exactly, of which the largest 200 are shown; all the rest is one row, "Other".
 */
import type { Verdict } from '../core/policy/verdict';
import { makeBoundedList, type BoundedList, type Ranked } from './bounded-list';
import { isReporting, OTHER, outcomeOf, type BreakdownName } from './facets';
import { READY_INDEX, standingIndex, STANDINGS, UNDETERMINED_INDEX } from './standings';

const MAX_VALUES = 1000;
export const MAX_SHOWN = 200;

export interface BreakdownRow {
  readonly value: string;
  readonly phones: number;
  readonly reporting: number;
  readonly ready: number;
  readonly undetermined: number;
  /** Neither ready nor undetermined. */
  readonly blocked: number;
  /** Phones of this value whose first failing rung is the carrier. */
  readonly waitForCarrier: number;
  readonly cannotUpdate: number;
}

export interface Breakdown {
  readonly name: BreakdownName;
  /** Largest first; "Other" last. */
  readonly rows: readonly BreakdownRow[];
  /** Distinct values that went into "Other", as far as they were told apart. */
  readonly otherValues: number;
}

/** Phones of one value by what became of them: each of these is a figure, so each has phones to show. */
const LISTED = ['ready', 'undetermined', 'blocked', 'cannot-update'] as const;

interface Bucket<T extends Ranked> {
  readonly byStanding: Uint32Array;
  phones: number;
  reporting: number;
  cannotUpdate: number;
  readonly lists: readonly BoundedList<T>[];
}

export interface BreakdownCounter<T extends Ranked> {
  add(value: string, verdict: Verdict, rank: number, make: () => T): void;
  finish(): Breakdown;
  /** The phones kept for the figures of this breakdown. */
  listed(): Iterable<readonly T[]>;
}

export function makeBreakdown<T extends Ranked>(name: BreakdownName, listLimit: number): BreakdownCounter<T> {
  const buckets = new Map<string, Bucket<T>>();
  const fresh = (): Bucket<T> => ({
    byStanding: new Uint32Array(STANDINGS.length),
    phones: 0,
    reporting: 0,
    cannotUpdate: 0,
    lists: LISTED.map(() => makeBoundedList<T>(listLimit)),
  });
  const overflow = fresh();

  const bucketOf = (value: string): Bucket<T> => {
    const known = buckets.get(value);
    if (known !== undefined) return known;
    if (buckets.size >= MAX_VALUES || value === OTHER) return overflow;
    const bucket = fresh();
    buckets.set(value, bucket);
    return bucket;
  };

  const toRow = (value: string, bucket: Bucket<T>): BreakdownRow => {
    const ready = bucket.byStanding[READY_INDEX] ?? 0;
    const undetermined = bucket.byStanding[UNDETERMINED_INDEX] ?? 0;
    return {
      value,
      phones: bucket.phones,
      reporting: bucket.reporting,
      ready,
      undetermined,
      blocked: bucket.phones - ready - undetermined,
      waitForCarrier: bucket.byStanding[standingIndex('carrier')] ?? 0,
      cannotUpdate: bucket.cannotUpdate,
    };
  };

  return {
    add(value, verdict, rank, make) {
      const bucket = bucketOf(value);
      bucket.phones += 1;
      if (isReporting(verdict)) bucket.reporting += 1;
      if (verdict.cannotUpdate) bucket.cannotUpdate += 1;
      const index = standingIndex(verdict.standing);
      bucket.byStanding[index] = (bucket.byStanding[index] ?? 0) + 1;
      const list = verdict.cannotUpdate ? 'cannot-update' : outcomeOf(verdict.standing);
      bucket.lists[LISTED.indexOf(list)]?.offer(rank, make);
    },
    finish() {
      const rows = [...buckets]
        .map(([value, bucket]) => toRow(value, bucket))
        .toSorted((a, b) => b.phones - a.phones || (a.value < b.value ? -1 : 1));
      const rest = [...rows.slice(MAX_SHOWN), toRow(OTHER, overflow)];
      const other = rest.reduce((sum, row) => addRows(sum, row));
      const shown = rows.slice(0, MAX_SHOWN);
      return {
        name,
        rows: other.phones > 0 ? [...shown, { ...other, value: OTHER }] : shown,
        otherValues: Math.max(0, rows.length - MAX_SHOWN),
      };
    },
    *listed() {
      for (const bucket of [...buckets.values(), overflow]) for (const list of bucket.lists) yield list.sorted();
    },
  };
}

function addRows(a: BreakdownRow, b: BreakdownRow): BreakdownRow {
  return {
    value: a.value,
    phones: a.phones + b.phones,
    reporting: a.reporting + b.reporting,
    ready: a.ready + b.ready,
    undetermined: a.undetermined + b.undetermined,
    blocked: a.blocked + b.blocked,
    waitForCarrier: a.waitForCarrier + b.waitForCarrier,
    cannotUpdate: a.cannotUpdate + b.cannotUpdate,
  };
}
