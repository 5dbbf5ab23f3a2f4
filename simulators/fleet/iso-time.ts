/** ISO times of a million rows: `Date.prototype.toISOString` is the dearest part of an answer, so the date part is kept. */

const DAY_MS = 86_400_000;
const dates = new Map<number, string>();
const TWO = Array.from({ length: 100 }, (_, n) => String(n).padStart(2, '0'));

function dateOf(day: number): string {
  const known = dates.get(day);
  if (known !== undefined) return known;
  // Bounded by the years a fleet spans; a caller with odd times must not fill the memory.
  if (dates.size > 20_000) dates.clear();
  const text = new Date(day * DAY_MS).toISOString().slice(0, 10);
  dates.set(day, text);
  return text;
}

/** `YYYY-MM-DDTHH:mm:ss`, UTC, without fraction and zone. @param ms since the epoch. */
export function secondsOf(ms: number): string {
  const day = Math.floor(ms / DAY_MS);
  const second = Math.floor((ms - day * DAY_MS) / 1000);
  const minute = Math.floor(second / 60);
  return `${dateOf(day)}T${TWO[Math.floor(minute / 60)] ?? ''}:${TWO[minute % 60] ?? ''}:${TWO[second % 60] ?? ''}`;
}

/** `YYYY-MM-DDTHH:mm:ss.SSSZ`. */
export function isoOf(ms: number): string {
  return `${secondsOf(ms)}.${String(ms - Math.floor(ms / 1000) * 1000).padStart(3, '0')}Z`;
}

/** `YYYY-MM-DD`. */
export function dayOf(ms: number): string {
  return dateOf(Math.floor(ms / DAY_MS));
}
