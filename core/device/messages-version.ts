/** Versions of Google Messages and Carrier Services. Rules: facts/rcs-carrier.md §4.3. */

export const GOOGLE_MESSAGES = 'com.google.android.apps.messaging';
export const CARRIER_SERVICES = 'com.google.android.ims';

export type AppChannel = 'production' | 'openbeta' | 'unknown';
export type AppComparison = 'lower' | 'equal' | 'higher' | 'unknown';

export interface AppVersion {
  readonly versionCode: number | null;
  readonly version: string | null;
}

interface MessagesName {
  readonly date: number;
  readonly build: number;
  readonly candidate: number;
  readonly suffix: string;
}

const NAME = /^messages\.android_(\d{8})_(\d{2})_rc(\d{2})(\.[a-z_.]+)?$/i;

export function parseMessagesName(text: string | null): MessagesName | null {
  const match = NAME.exec(text?.trim() ?? '');
  if (match === null) return null;
  const [, date = '', build = '', candidate = '', suffix = ''] = match;
  return { date: Number(date), build: Number(build), candidate: Number(candidate), suffix: suffix.toLowerCase() };
}

export function compareMessagesNames(one: MessagesName, other: MessagesName): number {
  return one.date - other.date || one.build - other.build || one.candidate - other.candidate;
}

/** The release channel that a version name shows; names without a suffix do not tell. */
export function messagesChannel(text: string | null): AppChannel {
  const suffix = parseMessagesName(text)?.suffix ?? '';
  if (suffix.includes('openbeta')) return 'openbeta';
  return suffix === '.phone_dynamic' ? 'production' : 'unknown';
}

/**
 * The low three digits of a version code tell the variant (processor, density), not the release: they are cut before
 * two codes compare, and before a minimum is sent anywhere.
 */
export function releaseOfCode(versionCode: number): number {
  return Math.floor(versionCode / 1000);
}

/**
 * Compares an installed version with a minimum of the same app. Codes with codes, else names with names; never a code
 * with a name, and never the codes of two apps. A name without the known form is opaque: only equality can be told.
 */
export function compareAppVersions(installed: AppVersion, minimum: AppVersion): AppComparison {
  if (installed.versionCode !== null && minimum.versionCode !== null) {
    return sign(releaseOfCode(installed.versionCode) - releaseOfCode(minimum.versionCode));
  }
  const [left, right] = [parseMessagesName(installed.version), parseMessagesName(minimum.version)];
  return left === null || right === null ? 'unknown' : sign(compareMessagesNames(left, right));
}

function sign(difference: number): AppComparison {
  return difference < 0 ? 'lower' : difference > 0 ? 'higher' : 'equal';
}
