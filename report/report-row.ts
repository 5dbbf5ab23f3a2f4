/** What a report is made of: one row per inventory record, in any order, each record once. */
import type { DeviceKey, ManagedDevice } from '../core/device/managed-device';
import type { Verdict } from '../core/policy/verdict';

/** Why a record is not counted: the newest enrollment of the same phone judges in its place. */
export type DuplicateKind = 're-enrollment' | 'cross-mdm';

export interface ReportRow {
  readonly device: ManagedDevice;
  readonly verdict: Verdict;
  /** Set on the record that is NOT counted; `of` is the record that judges the phone. */
  readonly duplicate: { readonly of: DeviceKey; readonly kind: DuplicateKind } | null;
}

/** A phone that counts, another record of a phone that already counts, or a tablet or computer, which nobody judges. */
export type RowKind = 'phone' | 'duplicate' | 'not-judged';

/** What a row is to the figures. Every figure of a report counts rows of kind `phone` unless it says otherwise. */
export function kindOf(row: ReportRow): RowKind {
  if (row.duplicate !== null) return 'duplicate';
  return row.verdict.applicable ? 'phone' : 'not-judged';
}
