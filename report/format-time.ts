/** Times as people read them: UTC, without a locale, so that the same report reads the same everywhere. */
import type { IsoTime } from '../core/device/managed-device';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** @param ms milliseconds since the epoch. */
export function isoTime(ms: number): IsoTime {
  return new Date(ms).toISOString() as IsoTime;
}

/** `25 Nov 2026, 08:00 UTC`; `never` for null. */
export function formatTime(time: string | null): string {
  if (time === null) return 'never';
  const date = new Date(time);
  const clock = date.toISOString().slice(11, 16);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()] ?? ''} ${date.getUTCFullYear()}, ${clock} UTC`;
}

/** `less than a minute`, `12 minutes`, `5 hours`, `3 days`; rounds down. */
export function formatAge(ms: number): string {
  if (ms < MINUTE) return 'less than a minute';
  const unit = ms < HOUR ? MINUTE : ms < 2 * DAY ? HOUR : DAY;
  const name = unit === MINUTE ? 'minute' : unit === HOUR ? 'hour' : 'day';
  const value = Math.floor(ms / unit);
  return `${value} ${name}${value === 1 ? '' : 's'}`;
}

/** `1 s`, `4 min 10 s`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
