/** Which rules made a verdict change: those whose answer differs, on the rungs that decided. */
import type { RuleResult, Verdict } from './verdict';

export interface AnswerChange {
  readonly rule: string;
  /** An answer, with what excuses a failing rule; `no rule` where the policy has none of that name. */
  readonly from: string;
  readonly to: string;
}

/**
 * A rule on a rung that neither verdict stands on changed too, but is not the reason; where the standing is the same,
 * what differs for compliance is the reason.
 */
export function explainChange(before: Verdict, after: Verdict): AnswerChange[] {
  const rungs: ReadonlySet<string | null> = new Set([
    ...(before.standing === after.standing ? [] : decidingRungs(before).concat(decidingRungs(after))),
  ]);
  const changes = differences(before, after);
  const deciding = changes.filter(({ rung }) => rungs.has(rung));
  return (deciding.length > 0 ? deciding : changes).map(({ rule, from, to }) => ({ rule, from, to }));
}

function decidingRungs({ standing, unknown }: Verdict): (string | null)[] {
  return standing === 'undetermined' ? [...unknown] : [standing];
}

function differences(before: Verdict, after: Verdict): (AnswerChange & { readonly rung: string })[] {
  const [old, young] = [decidingResults(before), decidingResults(after)];
  const found: (AnswerChange & { readonly rung: string })[] = [];
  for (const [rule, result] of young) {
    const from = describe(old.get(rule));
    const to = describe(result);
    if (from !== to) found.push({ rule, rung: result.rung, from, to });
  }
  for (const [rule, result] of old) {
    if (!young.has(rule)) found.push({ rule, rung: result.rung, from: describe(result), to: describe(undefined) });
  }
  return found;
}

/** Answers about the phone and about the line that decided. */
function decidingResults({ rules, bestLine }: Verdict): ReadonlyMap<string, RuleResult> {
  return new Map(rules.filter(({ line }) => line === null || line === bestLine).map((result) => [result.rule, result]));
}

function describe(result: RuleResult | undefined): string {
  if (result === undefined) return 'no rule';
  if (result.exception !== null) return `${result.answer} (excepted)`;
  return result.graceUntil === null ? result.answer : `${result.answer} (in grace)`;
}
