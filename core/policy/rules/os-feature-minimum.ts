import { androidApiLevel, apiLevelOf } from '../../device/android-release';
import { compareAppleVersions, formatAppleVersion } from '../../device/compare-apple-version';
import type { AppleVersion } from '../../device/compare-apple-version';
import type { ReleaseIndex } from '../release-index';
import { fail, notApplicable, pass, unknown } from './finding';
import type { PhoneRule } from './finding';

const NO_APPLE_MINIMUM = notApplicable('The policy sets no feature minimum for iOS.');
const NO_ANDROID_MINIMUM = notApplicable('The policy sets no Android minimum.');

export type ReadAppleVersion = (text: string) => AppleVersion | null;

/**
 * The OS can do encrypted RCS at all: one minimum for all trains (facts/rcs-carrier.md §4.1). A model for which no
 * release from the minimum on is published cannot be updated; a model or a minimum that the feed does not know is no
 * ground for that.
 */
export function appleFeatureMinimum(
  minimum: AppleVersion | null,
  read: ReadAppleVersion,
  releases: ReleaseIndex | null,
): PhoneRule {
  const rule = { id: 'os.feature-minimum', rung: 'os', source: 'osVersion' } as const;
  if (minimum === null) return { ...rule, source: 'policy', judge: () => NO_APPLE_MINIMUM };
  const required = formatAppleVersion(minimum);
  const feed = releases?.knows(minimum) === true ? releases : null;
  const tooOld = `iOS has to be updated to ${required} or later.`;
  const stuck = `Cannot update: Apple publishes no release from ${required} on for this model.`;
  return {
    ...rule,
    judge({ osVersion, modelId }) {
      const version = read(osVersion ?? '');
      if (version === null) {
        return unknown(osVersion, required, `"${osVersion ?? ''}" is no iOS version that can be compared.`);
      }
      if (compareAppleVersions(version, minimum) >= 0) {
        return pass(osVersion, required, 'The iOS version can do encrypted RCS.');
      }
      const newest = feed?.newestFor(modelId) ?? null;
      return newest !== null && compareAppleVersions(newest, minimum) < 0
        ? { ...fail(osVersion, required, stuck), cannotUpdate: true }
        : fail(osVersion, required, tooOld);
    },
  };
}

/** @param minimum an Android release, e.g. `12`; compared as API level (facts/rcs-carrier.md §4.2). */
export function androidFeatureMinimum(minimum: string | null): PhoneRule {
  const rule = { id: 'os.feature-minimum', rung: 'os', source: 'osVersion' } as const;
  const least = minimum === null ? null : androidApiLevel(minimum);
  if (minimum === null || least === null) return { ...rule, source: 'policy', judge: () => NO_ANDROID_MINIMUM };
  const required = `Android ${minimum}`;
  const tooOld = `Android has to be updated to ${minimum} or later; where the maker offers none, the phone replaced.`;
  return {
    ...rule,
    judge(device) {
      const { osVersion, apiLevel } = device;
      const level = apiLevelOf(device);
      const observed = osVersion ?? (apiLevel === null ? null : `API ${apiLevel}`);
      if (level === null) {
        return unknown(observed, required, `"${observed ?? ''}" is no Android release that can be compared.`);
      }
      return level >= least
        ? pass(observed, required, 'The Android release is recent enough.')
        : fail(observed, required, tooOld);
    },
  };
}
