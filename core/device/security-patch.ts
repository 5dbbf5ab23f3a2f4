/** Android security patch levels: dates, strictly `YYYY-MM-DD`. Rules: facts/rcs-carrier.md §4.2. */
import { isCalendarDate } from './iso-time';

const DAY_MS = 86_400_000;
/** Levels began with the bulletins of this year; earlier dates are sentinels such as `0001-01-01`. */
const FIRST_YEAR = 2015;
/** Vendors ship a level some weeks ahead of its date; one further ahead is a mistake or a lie. */
export const SUSPICIOUS_DAYS = 45;

/** @returns the level as it stands, or null for what is none; such strings compare as text. */
export function parsePatchLevel(text: string | null | undefined): string | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text ?? '');
  if (match === null) return null;
  const [whole, year, month, day] = match;
  if (Number(year) < FIRST_YEAR || !isCalendarDate(Number(year), Number(month), Number(day))) return null;
  return whole;
}

/** Whole days from the level to the given time; negative for a level that lies ahead. */
export function patchAgeDays(level: string, now: number): number {
  return Math.floor((now - Date.parse(`${level}T00:00:00.000Z`)) / DAY_MS);
}

/** A level that lies too far ahead of the given time (milliseconds since the epoch) to be believed. */
export function isSuspiciousPatch(level: string, now: number): boolean {
  return patchAgeDays(level, now) < -SUSPICIOUS_DAYS;
}
