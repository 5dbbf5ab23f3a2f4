import type { EffectivePolicy } from '../schema';
import { fail, pass, unknown } from './finding';
import type { Finding, PhoneRule } from './finding';

const REQUIRED = 'no block';
const UNBLOCKABLE = pass(
  'cannot be blocked',
  REQUIRED,
  'Apple lets a company block RCS on supervised phones only, and never under user enrollment: nothing blocks it here.',
);

/**
 * No setting of ours blocks RCS. Both platforms allow it unless a company blocks it (`allowRCSMessaging`, `disable_rcs`);
 * no MDM reports the block itself, so it is read off the profiles and groups that the policy names
 * (facts/rcs-carrier.md §0.4, §2.3, §3.2), and else stated by the policy.
 */
export function rcsAllowed(settings: EffectivePolicy['rcsAllowed']): PhoneRule {
  const profiles = new Set(settings.blockingProfiles);
  const groups = new Set(settings.blockedGroups.map((group) => group.toLowerCase()));
  const stated = statedBy(settings);
  const noneOnPhone = pass('no such profile', REQUIRED, 'None of the profiles that block RCS is on the phone.');
  return {
    id: 'rcs-allowed',
    rung: 'rcs-allowed',
    source: 'profiles',
    judge({ platform, management }) {
      if (platform === 'ios' && (management.supervised === false || management.mode === 'user-enrollment')) {
        return UNBLOCKABLE;
      }
      const profile = profiles.size === 0 ? undefined : management.profiles?.find((each) => profiles.has(each));
      if (profile !== undefined) return fail(profile, REQUIRED, 'A configuration profile on the phone blocks RCS.');
      const group = groups.size === 0 ? undefined : management.groups?.find((each) => groups.has(each.toLowerCase()));
      if (group !== undefined) {
        return fail(group, REQUIRED, 'The phone is in a group for which the company blocks RCS.');
      }
      // The one way to block an iPhone is a profile: where all of them are seen, nothing is left to state.
      return platform === 'ios' && profiles.size > 0 && management.profiles !== null ? noneOnPhone : stated;
    },
  };
}

function statedBy({ default: says, evidence, date }: EffectivePolicy['rcsAllowed']): Finding {
  const why = [...(evidence === undefined ? [] : [evidence]), ...(date === undefined ? [] : [date])].join(', ');
  const ground = why === '' ? '' : ` (${why})`;
  switch (says) {
    case 'allowed':
      return { ...pass('allowed', REQUIRED, `The policy states that nothing blocks RCS${ground}.`), source: 'policy' };
    case 'blocked':
      return {
        ...fail('blocked', REQUIRED, `The policy states that the company blocks RCS${ground}.`),
        source: 'policy',
      };
    case 'unknown':
      return {
        ...unknown(
          null,
          REQUIRED,
          'The policy does not say whether the company blocks RCS, and the phone does not show it.',
        ),
        source: 'policy',
      };
  }
}
