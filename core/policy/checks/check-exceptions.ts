import { exceptionEnd } from '../exceptions';
import { BEYOND_THE_PHONE } from '../judge-compliance';
import type { EffectivePolicy, Policy } from '../schema';
import { problem, warning } from './finding';
import type { PolicyFinding } from './finding';

const DAY_MS = 86_400_000;
const SOON_DAYS = 30;

const NEVER_COUNTS: ReadonlySet<string> = BEYOND_THE_PHONE;

/** Exceptions that have run out or soon will, that excuse nobody, or from nothing. */
export function checkExceptions({ exceptions }: Pick<Policy, 'exceptions'>, now: number): PolicyFinding[] {
  return exceptions.flatMap(({ rule, match, expires }, at) => {
    const path = `exceptions[${at}]`;
    const { group, ...lists } = match;
    const findings: PolicyFinding[] = [];
    const left = exceptionEnd(expires) - now;
    if (left < 0) {
      findings.push(warning(path, `the exception from ${rule} expired on ${expires} and no longer applies`));
    } else if (left < SOON_DAYS * DAY_MS) {
      findings.push(warning(path, `the exception from ${rule} expires on ${expires}`));
    }
    if (group === undefined && Object.values(lists).every((values) => (values ?? []).length === 0)) {
      findings.push(problem(`${path}.match`, 'matches no phone'));
    }
    if (NEVER_COUNTS.has(rule))
      findings.push(warning(`${path}.rule`, `${rule} never counts for compliance: no effect`));
    return findings;
  });
}

/** Grace that nobody gets, or that changes nothing. */
export function checkGrace({ grace }: Pick<EffectivePolicy, 'grace'>, path: string): PolicyFinding[] {
  const findings: PolicyFinding[] = [];
  if (grace.days > 0 && grace.since === undefined) {
    findings.push(
      warning(`${path}.since`, 'is not set: grace counts from each phone’s enrollment alone, whatever the policy asks'),
    );
  }
  for (const rule of Object.keys(grace.rules)) {
    if (NEVER_COUNTS.has(rule)) {
      findings.push(warning(`${path}.rules.${rule}`, 'never counts for compliance: no effect'));
    }
  }
  return findings;
}
