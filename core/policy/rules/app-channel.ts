import type { InstalledApp } from '../../device/managed-device';
import { messagesChannel } from '../../device/messages-version';
import type { AppPolicy } from '../schema';
import { findApp, outsideModes, shownVersion } from './app-minimum';
import { fail, notApplicable, pass, unknown } from './finding';
import type { PhoneRule } from './finding';

/**
 * A watched app comes from the vetted track. A newer build from another track is drift, not progress
 * (facts/rcs-carrier.md §4.3).
 */
export function appChannel(app: AppPolicy): PhoneRule {
  const rule = { id: `channel.app:${app.id}`, rung: 'channel', source: 'apps' } as const;
  const name = app.name ?? app.id;
  if (app.track === 'any') {
    const notVetted = notApplicable(`The policy vets no track of ${name}.`);
    return { ...rule, source: 'policy', judge: () => notVetted };
  }
  const wanted = app.track;
  const outside = outsideModes(app, name);
  const unseen = unknown(null, wanted, `The MDM does not show ${name} here, nor its track.`);
  const missing = notApplicable(`${name} is not installed, so it comes from no track.`);
  const matches = pass(wanted, wanted, `${name} comes from the vetted track.`);
  return {
    ...rule,
    judge(device) {
      const skipped = outside(device);
      if (skipped !== null) return skipped;
      const installed = findApp(device, app.id);
      if (installed === 'unseen') return unseen;
      if (installed === null) return missing;
      const track = trackOf(installed);
      if (track === wanted) return matches;
      return track === null
        ? unknown(shownVersion(installed), wanted, `Neither the MDM nor the version of ${name} shows its track.`)
        : fail(track, wanted, `${name} comes from the track "${track}", which is not the vetted one.`);
    },
  };
}

/** What the MDM says, else what the version's name shows. */
function trackOf({ track, version }: InstalledApp): string | null {
  if (track !== null) return track.toLowerCase();
  const channel = messagesChannel(version);
  return channel === 'unknown' ? null : channel;
}
