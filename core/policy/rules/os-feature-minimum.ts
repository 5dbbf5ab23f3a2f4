import { androidApiLevel, apiLevelOf } from '../../device/android-release';
import { canReach } from '../../device/attainable-version';
import type { ModelIndex } from '../../device/attainable-version';
import { compareAppleVersions, formatAppleVersion, parseAppleVersion } from '../../device/compare-apple-version';
import type { AppleVersion } from '../../device/compare-apple-version';
import type { ManagedDevice } from '../../device/managed-device';
import { fail, notApplicable, pass, unknown } from './finding';
import type { Finding } from './finding';

/** The OS can do encrypted RCS at all: one minimum for all trains (facts/rcs-carrier.md §4.1). */
export function appleFeatureMinimum(
  device: ManagedDevice,
  minimum: AppleVersion | null,
  models: ModelIndex | null,
): Finding {
  if (minimum === null) return notApplicable('The policy sets no feature minimum for iOS.');
  const required = formatAppleVersion(minimum);
  const version = parseAppleVersion(device.osVersion);
  if (version === null) {
    return unknown(
      device.osVersion,
      required,
      `"${device.osVersion ?? 'no value'}" is no iOS version that can be compared.`,
    );
  }
  if (compareAppleVersions(version, minimum) >= 0)
    return pass(device.osVersion, required, 'The iOS version can do encrypted RCS.');
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
  return fail(device.osVersion, required, `iOS has to be updated to ${required} or later.`);
}

export function androidFeatureMinimum(device: ManagedDevice, minimum: string | null): Finding {
  if (minimum === null) return notApplicable('The policy sets no Android minimum.');
  const required = `Android ${minimum}`;
  const level = apiLevelOf(device);
  if (level === null)
    return unknown(
      device.osVersion,
      required,
      `"${device.osVersion ?? 'no value'}" is no Android release that can be compared.`,
    );
  return level >= (androidApiLevel(minimum) ?? 0)
    ? pass(device.osVersion, required, 'The Android release is recent enough.')
    : fail(device.osVersion, required, `Android has to be updated to ${minimum} or later, or the phone replaced.`);
}
