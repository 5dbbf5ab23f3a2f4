/** Android releases as API levels. Rules: facts/rcs-carrier.md §4.2. */

const API: Readonly<Record<string, number>> = {
  '17': 37,
  '16': 36,
  '15': 35,
  '14': 34,
  '13': 33,
  '12.1': 32,
  '12': 31,
  '11': 30,
  '10': 29,
  '9': 28,
  '8.1': 27,
  '8': 26,
  '7.1': 25,
  '7': 24,
  '6': 23,
  '5.1': 22,
  '5': 21,
};
const NEWEST = { release: 17, level: 37 };
/** A number above this is rather an API level in the wrong field than a release of the next years. */
const LAST_BELIEVABLE = 24;

/**
 * `16`, `16.0`, `Android 16`, `12L`, `16 QPR2` → API level. Codenames of previews and unknown releases → null.
 * Releases after the newest known one count on from it, one level a release: whatever their level is, they are newer.
 */
export function androidApiLevel(release: string | null | undefined): number | null {
  if (release === null || release === undefined) return null;
  const match = /^(?:android\s+)?(\d{1,2})(l|(?:\.(\d{1,2}))?(?:\.\d{1,2})?)(?:[\s_-].*)?$/i.exec(release.trim());
  if (match === null) return null;
  const [, major = '', rest = '', minor = '0'] = match;
  if (rest.toLowerCase() === 'l') return major === '12' ? 32 : null;
  const known = API[minor === '0' ? major : `${major}.${minor}`] ?? API[major];
  if (known !== undefined) return known;
  const number = Number(major);
  return number > NEWEST.release && number <= LAST_BELIEVABLE ? NEWEST.level + number - NEWEST.release : null;
}

/** The level the MDM states, else the one its release stands for. */
export function apiLevelOf(device: {
  readonly apiLevel: number | null;
  readonly osVersion: string | null;
}): number | null {
  return device.apiLevel ?? androidApiLevel(device.osVersion);
}
