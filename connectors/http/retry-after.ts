/**
 * Reads `Retry-After` (RFC 9110 §10.2.3): whole seconds or an HTTP date.
 * The wait is never shortened: the official Graph client clips it at 180 s and then fails (facts/intune-graph.md §2.3).
 *
 * @returns the moment to come back, in milliseconds since the epoch; null when the header is absent or unreadable.
 *   A date in the past gives `now`.
 */
export function readRetryAfter(header: string | undefined, now: number): number | null {
  if (header === undefined) return null;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return now + Number(text) * 1000;
  // Only the IMF-fixdate and its obsolete forms begin with a weekday; Date.parse alone would take "1" for a year.
  if (!/^[A-Za-z]{3,9},? /.test(text)) return null;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(date, now);
}
