/**
 * Times of the searches, which bear no zone and are of the API account's (facts/workspace-one.md §2.1). A million rows
 * carry three of them each, nearly all in one layout and within some thousand different hours: the hour is read once and
 * remembered, minutes and below are copied. Every other layout takes the general way.
 */
import { parseTime } from '../../core/device/iso-time';
import type { IsoTime } from '../../core/device/managed-device';

/** `2026-11-25T08` as the account prints it, to the same hour in UTC; null for a sentinel. */
type Hours = Map<string, string | null>;

const byOffset = new Map<number, Hours>();
/** Two years of hours; then it is forgotten. */
const MAX_HOURS = 20_000;

const WHOLE = /^\d{4}-\d{2}-\d{2}T\d{2}:[0-5]\d:[0-5]\d\.\d{3}$/;

/** @param offsetMinutes how far the account's clock is ahead of UTC. @returns null for "never" and for what is no time. */
export function readAccountTime(text: string | null | undefined, offsetMinutes: number): IsoTime | null {
  if (text === null || text === undefined || text === '') return null;
  // Only whole hours leave the minutes as they are.
  if (text.length !== 23 || offsetMinutes % 60 !== 0 || !WHOLE.test(text)) return parseTime(text, offsetMinutes);
  const hours = hoursFor(offsetMinutes);
  const local = text.slice(0, 13);
  let utc = hours.get(local);
  if (utc === undefined) {
    utc = parseTime(`${local}:00:00.000`, offsetMinutes)?.slice(0, 13) ?? null;
    if (hours.size >= MAX_HOURS) hours.clear();
    hours.set(local, utc);
  }
  return utc === null ? null : (`${utc}${text.slice(13)}Z` as IsoTime);
}

function hoursFor(offsetMinutes: number): Hours {
  const known = byOffset.get(offsetMinutes);
  if (known !== undefined) return known;
  const hours: Hours = new Map();
  byOffset.set(offsetMinutes, hours);
  return hours;
}
