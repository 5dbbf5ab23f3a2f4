import { isSuspiciousPatch, parsePatchLevel, patchAgeDays } from '../../device/security-patch';
import { fail, notApplicable, pass, unknown } from './finding';
import type { PhoneRule } from './finding';
import { remember } from '../remember';

export interface PatchSettings {
  /** `YYYY-MM-DD`. */
  readonly minimum?: string | undefined;
  readonly maxAgeDays?: number | undefined;
}

const NO_LEVEL = notApplicable('The policy sets no patch level.');

/** The Android security patch level, against a date, an age, or both (facts/rcs-carrier.md §4.2). */
export function patchLevel({ minimum, maxAgeDays }: PatchSettings): PhoneRule {
  const rule = { id: 'patch.level', rung: 'patch', source: 'securityPatch' } as const;
  const required = [
    ...(minimum === undefined ? [] : [minimum]),
    ...(maxAgeDays === undefined ? [] : [`at most ${maxAgeDays} days old`]),
  ].join(', ');
  if (required === '') return { ...rule, source: 'policy', judge: () => NO_LEVEL };
  const read = remember(parsePatchLevel);
  return {
    ...rule,
    judge({ securityPatch }, now) {
      const level = read(securityPatch ?? '');
      if (level === null) return unknown(securityPatch, required, 'The MDM shows no patch level that can be read.');
      if (isSuspiciousPatch(level, now)) {
        return unknown(level, required, 'The patch level lies too far in the future to be believed.');
      }
      if (minimum !== undefined && level < minimum) {
        return fail(level, required, `Security patches of ${minimum} or later are missing.`);
      }
      const age = patchAgeDays(level, now);
      return maxAgeDays !== undefined && age > maxAgeDays
        ? fail(level, required, `The security patches are ${age} days old.`)
        : pass(level, required, 'The security patches are recent enough.');
    },
  };
}
