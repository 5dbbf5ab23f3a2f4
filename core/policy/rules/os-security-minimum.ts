import { compareAppleVersions, formatAppleVersion } from '../../device/compare-apple-version';
import type { AppleVersion } from '../../device/compare-apple-version';
import type { ReleaseIndex } from '../release-index';
import { fail, notApplicable, pass, unknown } from './finding';
import type { Finding, PhoneRule } from './finding';
import type { ReadAppleVersion } from './os-feature-minimum';

const NO_MINIMUM = notApplicable('The policy sets no security minimum for iOS.');

/**
 * The fixes of the phone's own train. Trains are never compared: 26.7.1 can be newer by date than 27.0
 * (facts/rcs-carrier.md §4.1). A train newer than all listed ones passes; an older one has no security minimum, and only
 * the feature minimum judges it.
 *
 * Some releases exist for a few models only (26.5.1 for five): a model that is still served has nothing newer to install
 * and passes with its newest release; a model that is no longer served cannot be updated.
 */
export function osSecurityMinimum(
  minimums: ReadonlyMap<number, AppleVersion>,
  read: ReadAppleVersion,
  releases: ReleaseIndex | null,
): PhoneRule {
  const rule = { id: 'os.security-minimum', rung: 'os', source: 'osVersion' } as const;
  if (minimums.size === 0) return { ...rule, source: 'policy', judge: () => NO_MINIMUM };
  const newestTrain = Math.max(...minimums.keys());
  const trains = new Map(
    [...minimums].map(([train, minimum]) => [
      train,
      { minimum, required: formatAppleVersion(minimum), feed: releases?.knows(minimum) === true ? releases : null },
    ]),
  );
  return {
    ...rule,
    judge({ osVersion, modelId }) {
      const version = read(osVersion ?? '');
      if (version === null)
        return unknown(osVersion, null, 'The iOS version cannot be read, so its train is not known.');
      const train = trains.get(version.major);
      if (train === undefined) return withoutMinimum(osVersion, version.major, newestTrain);
      const { minimum, required, feed } = train;
      if (compareAppleVersions(version, minimum) >= 0) {
        return pass(osVersion, required, 'The security fixes of this train are in.');
      }
      const newest = feed?.newestFor(modelId) ?? null;
      if (feed === null || newest === null || compareAppleVersions(newest, minimum) >= 0) {
        return fail(osVersion, required, `Security fixes are missing: iOS ${required} or later is needed.`);
      }
      return belowTheFeed(osVersion, version, required, newest, feed.isServed(newest));
    },
  };
}

function withoutMinimum(osVersion: string | null, train: number, newestTrain: number): Finding {
  return train > newestTrain
    ? pass(osVersion, null, `Train ${train} is newer than every train that the policy lists.`)
    : notApplicable(`The policy lists no security minimum for train ${train}: only the feature minimum judges it.`);
}

/** The minimum exists, yet not for this model. */
function belowTheFeed(
  osVersion: string | null,
  version: AppleVersion,
  required: string,
  newest: AppleVersion,
  served: boolean,
): Finding {
  const own = formatAppleVersion(newest);
  if (!served) {
    return {
      ...fail(osVersion, required, `Cannot update: Apple publishes no release from ${required} on for this model.`),
      cannotUpdate: true,
    };
  }
  return compareAppleVersions(version, newest) >= 0
    ? pass(osVersion, required, `iOS ${own} is the newest release for this model; ${required} is not offered to it.`)
    : fail(osVersion, required, `Security fixes are missing: iOS ${own}, the newest for this model, is needed.`);
}
