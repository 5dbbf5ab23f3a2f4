import { canReach } from '../../device/attainable-version';
import type { ModelIndex } from '../../device/attainable-version';
import { compareAppleVersions, formatAppleVersion, parseAppleVersion } from '../../device/compare-apple-version';
import type { AppleVersion } from '../../device/compare-apple-version';
import type { ManagedDevice } from '../../device/managed-device';
import { fail, notApplicable, pass, unknown } from './finding';
import type { Finding } from './finding';

/**
 * The latest fixes of the phone's own train. Trains are never compared: 26.7.1 can be newer by date than 27.0
 * (facts/rcs-carrier.md §4.1). A train above all listed ones passes; one below has no minimum of its own.
 */
export function osSecurityMinimum(
  device: ManagedDevice,
  minimums: ReadonlyMap<number, AppleVersion>,
  models: ModelIndex | null,
): Finding {
  if (minimums.size === 0) return notApplicable('The policy sets no security minimum for iOS.');
  const version = parseAppleVersion(device.osVersion);
  if (version === null) return unknown(device.osVersion, null, 'The iOS version cannot be read.');
  const minimum = minimums.get(version.major);
  if (minimum === undefined) {
    const newest = Math.max(...minimums.keys());
    return version.major > newest
      ? pass(device.osVersion, null, `Train ${version.major} is newer than all that the policy lists.`)
      : notApplicable(`The policy lists no security minimum for train ${version.major}.`);
  }
  const required = formatAppleVersion(minimum);
  if (compareAppleVersions(version, minimum) >= 0)
    return pass(device.osVersion, required, 'The security fixes of this train are in.');
  if (models !== null && canReach(models, device.modelId, minimum) === 'no') {
    return {
      ...fail(
        device.osVersion,
        required,
        `Apple publishes no release from ${required} on for this model: it cannot be updated.`,
      ),
      cannotUpdate: true,
    };
  }
  return fail(
    device.osVersion,
    required,
    `Security fixes are missing: iOS ${required} or later of train ${version.major} is needed.`,
  );
}
