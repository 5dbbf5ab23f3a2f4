/** Why a person suspends, reinstates, revokes or cancels: signed and answered, so it must be there and be short. */
import { BadRequestError } from './errors';

const MAX_CHARACTERS = 200;

/** Another device took the number over, after its claim. */
export const SUPERSEDED = 'superseded';
/** The entry had run out when another device took its number. */
export const SUPERSEDED_EXPIRED = 'superseded-expired';
/** Reasons of the directory itself: they say nothing against the key, so that no person may give them. */
const OWN: ReadonlySet<string | null> = new Set([SUPERSEDED, SUPERSEDED_EXPIRED]);

/** Whether the directory itself ended the entry because its number moved on. */
export function isOwnReason(reason: string | null): boolean {
  return OWN.has(reason);
}

/** @throws {BadRequestError} */
export function readReason(text: string): string {
  const reason = text.trim();
  if (reason === '' || reason.length > MAX_CHARACTERS || /\p{Cc}/u.test(reason) || !reason.isWellFormed()) {
    throw new BadRequestError('reason', `must be a text of 1 to ${MAX_CHARACTERS} characters in one line`);
  }
  if (isOwnReason(reason)) throw new BadRequestError('reason', 'is a word that the directory itself uses: say more');
  return reason;
}
