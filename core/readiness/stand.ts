/** Where a phone stands on the ladder, given what its rules answered. */
import type { RuleResult, Standing } from '../policy/verdict';
import { LADDER } from './ladder';
import type { Rung } from './ladder';

export interface Stand {
  readonly standing: Standing;
  readonly failing: readonly Rung[];
  readonly unknown: readonly Rung[];
  readonly bestLine: number | null;
}

const RUNG_NO = new Map<Rung, number>(LADDER.map((rung, at) => [rung, at]));

/**
 * A rung fails if one of its rules fails, else it is unknown if one is unknown. Rules about the whole phone count for
 * every line; rules of a line for that line. The phone stands where its best corporate line stands: the one that fails
 * latest, then the one with less unknown, then the lower slot.
 *
 * @param lines slots of the corporate lines; none for a phone whose lines cannot be seen.
 */
export function stand(results: readonly RuleResult[], lines: readonly number[]): Stand {
  if (lines.length <= 1) return standOf(results, lines[0] ?? null);
  let best: Stand | null = null;
  for (const line of lines) {
    const candidate = standOf(results, line);
    if (best === null || isBetter(candidate, best)) best = candidate;
  }
  return best ?? standOf(results, null);
}

function isBetter(one: Stand, other: Stand): boolean {
  const [left, right] = [heightOf(one), heightOf(other)];
  if (left !== right) return left > right;
  return one.failing.length + one.unknown.length < other.failing.length + other.unknown.length;
}

/** Failing phones stand below undetermined ones, whatever their rung; those below ready ones. */
function heightOf({ standing, unknown }: Stand): number {
  if (standing === 'undetermined') return LADDER.length + (RUNG_NO.get(unknown[0] ?? 'ready') ?? 0);
  return standing === 'ready' ? LADDER.length * 3 : (RUNG_NO.get(standing) ?? 0);
}

function standOf(results: readonly RuleResult[], line: number | null): Stand {
  let failed = 0;
  let unseen = 0;
  for (const { rung, answer, line: of } of results) {
    if (of !== null && of !== line) continue;
    if (answer === 'fail') failed |= 1 << (RUNG_NO.get(rung) ?? 0);
    else if (answer === 'unknown') unseen |= 1 << (RUNG_NO.get(rung) ?? 0);
  }
  unseen &= ~failed;
  const failing = rungsOf(failed);
  const unknown = rungsOf(unseen);
  return { standing: failing[0] ?? (unknown.length > 0 ? 'undetermined' : 'ready'), failing, unknown, bestLine: line };
}

const NONE: readonly Rung[] = [];

function rungsOf(mask: number): readonly Rung[] {
  return mask === 0 ? NONE : LADDER.filter((_, at) => (mask & (1 << at)) !== 0);
}
