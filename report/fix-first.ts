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
  /** Distinct actions of the phone, first obstacle first. */
  readonly ids: readonly string[];
}

/** Actions depend on carriers and required versions; past this many they are not told apart any more. */
const MAX_ACTIONS = 2000;

interface Tally {
  readonly key: ActionKey;
  affected: number;
  moves: number;
  becomeReady: number;
  becomeUndetermined: number;
}

export interface Obstacle {
  readonly rung: Rung;
  readonly action: ActionKey;
}

/** Failing rules of failing rungs, or, where none fails, unknown rules of unknown rungs, with what to do about each. */
export function obstaclesOf(row: ReportRow): readonly Obstacle[] {
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

export interface FixFirst {
  /** Counts the phone and tells which actions it waits for. */
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

  const count = (obstacles: readonly Obstacle[], row: ReportRow, id: string, tally: Tally): void => {
    tally.affected += 1;
    const isOnly = obstacles.every((obstacle) => obstacle.action.id === id);
    if (tally.key.kind === 'learn') {
      if (isOnly) tally.moves += 1;
      return;
    }
    const first = row.verdict.failing[0];
    const here = obstacles.filter((obstacle) => obstacle.rung === first);
    if (here.length > 0 && here.every((obstacle) => obstacle.action.id === id)) tally.moves += 1;
    // Every failing rung must be among the obstacles this action removes, or the phone still stands below.
    const clears = isOnly && row.verdict.failing.every((rung) => obstacles.some((obstacle) => obstacle.rung === rung));
    if (!clears) return;
    if (row.verdict.unknown.length === 0) tally.becomeReady += 1;
    else tally.becomeUndetermined += 1;
  };

  return {
    add(row) {
      const obstacles = obstaclesOf(row);
      const ids: string[] = [];
      for (const { action } of obstacles) {
        if (ids.includes(action.id)) continue;
        const tally = tallyOf(action);
        if (tally === null) continue;
        ids.push(action.id);
        count(obstacles, row, action.id, tally);
      }
      return { ids };
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
