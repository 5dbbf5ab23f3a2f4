/** What one rule finds on one phone, before it is labelled with rule, rung and source. */
import type { Answer } from '../verdict';

export interface Finding {
  readonly answer: Answer;
  readonly observed: string | null;
  readonly required: string | null;
  /** One sentence that helpdesk can read out. */
  readonly reason: string;
  /** No published release lets this model reach the minimum. */
  readonly cannotUpdate?: true;
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
