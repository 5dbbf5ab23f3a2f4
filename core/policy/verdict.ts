/** What judging one device against one policy gives: every rule's answer with its evidence, and the rung it stands on. */
import type { DeviceKey, IsoTime } from '../device/managed-device';
import type { Rung } from '../readiness/ladder';

/** Unknown is never fail: a value the MDM cannot see, or that no rule can read, is `unknown`. */
export type Answer = 'pass' | 'fail' | 'unknown' | 'not-applicable';

export interface RuleResult {
  /** Stable id, e.g. `os.feature-minimum`. */
  readonly rule: string;
  readonly rung: Rung;
  readonly answer: Answer;
  /** The value seen, as text; null when none was seen. Never a full phone number. */
  readonly observed: string | null;
  /** The value asked for, as text; null where the rule asks for none. */
  readonly required: string | null;
  /** The vendor's field the value came from, e.g. `general.osVersion`; `policy` where the policy itself states it. */
  readonly sourceField: string;
  /** When the source last refreshed the value. */
  readonly sourceTime: IsoTime | null;
  /** One sentence that helpdesk can read out. */
  readonly reason: string;
  /** The line (slot) a per-line rule speaks of; null for rules about the whole phone. */
  readonly line: number | null;
  /** A failing rule inside its grace period: the end of it. Readiness is not changed by grace, compliance is. */
  readonly graceUntil: IsoTime | null;
  /** Reason of the policy exception that covers this rule for this device; expires with the policy's date. */
  readonly exception: string | null;
}

/** `undetermined`: no rung fails, yet something could not be seen. */
export type Standing = Rung | 'undetermined';

export type Compliance = 'compliant' | 'in-grace' | 'excepted' | 'noncompliant' | 'unknown';

export interface Verdict {
  readonly deviceKey: DeviceKey;
  readonly evaluatedAt: IsoTime;
  /** SHA-256 of the canonical policy, hex: two verdicts compare only under one policy. */
  readonly policyDigest: string;
  /** False for tablets and computers: inventoried, never judged; `rules` is then empty and `standing` null. */
  readonly applicable: boolean;
  readonly standing: Standing | null;
  /** Every failing rung of the best corporate line, in ladder order. */
  readonly failing: readonly Rung[];
  /** Every unknown rung of the best corporate line, in ladder order. */
  readonly unknown: readonly Rung[];
  /** Slot of the line the standing speaks of; null for a phone without lines. */
  readonly bestLine: number | null;
  /** `ready-unconfirmed` is the best a machine can say: the carrier and the vendor's key server are not ours to see. */
  readonly readiness: 'ready-unconfirmed' | 'confirmed' | 'not-ready' | 'undetermined' | null;
  readonly compliance: Compliance | null;
  /** No published release lets this model reach the minimum: buy, do not wait. */
  readonly cannotUpdate: boolean;
  readonly rules: readonly RuleResult[];
}
