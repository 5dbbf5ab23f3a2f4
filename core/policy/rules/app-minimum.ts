import type { InstalledApp, ManagedDevice } from '../../device/managed-device';
import { compareAppVersions } from '../../device/messages-version';
import type { AppPolicy } from '../schema';
import { fail, notApplicable, pass, unknown } from './finding';
import type { Finding } from './finding';

/**
 * A watched app is there and new enough. An app list that the MDM cannot see is unknown, never missing
 * (facts/peers.md §6 no. 21).
 */
export function appMinimum(device: ManagedDevice, app: AppPolicy): Finding {
  const name = app.name ?? app.id;
  if (app.modes !== undefined && !app.modes.includes(device.management.mode)) {
    return notApplicable(`${name} is not judged on phones managed as ${device.management.mode}.`);
  }
  const minimum = app.minimum;
  const required =
    minimum?.versionName ?? (minimum?.versionCode === undefined ? 'installed' : String(minimum.versionCode));
  if (device.apps === null)
    return unknown(null, required, `This kind of enrollment does not show apps: ${name} cannot be seen.`);
  const installed = device.apps.find(({ id }) => id === app.id);
  if (installed === undefined) {
    return app.required
      ? fail('not installed', required, `${name} is not installed.`)
      : notApplicable(`${name} is not installed and not required.`);
  }
  const observed = shown(installed);
  if (minimum === undefined) return pass(observed, required, `${name} is installed.`);
  const comparison = compareAppVersions(installed, {
    versionCode: minimum.versionCode ?? null,
    version: minimum.versionName ?? null,
  });
  switch (comparison) {
    case 'unknown':
      return unknown(observed, required, `The version of ${name} cannot be compared with the minimum.`);
    case 'lower':
      return fail(observed, required, `${name} has to be updated.`);
    default:
      return pass(observed, required, `${name} is new enough.`);
  }
}

export function shown({ version, versionCode }: InstalledApp): string | null {
  return version ?? (versionCode === null ? null : String(versionCode));
}
