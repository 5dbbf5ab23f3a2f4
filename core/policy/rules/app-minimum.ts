import type { InstalledApp, ManagedDevice } from '../../device/managed-device';
import { compareAppVersions } from '../../device/messages-version';
import type { AppVersion } from '../../device/messages-version';
import type { AppPolicy } from '../schema';
import { fail, notApplicable, pass, unknown } from './finding';
import type { Finding, PhoneRule } from './finding';

/**
 * A watched app is there and new enough. An app list that the MDM cannot see is unknown, never missing
 * (facts/peers.md §6 no. 21); codes are compared with codes, names with names (facts/rcs-carrier.md §4.3).
 */
export function appMinimum(app: AppPolicy): PhoneRule {
  const name = app.name ?? app.id;
  const minimum: AppVersion | null =
    app.minimum === undefined
      ? null
      : { versionCode: app.minimum.versionCode ?? null, version: app.minimum.versionName ?? null };
  const required = minimum === null ? 'installed' : (shownVersion(minimum) ?? 'installed');
  const source = app.evidence === undefined ? '' : ` Minimum: ${app.evidence}.`;
  const outside = outsideModes(app, name);
  const unseen = unknown(null, required, `The MDM does not show ${name} here, installed or not.`);
  const missing = app.required
    ? fail('not installed', required, `${name} is not installed.`)
    : notApplicable(`${name} is not installed and not required.`);

  const judgeVersion = (installed: InstalledApp): Finding => {
    const observed = shownVersion(installed);
    if (minimum === null) return pass(observed, required, `${name} is installed.`);
    switch (compare(installed, minimum)) {
      case 'lower':
        return fail(observed, required, `${name} has to be updated.${source}`);
      case 'unknown':
        return unknown(observed, required, `The version of ${name} cannot be compared with the minimum.${source}`);
      default:
        return pass(observed, required, `${name} is new enough.${source}`);
    }
  };
  return {
    id: `app.minimum:${app.id}`,
    rung: 'app',
    source: 'apps',
    judge(device) {
      const skipped = outside(device);
      if (skipped !== null) return skipped;
      const installed = findApp(device, app.id);
      if (installed === 'unseen') return unseen;
      return installed === null ? missing : judgeVersion(installed);
    },
  };
}

/** Names of other apps have no order that is known; equal ones are still equal. */
function compare(installed: InstalledApp, minimum: AppVersion): ReturnType<typeof compareAppVersions> {
  const comparison = compareAppVersions(installed, minimum);
  return comparison === 'unknown' && installed.version !== null && installed.version === minimum.version
    ? 'equal'
    : comparison;
}

/** The answer for phones in whose management mode the app is not judged; null for the others. */
export function outsideModes(app: AppPolicy, name: string): (device: ManagedDevice) => Finding | null {
  if (app.modes === undefined) return () => null;
  const modes: ReadonlySet<string> = new Set(app.modes);
  return ({ management: { mode } }) =>
    modes.has(mode) ? null : notApplicable(`${name} is not judged on phones managed as ${mode}.`);
}

/** The app as the device shows it; null: observed, not installed; `unseen`: this enrollment does not tell. */
export function findApp({ apps, answeredApps }: ManagedDevice, id: string): InstalledApp | null | 'unseen' {
  if (apps === null) return 'unseen';
  for (const app of apps) if (app.id === id) return app;
  return answeredApps === undefined || answeredApps.includes(id) ? null : 'unseen';
}

/** The version as people read it: the name, else the code. */
export function shownVersion({ version, versionCode }: AppVersion): string | null {
  return version ?? (versionCode === null ? null : String(versionCode));
}
