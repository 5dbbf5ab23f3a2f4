/** One deed that a person can do, named so that phones which need the same deed share it. */
import type { RuleResult } from '../core/policy/verdict';
import type { Rung } from '../core/readiness/ladder';

/** `fix` removes an obstacle; `learn` finds out what no MDM shows. */
export type ActionKind = 'fix' | 'learn';

/** Who can do it. */
export type ActionOwner = 'Help desk' | 'MDM team' | 'Carrier' | 'Purchasing' | 'Directory team';

export interface ActionKey {
  /** Stable and unique, e.g. `update-ios:26.5`; the value of the facet `action`. */
  readonly id: string;
  readonly kind: ActionKind;
  readonly rung: Rung;
  /** Imperative, e.g. `Update iOS to 26.5`. */
  readonly title: string;
  /** One sentence: how, and what it cannot do. */
  readonly next: string;
  readonly owner: ActionOwner;
}

/** The carrier is known to encrypt; the phone's carrier settings are what is asked for. */
export const asksForSettings = (rule: RuleResult): boolean => rule.required?.startsWith('carrier settings') === true;
