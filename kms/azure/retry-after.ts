/**
 * Reads `Retry-After` (RFC 9110 §10.2.3): whole seconds or an HTTP date.
 * @returns the moment to come back, in milliseconds since the epoch and never before `now`; null where there is none to read.
 */
export function readRetryAfter(header: string | null, now: number): number | null {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return now + Number(text) * 1000;
  // A date begins with a weekday; Date.parse alone would take "1" for a year.
  if (!/^[A-Za-z]{3,9},? /.test(text)) return null;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(date, now);
}
