/** Versions of Google Messages, Carrier Services and other watched apps. Rules: facts/rcs-carrier.md §4.3. */

export const GOOGLE_MESSAGES = 'com.google.android.apps.messaging';
export const CARRIER_SERVICES = 'com.google.android.ims';

export type AppChannel = 'production' | 'openbeta' | 'unknown';
export type AppComparison = 'lower' | 'equal' | 'higher' | 'unknown';

export interface AppVersion {
  readonly versionCode: number | null;
  readonly version: string | null;
}

/** A version name of Google Messages: date of the build, number in the day's series, release candidate, flavour. */
export interface MessagesName {
  /** As a number, e.g. 20260817. */
  readonly date: number;
  readonly build: number;
  readonly candidate: number;
  /** Lower case with its dot, e.g. `.phone_dynamic`; empty in short reports. */
  readonly suffix: string;
}

const NAME = /^messages\.android_(\d{8})_(\d{2})_rc(\d{2})(\.[a-z_.]+)?$/i;
/** How the app names the same build to a carrier's configuration server: `20240213-01.03` (facts/rcs-carrier.md §1.3). */
const CLIENT_VERSION = /^(\d{8})-(\d{2})\.(\d{2})$/;
/** `4.13.0`, `4.13.0(52.2102042.000)` (facts/peers.md §5). */
const DOTTED = /^(\d{1,9}(?:\.\d{1,9}){0,5})\s*(?:\(.*\))?$/;

/** @returns null for any other form: names of other apps, and of other builds of this one, are opaque. */
export function parseMessagesName(text: string | null): MessagesName | null {
  const match = NAME.exec(text?.trim() ?? '');
  if (match === null) return null;
  const [, date = '', build = '', candidate = '', suffix = ''] = match;
  return { date: Number(date), build: Number(build), candidate: Number(candidate), suffix: suffix.toLowerCase() };
}

/** The build that a `client_version` of the configuration exchange stands for; it tells no flavour. */
export function parseClientVersion(text: string | null): MessagesName | null {
  const match = CLIENT_VERSION.exec(text?.trim() ?? '');
  if (match === null) return null;
  const [, date = '', build = '', candidate = ''] = match;
  return { date: Number(date), build: Number(build), candidate: Number(candidate), suffix: '' };
}

/** Negative, zero or positive, as for sort; the flavour does not order builds. */
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
 * The release inside a version code of Google Messages: the low three digits tell the variant (processor, density) and
 * are cut before two codes compare, and before a minimum is sent anywhere.
 */
export function releaseOfCode(versionCode: number): number {
  return Math.floor(versionCode / 1000);
}

/**
 * Compares an installed app with a minimum for the same app. Codes with codes, else names with names; never a code with
 * a name. Names of Google Messages compare by their form; those of Carrier Services are opaque, since no source tells
 * their scheme; other apps' names compare where both are dotted numbers.
 */
export function compareAppVersions(
  installed: AppVersion & { readonly id: string },
  minimum: AppVersion,
): AppComparison {
  const { id } = installed;
  if (installed.versionCode !== null && minimum.versionCode !== null) {
    return id === GOOGLE_MESSAGES
      ? outcome(releaseOfCode(installed.versionCode) - releaseOfCode(minimum.versionCode))
      : outcome(installed.versionCode - minimum.versionCode);
  }
  if (id === CARRIER_SERVICES) return 'unknown';
  if (id === GOOGLE_MESSAGES) {
    const [left, right] = [parseMessagesName(installed.version), parseMessagesName(minimum.version)];
    return left === null || right === null ? 'unknown' : outcome(compareMessagesNames(left, right));
  }
  const difference = compareDotted(installed.version, minimum.version);
  return difference === null ? 'unknown' : outcome(difference);
}

/** Part by part as numbers, missing parts 0; null where one of the two is no dotted number. */
function compareDotted(one: string | null, other: string | null): number | null {
  const [left, right] = [DOTTED.exec(one?.trim() ?? '')?.[1], DOTTED.exec(other?.trim() ?? '')?.[1]];
  if (left === undefined || right === undefined) return null;
  const [parts, others] = [left.split('.').map(Number), right.split('.').map(Number)];
  for (let at = 0; at < Math.max(parts.length, others.length); at += 1) {
    const difference = (parts[at] ?? 0) - (others[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function outcome(difference: number): AppComparison {
  return difference < 0 ? 'lower' : difference > 0 ? 'higher' : 'equal';
}
