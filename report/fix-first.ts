/** "What to fix first": for each single action, how many phones it alone would move, and how many it would make ready. */
import type { Rung } from '../core/readiness/ladder';
import type { ActionKey } from './action-key';
import { actionFor, decidingRules } from './fix-actions';
import type { ReportRow } from './report-row';

export interface FixAction extends ActionKey {
  /** Phones that have this to do, whatever else they have to do. */
  readonly affected: number;
  /** Phones that this action alone would take off the rung they stand on (or out of `undetermined`, for `learn`). */
  readonly moves: number;
  /** Phones that this action alone would make ready (unconfirmed). For `learn`: none is promised. */
  readonly becomeReady: number;
  /** Phones with nothing else failing, yet with something unknown: they would become undetermined. */
  readonly becomeUndetermined: number;
}

export interface RowActions {
  readonly keys: readonly ActionKey[];
  /** Distinct actions of the phone, first obstacle first. */
  readonly ids: readonly string[];
  /** The action that alone would take the phone off the rung it stands on; null where it takes several. */
  readonly movedBy: string | null;
  /** The action that alone would make the phone ready; null where it takes more. */
  readonly madeReadyBy: string | null;
  /** Nothing fails any more once `movedBy` is done; something may still be unknown. */
  readonly clears: boolean;
}

export const NO_ACTIONS: RowActions = { keys: [], ids: [], movedBy: null, madeReadyBy: null, clears: false };

/** Actions depend on carriers and required versions; past this many they are not told apart any more. */
const MAX_ACTIONS = 2000;

interface Tally {
  readonly key: ActionKey;
  affected: number;
  moves: number;
  becomeReady: number;
  becomeUndetermined: number;
}

interface Obstacle {
  readonly rung: Rung;
  readonly action: ActionKey;
}

/** Failing rules of failing rungs, or, where none fails, unknown rules of unknown rungs, with what to do about each. */
function obstaclesOf(row: ReportRow): readonly Obstacle[] {
  const { failing, unknown } = row.verdict;
  const answer = failing.length > 0 ? 'fail' : 'unknown';
  const rungs = failing.length > 0 ? failing : unknown;
  if (rungs.length === 0) return [];
  const obstacles: Obstacle[] = [];
  for (const rule of decidingRules(row)) {
    if (rule.answer !== answer || !rungs.includes(rule.rung)) continue;
    const action = actionFor(row, rule);
    if (action !== null) obstacles.push({ rung: rule.rung, action });
  }
  return obstacles.toSorted((a, b) => rungs.indexOf(a.rung) - rungs.indexOf(b.rung));
}

/** What there is to do about a phone, and what a single deed would do for it. Pure. */
export function actionsOf(row: ReportRow): RowActions {
  const obstacles = obstaclesOf(row);
  const first = obstacles[0]?.action;
  if (first === undefined) return NO_ACTIONS;
  const keys = obstacles
    .map(({ action }) => action)
    .filter((action, index, all) => all.findIndex(({ id }) => id === action.id) === index);
  const base = { keys, ids: keys.map(({ id }) => id), madeReadyBy: null, clears: false };
  // A question settles a phone only if it is the only one; no answer is promised, so it clears nothing.
  if (first.kind === 'learn') return { ...base, movedBy: keys.length === 1 ? first.id : null };
  const { failing, unknown } = row.verdict;
  const here = obstacles.filter(({ rung }) => rung === failing[0]);
  if (here.length === 0 || here.some(({ action }) => action.id !== first.id)) return { ...base, movedBy: null };
  // Every failing rung must be among what this action removes, or the phone still stands below.
  const clears = keys.length === 1 && failing.every((rung) => obstacles.some((obstacle) => obstacle.rung === rung));
  return { ...base, movedBy: first.id, clears, madeReadyBy: clears && unknown.length === 0 ? first.id : null };
}

export interface FixFirst {
  /** Counts the phone and tells what there is to do about it. */
  add(row: ReportRow): RowActions;
  /** Most phones made ready first, then most phones moved, then most phones affected. */
  finish(): { readonly fixes: readonly FixAction[]; readonly learn: readonly FixAction[] };
}

export function makeFixFirst(): FixFirst {
  const tallies = new Map<string, Tally>();

  const tallyOf = (key: ActionKey): Tally | null => {
    const known = tallies.get(key.id);
    if (known !== undefined || tallies.size >= MAX_ACTIONS) return known ?? null;
    const fresh: Tally = { key, affected: 0, moves: 0, becomeReady: 0, becomeUndetermined: 0 };
    tallies.set(key.id, fresh);
    return fresh;
  };

  return {
    add(row) {
      const actions = actionsOf(row);
      for (const action of actions.keys) {
        const tally = tallyOf(action);
        if (tally === null) continue;
        tally.affected += 1;
        if (action.id !== actions.movedBy) continue;
        tally.moves += 1;
        if (action.id === actions.madeReadyBy) tally.becomeReady += 1;
        else if (actions.clears) tally.becomeUndetermined += 1;
      }
      return actions;
    },
    finish() {
      const all = [...tallies.values()]
        .map(({ key, ...counts }) => ({ ...key, ...counts }))
        .toSorted(
          (a, b) =>
            b.becomeReady - a.becomeReady || b.moves - a.moves || b.affected - a.affected || (a.id < b.id ? -1 : 1),
        );
      return {
        fixes: all.filter((action) => action.kind === 'fix'),
        learn: all.filter((action) => action.kind === 'learn'),
      };
    },
  };
}
