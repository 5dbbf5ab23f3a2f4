import type { ManagedDevice } from '../../device/managed-device';
import { isSuspiciousPatch, parsePatchLevel, patchAgeDays } from '../../device/security-patch';
import { fail, notApplicable, pass, unknown } from './finding';
import type { Finding } from './finding';

export interface PatchSettings {
  readonly minimum?: string | undefined;
  readonly maxAgeDays?: number | undefined;
}

/** The Android security patch level, against a date, an age, or both (facts/rcs-carrier.md §4.2). */
export function patchLevel(
  { securityPatch }: ManagedDevice,
  { minimum, maxAgeDays }: PatchSettings,
  now: number,
): Finding {
  const required = [minimum, maxAgeDays === undefined ? undefined : `at most ${maxAgeDays} days old`]
    .filter(Boolean)
    .join(', ');
  if (required === '') return notApplicable('The policy sets no patch level.');
  const level = parsePatchLevel(securityPatch);
  if (level === null) return unknown(securityPatch, required, 'The MDM shows no patch level that can be read.');
  if (isSuspiciousPatch(level, now))
    return unknown(level, required, 'The patch level lies too far in the future to be believed.');
  if (minimum !== undefined && level < minimum)
    return fail(level, required, `Security patches of ${minimum} or later are missing.`);
  const days = patchAgeDays(level, now);
  if (maxAgeDays !== undefined && days > maxAgeDays)
    return fail(level, required, `The security patches are ${days} days old.`);
  return pass(level, required, 'The security patches are recent enough.');
}
