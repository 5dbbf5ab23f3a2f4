/** Drift: where the directory and the fleet say different things, with what was compared. */
import type { IsoTime } from '../../device/managed-device';
import type { EntryStatus } from '../entry';

export const DRIFT_KINDS = [
  /** No MDM manages the device any more. */
  'orphaned-key',
  'unenrolled',
  /** A wipe or a retirement is under way. */
  'wiped',
  /** The device was enrolled anew after the key was published: what held the key may have been erased. */
  're-enrolled',
  /** An enrolled phone shows a corporate number for which it has no entry. */
  'missing-key',
  'number-moved',
  /** The device shows no number: not a fault, since many MDMs see none. */
  'number-unknown',
  /** One key under two numbers or devices. */
  'duplicate-key',
  'bad-signature',
  'expired',
  'non-compliant',
  /** Two MDMs disagree about one phone: a person looks. */
  'conflicting-records',
] as const;
export type DriftKind = (typeof DRIFT_KINDS)[number];

/** One comparison. Numbers are redacted. */
export interface Check {
  readonly field: string;
  readonly observed: string | null;
  readonly expected: string | null;
}

export interface Evidence {
  readonly entryId: string | null;
  readonly deviceKey: string | null;
  readonly checks: readonly Check[];
  readonly times: {
    /** When the device was read. */
    readonly observedAt: IsoTime | null;
    readonly lastSeenAt: IsoTime | null;
    readonly enrolledAt: IsoTime | null;
    /** Enrollment that the entry is bound to. */
    readonly boundAt: IsoTime | null;
    /** When the entry last changed. */
    readonly changedAt: IsoTime | null;
  };
}

export interface Drift {
  readonly kind: DriftKind;
  readonly connectorId: string;
  readonly deviceKey: string | null;
  /** Null for a line without an entry. */
  readonly entryId: string | null;
  /** Redacted; null where the entry cannot be read. */
  readonly phone: string | null;
  /** Slot of the line that misses an entry. */
  readonly line: number | null;
  /** Of the entry as it was read; null where there is none or it cannot be read. */
  readonly revision: number | null;
  readonly status: EntryStatus | null;
  /** Orphaned only: the complete run that made the device a tombstone, which two complete runs do. */
  readonly confirmed: { readonly runId: string; readonly at: IsoTime } | null;
  readonly evidence: Evidence;
}

/** What a judgement says before it is put together with whom it is about. */
export interface Fault {
  readonly kind: DriftKind;
  readonly checks: readonly Check[];
}

export function check(field: string, observed: string | null, expected: string | null): Check {
  return { field, observed, expected };
}
