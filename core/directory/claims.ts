/**
 * A number that changes hands: the new holder claims it, the present one has time to object, and only then is the key
 * replaced (facts/key-directory.md §1.4). One claim at a time; who comes second waits until the first has ended.
 */
import { formatTime } from '../device/iso-time';
import type { E164 } from '../device/managed-device';
import type { DirectoryContext } from './context';
import { NotFoundError } from './errors';
import type { Entry } from './entry';
import { DAY_MS } from './ports';
import { readPhone } from './read-publish-request';
import { readReason } from './read-reason';
import type { Claim, NumberRecord } from './records';
import { tryAgain } from './try-again';

/** Reason of a claim that nobody used. */
export const CLAIM_EXPIRED = 'expired';

export type Claimant = Claim['claimant'];

/** The claim that counts at the moment; null where there is none or it ran out. */
export function openClaim({ claim }: NumberRecord, now: number): Claim | null {
  return claim !== null && Date.parse(claim.expiresAt) > now ? claim : null;
}

/** Whether the claimant may publish although another live key holds the number. */
export function isUsable({ state, opensAt }: Claim, now: number): boolean {
  return state === 'confirmed' || Date.parse(opensAt) <= now;
}

/** The same device in the same hands. Where an MDM does not say who has it, the device decides. */
export function isSameParty(one: Claimant, other: Claimant): boolean {
  const known = one.person !== null && other.person !== null;
  return one.deviceKey === other.deviceKey && (!known || one.person === other.person);
}

export function makeClaim(
  { ports: { clock, random }, settings }: DirectoryContext,
  phone: E164,
  { deviceKey, person }: Claimant,
  holder: Entry,
): Claim {
  const now = clock.now();
  const opens = now + settings.claimWaitingDays * DAY_MS;
  return {
    claimId: random.id(),
    phone,
    state: 'waiting',
    claimant: { deviceKey, person },
    holder: { entryId: holder.entryId, deviceKey: holder.device.deviceKey },
    claimedAt: formatTime(now),
    opensAt: formatTime(opens),
    expiresAt: formatTime(opens + settings.claimOpenDays * DAY_MS),
    changedAt: formatTime(now),
    reason: null,
  };
}

export function endClaim(claim: Claim, state: 'completed' | 'cancelled', now: number, reason: string | null): Claim {
  return { ...claim, state, changedAt: formatTime(now), reason };
}

/** All claims to the number, oldest first. */
export async function claimsOf({ entries }: DirectoryContext, phone: string): Promise<readonly Claim[]> {
  const claims = await entries.claims(readPhone(phone));
  return claims.toSorted((one, other) => (one.claimedAt < other.claimedAt ? -1 : 1));
}

export interface ClaimReference {
  readonly phone: string;
  readonly claimId: string;
}

/** The present holder, or whoever speaks for it, gives the number up: the claimant need not wait any longer. */
export function confirmClaim(context: DirectoryContext, reference: ClaimReference): Promise<Claim> {
  return changeClaim(context, reference, (claim, now) => ({
    ...claim,
    state: 'confirmed',
    changedAt: formatTime(now),
  }));
}

/** The present holder keeps the number. The claimant may claim it anew. */
export function cancelClaim(
  context: DirectoryContext,
  { reason, ...reference }: ClaimReference & { readonly reason: string },
): Promise<Claim> {
  const checked = readReason(reason);
  return changeClaim(context, reference, (claim, now) => endClaim(claim, 'cancelled', now, checked));
}

/** @throws {NotFoundError} where this claim is not the open one of the number. */
function changeClaim(
  { ports, entries }: DirectoryContext,
  { phone, claimId }: ClaimReference,
  change: (claim: Claim, now: number) => Claim,
): Promise<Claim> {
  const number = readPhone(phone);
  return tryAgain(ports, async () => {
    const now = ports.clock.now();
    const row = await entries.getNumber(number);
    const claim = row === null ? null : openClaim(row.value, now);
    if (row === null || claim?.claimId !== claimId) throw new NotFoundError('claim');
    const changed = change(claim, now);
    const open = changed.state === 'cancelled' ? null : changed;
    const written = await entries.putNumber({ ...row.value, claim: open }, row.etag, [changed]);
    return written ? { done: changed } : { again: null };
  });
}
