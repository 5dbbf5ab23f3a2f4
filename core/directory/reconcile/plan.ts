/**
 * From drift to actions. Pure: nothing is read, nothing is written, the same drift in the same context gives the same plan.
 *
 * What cannot be taken back needs two signs: two complete runs that did not see the device (its tombstone), or two readings of
 * it that say the same, of which the first suspended the key.
 */
import { createHash } from 'node:crypto';
import type { IsoTime } from '../../device/managed-device';
import { applyBrakes } from './brakes';
import type { Drift, DriftKind, Evidence } from './drift';
import { DRIFT_KINDS } from './drift';
import type { ActionKind, PlanSettings } from './settings';
import { ACTION_KINDS } from './settings';

export interface Action {
  readonly kind: ActionKind;
  readonly entryId: string;
  readonly reason: DriftKind;
  readonly evidence: Evidence;
  /** The same for the same change of the same revision, whichever run plans it. */
  readonly idempotencyKey: string;
  readonly connectorId: string;
  /** Of the entry as it was judged: another by now means that the judgement is out of date. Null where it cannot be read. */
  readonly revision: number | null;
}

export interface HeldAction extends Action {
  /** `vanish:<connector>`, `count:<kind>`, `share:<kind>`, `rate:<kind>`. */
  readonly brake: string;
}

export interface Withheld {
  /** `run-not-complete`, or `pull-not-complete:<connector>`. */
  readonly reason: string;
  readonly kind: ActionKind;
  readonly count: number;
}

export interface Plan {
  readonly runId: string;
  readonly plannedAt: IsoTime;
  /** To be done: within every brake. */
  readonly actions: readonly Action[];
  /** Waiting for a person, or for the next hour. */
  readonly held: readonly HeldAction[];
  /** Held as well, but too many to list. */
  readonly unlisted: Readonly<Record<ActionKind, number>>;
  /** Not planned, since what was read does not bear it. */
  readonly withheld: readonly Withheld[];
  /** Drift of every kind, whether or not anything follows from it. */
  readonly drift: Readonly<Record<DriftKind, number>>;
  /** Names of the brakes that hold something. */
  readonly brakes: readonly string[];
}

/** What an earlier run did about the entry, and nobody has changed since. */
export interface FirstSign {
  readonly runId: string;
  /** When the device was read that gave the sign. */
  readonly observedAt: IsoTime | null;
  /** Revision of the entry that the suspension left. */
  readonly revision: number;
}

export interface PlanContext {
  readonly runId: string;
  /** As the sweep ended. */
  readonly runState: string;
  readonly plannedAt: IsoTime;
  readonly connectors: ReadonlyMap<string, { readonly complete: boolean; readonly vanishHeld: boolean }>;
  /** From the survey. */
  readonly liveEntries: number;
  /** Effects of the last hour. */
  readonly recent: Readonly<Record<ActionKind, number>>;
  /** By entryId: ledger.firstSign. */
  readonly firstSigns: ReadonlyMap<string, FirstSign>;
  readonly settings: PlanSettings;
}

export interface Planner {
  add(drift: Drift, firstSign: FirstSign | null): void;
  plan(): Plan;
}

/** Drift whose second reading revokes. */
export const TWO_SIGNS: ReadonlySet<DriftKind> = new Set<DriftKind>(['wiped', 'unenrolled', 're-enrolled']);
const SUSPENDS: ReadonlySet<DriftKind> = new Set<DriftKind>(['number-moved', 'bad-signature', 'non-compliant']);

export function planOf(drift: Iterable<Drift>, context: PlanContext): Plan {
  const planner = makePlanner(context);
  for (const each of drift) {
    planner.add(each, each.entryId === null ? null : (context.firstSigns.get(each.entryId) ?? null));
  }
  return planner.plan();
}

/** The same drift by drift, for a fleet whose drift is not to be held in memory. */
export function makePlanner(context: Omit<PlanContext, 'firstSigns'>): Planner {
  const { runId, plannedAt, connectors, settings } = context;
  const runIsWhole = context.runState === 'complete' || context.runState === 'held';
  const wanted = new Map<string, Action>();
  const unlisted: Record<ActionKind, number> = { suspend: 0, revoke: 0 };
  const drift = Object.fromEntries(DRIFT_KINDS.map((kind) => [kind, 0])) as Record<DriftKind, number>;
  const withheld = new Map<string, { reason: string; kind: ActionKind; count: number }>();

  const withhold = (reason: string, kind: ActionKind): void => {
    const known = withheld.get(`${kind} ${reason}`);
    if (known === undefined) withheld.set(`${kind} ${reason}`, { reason, kind, count: 1 });
    else known.count += 1;
  };

  return {
    add(each, firstSign) {
      drift[each.kind] += 1;
      const kind = actionOn(each, firstSign, runId);
      if (kind === null || each.entryId === null) return;
      if (connectors.get(each.connectorId)?.complete !== true) {
        withhold(`pull-not-complete:${each.connectorId}`, kind);
        return;
      }
      if (kind === 'revoke' && !runIsWhole) {
        withhold('run-not-complete', kind);
        return;
      }
      const known = wanted.get(each.entryId);
      if (known === undefined && wanted.size >= settings.maxListed) unlisted[kind] += 1;
      else if (known === undefined || (kind === 'revoke' && known.kind === 'suspend')) {
        wanted.set(each.entryId, toAction(kind, each.entryId, each));
      }
    },
    plan() {
      const braked = applyBrakes([...wanted.values()], unlisted, context);
      const brakes = [...new Set([...braked.held.map(({ brake }) => brake), ...braked.tripped])].sort();
      const { actions, held } = braked;
      return { runId, plannedAt, actions, held, unlisted, withheld: [...withheld.values()], drift, brakes };
    },
  };
}

/** What the drift asks for by itself; null where it is a finding, or where it is done already. */
function actionOn(drift: Drift, firstSign: FirstSign | null, runId: string): ActionKind | null {
  const { kind, status, confirmed, revision, evidence } = drift;
  if (status === 'revoked') return null;
  if (kind === 'orphaned-key') return confirmed === null ? null : 'revoke';
  if (SUSPENDS.has(kind)) return status === 'suspended' ? null : 'suspend';
  if (!TWO_SIGNS.has(kind)) return null;
  // Who changed the entry since has looked at it: the first sign is spent.
  if (firstSign === null || firstSign.revision !== revision) return 'suspend';
  const isAnother = firstSign.runId !== runId && isLater(evidence.times.observedAt, firstSign.observedAt);
  return isAnother ? 'revoke' : null;
}

function isLater(one: string | null, other: string | null): boolean {
  return one !== null && other !== null && one > other;
}

function toAction(kind: ActionKind, entryId: string, drift: Drift): Action {
  const { kind: reason, evidence, connectorId, revision } = drift;
  // A row that cannot be read has no revision: what was found in it stands for that.
  const state = revision === null ? JSON.stringify(evidence.checks) : String(revision);
  const key = [kind, entryId, state, reason].join('\n');
  const idempotencyKey = createHash('sha256').update(key).digest('hex').slice(0, 32);
  return { kind, entryId, reason, evidence, idempotencyKey, connectorId, revision };
}

/** As `sweep --json` has it. */
export function summaryOf(plan: Plan): {
  readonly proposed: number;
  readonly released: number;
  readonly held: number;
  readonly brakes: readonly string[];
} {
  const unlisted = ACTION_KINDS.reduce((sum, kind) => sum + plan.unlisted[kind], 0);
  const held = plan.held.length + unlisted;
  return { proposed: plan.actions.length + held, released: plan.actions.length, held, brakes: plan.brakes };
}
