import { buildChannel } from '../../device/apple-build';
import { fail, notApplicable, pass, unknown } from './finding';
import type { PhoneRule } from './finding';
import type { ReadAppleVersion } from './os-feature-minimum';
import { remember } from '../remember';

const ALLOWED = notApplicable('The policy allows beta releases of iOS.');
const REQUIRED = 'release';

/** The phone runs a released iOS. Betas print the version of the release: only the build tells (facts/rcs-carrier.md §4.1). */
export function osBeta(allowBeta: boolean, read: ReadAppleVersion): PhoneRule {
  const rule = { id: 'channel.os-beta', rung: 'channel', source: 'osBuild' } as const;
  if (allowBeta) return { ...rule, source: 'policy', judge: () => ALLOWED };
  const channelOf = remember(buildChannel);
  return {
    ...rule,
    judge({ osVersion, osBuild }) {
      const version = read(osVersion ?? '');
      if (version !== null && version.stage !== 2) {
        return { ...fail(osVersion, REQUIRED, 'The phone runs a pre-release of iOS.'), source: 'osVersion' };
      }
      switch (channelOf(osBuild ?? '')) {
        case 'beta':
          return fail(osBuild, REQUIRED, 'The phone runs a beta of iOS, by its build.');
        case 'release':
        case 'improvement':
          return pass(osBuild, REQUIRED, 'The phone runs a released iOS.');
        default:
          return unknown(osBuild, REQUIRED, 'Only the build tells betas from releases, and this one cannot be read.');
      }
    },
  };
}
