/** Whether a phone complies: the one place where grace, exceptions and `unknownIs` count. */
import type { Rung } from '../readiness/ladder';
import type { EffectivePolicy } from './schema';
import type { Compliance, RuleResult } from './verdict';

/** What the carrier and the key directory do is no fault of the phone or its user. */
export const BEYOND_THE_PHONE: ReadonlySet<Rung> = new Set<Rung>(['carrier', 'key-present', 'key-attested']);

/**
 * The worst that is left: noncompliant, in grace, unknown, excepted, compliant. A failing rule with an exception is
 * excused, one in its grace is put off.
 */
export function judgeCompliance(results: readonly RuleResult[], unknownIs: EffectivePolicy['unknownIs']): Compliance {
  let inGrace = false;
  let unseen = false;
  let excepted = false;
  for (const { answer, rung, exception, graceUntil } of results) {
    if (answer === 'pass' || answer === 'not-applicable' || BEYOND_THE_PHONE.has(rung)) continue;
    if (answer === 'unknown' && unknownIs === 'unknown') unseen = true;
    else if (exception !== null) excepted = true;
    else if (graceUntil !== null) inGrace = true;
    else return 'noncompliant';
  }
  if (inGrace) return 'in-grace';
  if (unseen) return 'unknown';
  return excepted ? 'excepted' : 'compliant';
}
