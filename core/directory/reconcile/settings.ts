/** How much a plan may do by itself; what is more waits for a person. */

export const ACTION_KINDS = ['suspend', 'revoke'] as const;
export type ActionKind = (typeof ACTION_KINDS)[number];

export interface Brake {
  /** More actions than this in one plan: all of the kind are held. */
  readonly count: number;
  /** Share of the live entries, 0 to 1, above which all of the kind are held. */
  readonly share: number;
  /** Fewer actions than this never trip the share. */
  readonly minimum: number;
  /** Effects of the kind within any hour; what is above waits for the next run. */
  readonly perHour: number;
}

export interface PlanSettings {
  readonly brakes: Readonly<Record<ActionKind, Brake>>;
  /** Actions that a plan lists; above every count brake, so that what is not listed is always held. */
  readonly maxListed: number;
}

/** A revocation is final, so its brake is the tighter one. The share is the sweep's vanish brake's, or less. */
export const DEFAULT_PLAN_SETTINGS: PlanSettings = {
  brakes: {
    suspend: { count: 200, share: 0.05, minimum: 10, perHour: 400 },
    revoke: { count: 50, share: 0.02, minimum: 5, perHour: 100 },
  },
  maxListed: 10_000,
};
