import type { ManagedDevice } from '../../device/managed-device';
import type { EffectivePolicy } from '../schema';
import { fail, pass, unknown } from './finding';
import type { Finding } from './finding';

/**
 * No setting of ours blocks RCS. Both platforms allow it by default (`allowRCSMessaging`, `disable_rcs`); a block comes
 * from a profile or group of the company, which the policy names (facts/rcs-carrier.md §0.4, §2.3, §3.2).
 */
export function rcsAllowed(device: ManagedDevice, settings: EffectivePolicy['rcsAllowed']): Finding {
  const { platform, management } = device;
  const required = 'no block';
  if (platform === 'ios' && (management.supervised === false || management.mode === 'user-enrollment')) {
    return pass(
      'cannot be blocked',
      required,
      'Apple allows the RCS restriction on supervised phones only, so nothing blocks it here.',
    );
  }
  const profile = settings.blockingProfiles.find((each) => management.profiles?.includes(each) === true);
  if (profile !== undefined) return fail(profile, required, 'A configuration profile on the phone blocks RCS.');
  const group = settings.blockedGroups.find((each) => management.groups?.includes(each) === true);
  if (group !== undefined) return fail(group, required, 'The phone is in a group for which the company blocks RCS.');
  switch (settings.default) {
    case 'allowed':
      return pass(
        'allowed',
        required,
        `The policy states that the company does not block RCS${settings.evidence === undefined ? '' : ` (${settings.evidence})`}.`,
      );
    case 'blocked':
      return fail('blocked', required, 'The policy states that the company blocks RCS.');
    case 'unknown':
      return unknown(null, required, 'The policy does not say whether a profile of the company blocks RCS.');
  }
}
