/**
 * Times of Workspace ONE UEM. Those of the search carry no zone and are not UTC but in the zone of the API account;
 * those of the v2 device carry a `Z` (facts/workspace-one.md §2.1, the time zone trap).
 */
import { isoOf } from '../fleet/iso-time';

const MINUTE_MS = 60_000;

/** "Never" in the search (facts/workspace-one.md §2.1). */
export const NEVER = '0001-01-01T00:00:00.000';

/** `2021-06-28T02:59:29.077`: local time of a zone so many minutes ahead of UTC. @param ms since the epoch. */
export function zonelessTime(ms: number, offsetMinutes: number): string {
  return isoOf(ms + offsetMinutes * MINUTE_MS).slice(0, 23);
}

/** `2021-06-28T01:59:29.077Z`. @param ms since the epoch. */
export function zonedTime(ms: number): string {
  return isoOf(ms);
}

const LAYOUT = /^(\d{4})[-/](\d{2})[-/](\d{2})(?:[T ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,7}))?)?(Z|[+-]\d{2}:\d{2})?$/;

/**
 * Reads a date of a query: `yyyy-MM-dd`, `yyyy/MM/dd HH:mm:ss.fff`, `yyyy-MM-ddTHH:mm:ss.fff`, with or without zone
 * (facts/workspace-one.md §2.3). Without one it is local to the account.
 * @returns milliseconds since the epoch; null for any other text.
 */
export function readQueryTime(text: string, offsetMinutes: number): number | null {
  const found = LAYOUT.exec(text.trim());
  if (found === null) return null;
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '0', zone] = found;
  const iso = `${year ?? ''}-${month ?? ''}-${day ?? ''}T${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}`;
  const ms = Date.parse(`${iso}${zone ?? 'Z'}`);
  if (Number.isNaN(ms)) return null;
  return zone === undefined ? ms - offsetMinutes * MINUTE_MS : ms;
}
