/** What one rule finds on one phone, before it is labelled with rule, rung and source. */
import type { ManagedDevice } from '../../device/managed-device';
import type { SourceFields } from '../../ports/inventory-source';
import type { Rung } from '../../readiness/ladder';
import type { Answer } from '../verdict';

/** Which of the vendor's fields was looked at; `policy` where the policy itself states the value. */
export type FindingSource = keyof SourceFields | 'policy';

export interface Finding {
  readonly answer: Answer;
  readonly observed: string | null;
  readonly required: string | null;
  /** One sentence that helpdesk can read out. */
  readonly reason: string;
  /** Where this finding looked elsewhere than its rule usually does. */
  readonly source?: FindingSource;
  /** No published release lets this model reach the minimum. */
  readonly cannotUpdate?: true;
}

/** One rule about the whole phone, compiled for one policy: everything that does not depend on the phone is decided. */
export interface PhoneRule {
  readonly id: string;
  readonly rung: Rung;
  readonly source: FindingSource;
  /** @param now the moment of judging, milliseconds since the epoch. */
  judge(device: ManagedDevice, now: number): Finding;
}

export function pass(observed: string | null, required: string | null, reason: string): Finding {
  return { answer: 'pass', observed, required, reason };
}

export function fail(observed: string | null, required: string | null, reason: string): Finding {
  return { answer: 'fail', observed, required, reason };
}

export function unknown(observed: string | null, required: string | null, reason: string): Finding {
  return { answer: 'unknown', observed, required, reason };
}

export function notApplicable(reason: string): Finding {
  return { answer: 'not-applicable', observed: null, required: null, reason };
}
