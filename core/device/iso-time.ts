/** Times of vendors as UTC ISO 8601 with milliseconds. Sentinels that mean "never" become null. */
import type { IsoTime } from './managed-device';

const GENERAL =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i;
const US = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?: (\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)? ?(AM|PM)?)?$/i;
const DOTNET = /^\/Date\((-?\d{1,15})(?:[+-]\d{4})?\)\/$/;

/** Years of sentinels: 0001 is "never" (facts/workspace-one.md §2.1), 9999 "no end" (facts/intune-graph.md §1.2). */
const FIRST_YEAR = 1970;
const LAST_YEAR = 2200;

/** @param milliseconds since the epoch. @throws {RangeError} for what is no time. */
export function formatTime(milliseconds: number): IsoTime {
  return new Date(milliseconds).toISOString() as IsoTime;
}

/**
 * Reads a vendor's time. Layouts: RFC 3339 with up to nine fractional digits, the same without zone or with a space,
 * a date alone, `MM/dd/yyyy[ HH:mm:ss]`, `M/d/yyyy h:mm:ss AM`, `/Date(ms)/`. Never day before month.
 *
 * @param offsetMinutes how far the clock of zone-less times is ahead of UTC.
 * @returns null for absent, unreadable and sentinel values.
 */
export function parseTime(text: string | null | undefined, offsetMinutes = 0): IsoTime | null {
  if (text === null || text === undefined) return null;
  const common = readCommon(text);
  if (common !== undefined) return common;
  const milliseconds = readOther(text.trim(), offsetMinutes);
  if (milliseconds === null || Number.isNaN(milliseconds)) return null;
  const year = new Date(milliseconds).getUTCFullYear();
  return year < FIRST_YEAR || year > LAST_YEAR ? null : formatTime(milliseconds);
}

/**
 * `2026-11-21T08:15:30.6Z`, with any number of fractional digits: nearly all that vendors send, many times per device.
 * @returns undefined for another layout; null for a time that does not exist (checked by rule, since Date would move
 * 30 February to March) and for sentinels.
 */
function readCommon(text: string): IsoTime | null | undefined {
  const { length } = text;
  if (length < 20 || length > 30 || text.charCodeAt(length - 1) !== 90 /* Z */) return undefined;
  const year = digitsAt(text, 0, 4);
  const month = digitsAt(text, 5, 7);
  const day = digitsAt(text, 8, 10);
  const hour = digitsAt(text, 11, 13);
  const minute = digitsAt(text, 14, 16);
  const second = digitsAt(text, 17, 19);
  const fraction = length === 20 ? 0 : digitsAt(text, 20, length - 1);
  // NaN, which stands for "no digits", stays NaN in a sum.
  if (Number.isNaN(year + month + day + hour + minute + second + fraction)) return undefined;
  if (text[4] !== '-' || text[7] !== '-' || text[10] !== 'T' || text[13] !== ':' || text[16] !== ':') return undefined;
  if (length > 20 && (text[19] !== '.' || length === 21)) return undefined;
  if (year < FIRST_YEAR || year > LAST_YEAR || !isCalendarDate(year, month, day)) return null;
  if (hour > 23 || minute > 59 || second > 59) return null;
  const iso = length === 24 ? text : `${text.slice(0, 19)}.${text.slice(20, Math.min(23, length - 1)).padEnd(3, '0')}Z`;
  return iso as IsoTime;
}

/** The digits of [from, to) as a number; NaN where something else stands there. */
function digitsAt(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** True for a date that exists in the Gregorian calendar. */
export function isCalendarDate(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const length = month === 2 ? (leap ? 29 : 28) : month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return day <= length;
}

function readOther(text: string, offsetMinutes: number): number | null {
  const general = GENERAL.exec(text);
  if (general !== null) {
    const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone] = general;
    const local = utc(year, month, day, hour, minute, second, fraction);
    return local === null ? null : local - (zone === undefined ? offsetMinutes : zoneMinutes(zone)) * 60_000;
  }
  const us = US.exec(text);
  if (us !== null) {
    const [, month, day, year, hour = '0', minute = '0', second = '0', fraction = '', half] = us;
    const local = utc(year, month, day, half === undefined ? hour : to24(Number(hour), half), minute, second, fraction);
    return local === null ? null : local - offsetMinutes * 60_000;
  }
  const dotnet = DOTNET.exec(text);
  return dotnet === null ? null : Number(dotnet[1]);
}

function utc(
  year = '0',
  month = '0',
  day = '0',
  hour: string,
  minute: string,
  second: string,
  fraction: string,
): number | null {
  if (!isCalendarDate(Number(year), Number(month), Number(day))) return null;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  const milliseconds = Number(fraction.slice(0, 3).padEnd(3, '0'));
  const date = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    milliseconds,
  );
  // Date.UTC takes the years 0 to 99 for 1900 to 1999: the sentinel 0001 must not become 1901.
  return Number(year) < 100 ? null : date;
}

/** `13 PM` is no time: it comes back as 24, which is no hour. */
function to24(hour: number, half: string): string {
  return hour < 1 || hour > 12 ? '24' : String((hour % 12) + (half.toUpperCase() === 'PM' ? 12 : 0));
}

function zoneMinutes(zone: string): number {
  if (zone.toUpperCase() === 'Z') return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  const digits = zone.replace(/\D/g, '');
  return sign * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2)));
}
