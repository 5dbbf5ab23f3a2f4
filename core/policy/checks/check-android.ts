import { patchAgeDays } from '../../device/security-patch';
import type { EffectivePolicy } from '../schema';
import { problem, warning } from './finding';
import type { PolicyFinding } from './finding';

/** Bulletins became quarterly: a younger limit raises false alarms (facts/rcs-carrier.md §4.2). */
const SENSIBLE_PATCH_AGE = 100;

/** @param now milliseconds since the epoch. */
export function checkAndroid(
  { securityPatch }: EffectivePolicy['android'],
  path: string,
  now: number,
): PolicyFinding[] {
  const { minimum, maxAgeDays } = securityPatch;
  const findings: PolicyFinding[] = [];
  if (maxAgeDays !== undefined && maxAgeDays < SENSIBLE_PATCH_AGE) {
    findings.push(
      warning(
        `${path}.securityPatch.maxAgeDays`,
        `bulletins are quarterly by now: ${maxAgeDays} days raise false alarms, ${SENSIBLE_PATCH_AGE} or more do not`,
      ),
    );
  }
  if (minimum !== undefined && patchAgeDays(minimum, now) < 0) {
    findings.push(problem(`${path}.securityPatch.minimum`, `nobody can reach ${minimum}: it lies in the future`));
  }
  return findings;
}
