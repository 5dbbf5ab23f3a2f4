/** Whether an entry counts at a moment: signed times against the clock, whatever its status. */
import type { EntryFields } from './entry';

export type Validity = 'valid' | 'not-yet-valid' | 'expired';

/** @param now milliseconds since the epoch. */
export function validityAt(
  { notBefore, notAfter }: Pick<EntryFields, 'notBefore' | 'notAfter'>,
  now: number,
): Validity {
  if (now < Date.parse(notBefore)) return 'not-yet-valid';
  return notAfter !== null && now >= Date.parse(notAfter) ? 'expired' : 'valid';
}

/** Holds its number against others: a suspension may end, an expiry or a revocation does not. */
export function isLive(entry: Pick<EntryFields, 'notBefore' | 'notAfter' | 'status'>, now: number): boolean {
  return entry.status !== 'revoked' && validityAt(entry, now) !== 'expired';
}
