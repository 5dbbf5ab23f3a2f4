import { buildChannel } from '../../device/apple-build';
import { parseAppleVersion } from '../../device/compare-apple-version';
import type { ManagedDevice } from '../../device/managed-device';
import { messagesChannel } from '../../device/messages-version';
import type { AppPolicy } from '../schema';
import { shown } from './app-minimum';
import { fail, notApplicable, pass, unknown } from './finding';
import type { Finding } from './finding';

/** The phone runs a released OS. Betas print the final version: only the build tells them (facts/rcs-carrier.md §4.1). */
export function osChannel(device: ManagedDevice, allowBeta: boolean): Finding {
  if (allowBeta) return notApplicable('The policy allows beta releases.');
  const version = parseAppleVersion(device.osVersion);
  if (version !== null && version.stage !== 2)
    return fail(device.osVersion, 'release', 'The phone runs a beta of iOS.');
  const channel = buildChannel(device.osBuild);
  switch (channel) {
    case 'beta':
      return fail(device.osBuild, 'release', 'The phone runs a beta of iOS.');
    case 'release':
    case 'improvement':
      return pass(device.osBuild, 'release', 'The phone runs a released iOS.');
    default:
      return unknown(
        device.osBuild,
        'release',
        'The build of iOS is not known, and only the build tells betas from releases.',
      );
  }
}

/** A watched app comes from the vetted track; a newer build from another track is drift, not progress. */
export function appChannel(device: ManagedDevice, app: AppPolicy): Finding {
  const name = app.name ?? app.id;
  if (app.track === 'any') return notApplicable(`The policy vets no track of ${name}.`);
  if (app.modes !== undefined && !app.modes.includes(device.management.mode)) {
    return notApplicable(`${name} is not judged on phones managed as ${device.management.mode}.`);
  }
  if (device.apps === null)
    return unknown(null, app.track, `This kind of enrollment does not show apps: the track of ${name} cannot be seen.`);
  const installed = device.apps.find(({ id }) => id === app.id);
  if (installed === undefined) return notApplicable(`${name} is not installed.`);
  const track = installed.track ?? messagesChannel(installed.version);
  if (track === 'unknown')
    return unknown(shown(installed), app.track, `The version of ${name} does not show its track.`);
  return track === app.track
    ? pass(track, app.track, `${name} comes from the vetted track.`)
    : fail(track, app.track, `${name} comes from the track "${track}", which is not the vetted one.`);
}
