/** What `doctor` asks of a connector: small, harmless calls, and what each of them tells. */

export type CheckState = 'ok' | 'warning' | 'failed';

export interface Check {
  /** e.g. `token`, `read`, `version`, `privileges`, `clock`, `quota`. */
  readonly name: string;
  readonly state: CheckState;
  readonly detail: string;
  /** What to do next; null where all is well. */
  readonly hint: string | null;
}

export interface Diagnosable {
  /** Never throws: a failure is an answer. Later checks are left out where an earlier one makes them pointless. */
  readonly diagnose: (signal: AbortSignal) => Promise<readonly Check[]>;
}
