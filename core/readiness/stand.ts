/** Where a phone stands on the ladder, given what its rules answered. */
import type { RuleResult, Standing } from '../policy/verdict';
import { LADDER } from './ladder';
import type { Rung } from './ladder';

export interface Stand {
  /** The first failing rung; else `undetermined` where a rung could not be seen; else `ready`. */
  readonly standing: Standing;
  /** Every failing rung, in ladder order. */
  readonly failing: readonly Rung[];
  /** Every rung that could not be seen and does not fail, in ladder order. */
  readonly unknown: readonly Rung[];
  /** Slot of the line that decided; null for a phone without lines that count. */
  readonly bestLine: number | null;
}

export type StandingRule = Pick<RuleResult, 'rung' | 'answer' | 'line'>;

const RUNG_NO: ReadonlyMap<Rung, number> = new Map(LADDER.map((rung, at) => [rung, at]));

/**
 * A rung fails if one of its rules fails, else it is unknown if one is unknown. Rules about the whole phone count for
 * every line; rules of a line for that line. The phone stands where its best corporate line stands. The order of rules
 * and lines changes nothing.
 *
 * @param lines slots of the lines that count; none for a phone whose lines cannot be seen.
 */
export function stand(results: readonly StandingRule[], lines: readonly number[]): Stand {
  const [first, ...others] = lines;
  let best = standOf(results, first ?? null);
  for (const line of others) {
    const candidate = standOf(results, line);
    if (compareStands(candidate, best) > 0) best = candidate;
  }
  return best;
}

/** Positive where the first is better: stands higher, else has fewer open rungs, else lies in the lower slot. */
function compareStands(one: Stand, other: Stand): number {
  return (
    heightOf(one) - heightOf(other) ||
    other.failing.length + other.unknown.length - (one.failing.length + one.unknown.length) ||
    (other.bestLine ?? 0) - (one.bestLine ?? 0)
  );
}

/** Failing stands lie below undetermined ones, whatever their rung; those below ready ones. */
function heightOf({ standing, unknown }: Stand): number {
  if (standing === 'undetermined') return LADDER.length + rungNo(unknown[0] ?? 'ready');
  return standing === 'ready' ? 2 * LADDER.length : rungNo(standing);
}

function rungNo(rung: Rung): number {
  return RUNG_NO.get(rung) ?? 0;
}

function standOf(results: readonly StandingRule[], line: number | null): Stand {
  let failed = 0;
  let unseen = 0;
  for (const { rung, answer, line: of } of results) {
    if (of !== null && of !== line) continue;
    if (answer === 'fail') failed |= 1 << rungNo(rung);
    else if (answer === 'unknown') unseen |= 1 << rungNo(rung);
  }
  const failing = rungsOf(failed);
  const unknown = rungsOf(unseen & ~failed);
  return { standing: failing[0] ?? (unknown.length > 0 ? 'undetermined' : 'ready'), failing, unknown, bestLine: line };
}

const NONE: readonly Rung[] = [];

function rungsOf(mask: number): readonly Rung[] {
  return mask === 0 ? NONE : LADDER.filter((_, at) => (mask & (1 << at)) !== 0);
}
