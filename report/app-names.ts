/** Names of watched apps and their versions, alike whatever the MDM calls them. */
import type { InstalledApp } from '../core/device/managed-device';

const NAMES: Readonly<Record<string, string>> = {
  'com.google.android.apps.messaging': 'Google Messages',
  'com.google.android.ims': 'Carrier Services',
};

/** One MDM names an app, another gives its id alone: known apps have one name, so that their phones are one row. */
export function appName(id: string, name: string | null): string {
  return NAMES[id] ?? name ?? id;
}

/**
 * Google Messages names its builds `messages.android_….phone_dynamic`: a prefix that tells nothing, and the suffix of the
 * production track, which some reports leave out (facts/rcs-carrier.md §4.3).
 */
export function appVersion(version: string): string {
  return version.replace(/^messages\.android_|\.phone_dynamic$/gi, '');
}

/** e.g. `Google Messages 20260817_05_RC06`. */
export function appLabel({ id, name, version, versionCode }: InstalledApp): string {
  const shown = version === null ? (versionCode?.toString() ?? 'without version') : appVersion(version);
  return `${appName(id, name)} ${shown}`;
}
