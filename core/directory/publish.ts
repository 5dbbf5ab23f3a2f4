/**
 * Publishes a key for a number and a device: the first one, another one (rotation), the same one again (nothing happens),
 * or one for a number that someone else holds (a claim).
 */
import type { DirectoryContext } from './context';
import type { Entry } from './entry';
import type { EntryRow, NumberRow } from './entry-repository';
import { checkIfMatch } from './entry-tag';
import { EntrySuspendedError, NumberClaimedError } from './errors';
import { CLAIM_EXPIRED, endClaim, isSameParty, isUsable, makeClaim, openClaim } from './claims';
import { findingsOf, refuseRevoked } from './findings';
import type { Finding } from './findings';
import { entryKey } from './locate';
import { DAY_MS } from './ports';
import { readPublishRequest } from './read-publish-request';
import type { CheckedRequest, PublishRequest } from './read-publish-request';
import type { Locator, NumberRecord, Party } from './records';
import { SUPERSEDED, SUPERSEDED_EXPIRED } from './read-reason';
import { withStatus } from './set-status';
import { formatTime } from '../device/iso-time';
import { tryAgain } from './try-again';
import type { Attempt } from './try-again';
import { isLive, validityAt } from './validity';
import { LOCK_MS, changeEntry, writeRevision } from './write-revision';
import type { Draft } from './write-revision';

export interface Published {
  /** `created`: a new entry. `rotated`: another key. `renewed`: the same key with another end or source. */
  readonly outcome: 'created' | 'rotated' | 'renewed' | 'unchanged';
  readonly entry: Entry;
  readonly findings: readonly Finding[];
}

type Outcome = Omit<Published, 'findings'>;

/**
 * @param ifMatch the header; against the entry that stands under the number.
 * @throws {BadKeyError} {BadPhoneError} {BadRequestError} {UnknownDeviceError} {NumberClaimedError} {KeyRevokedError}
 *   {EntrySuspendedError} {PreconditionFailedError} {EntryBusyError}
 */
export async function publish(
  context: DirectoryContext,
  request: PublishRequest,
  ifMatch: string | null,
): Promise<Published> {
  const checked = await readPublishRequest(context, request);
  // One id for all attempts: what a lost one left behind is found again.
  const mine = partyOf(checked, context.ports.random.id());
  const outcome = await tryAgain(context.ports, () => attemptOf(context, checked, mine, ifMatch));
  return { ...outcome, findings: await findingsOf(context, outcome.entry) };
}

function partyOf({ device }: CheckedRequest, entryId: string): Party {
  const { deviceKey, person } = device;
  return { entryId, ...entryKey(device, entryId), deviceKey, person };
}

async function attemptOf(
  context: DirectoryContext,
  request: CheckedRequest,
  mine: Party,
  ifMatch: string | null,
): Promise<Attempt<Outcome>> {
  const { ports, entries } = context;
  const number = await entries.getNumber(request.phone);
  const row = number === null ? null : await entries.getEntry(number.value.holder);
  const present = row?.entry ?? null;
  checkIfMatch(ifMatch, present);
  if (number !== null && present !== null && present.status !== 'revoked' && isSameParty(number.value.holder, mine)) {
    return renew(context, request, number.value.holder, { row, present });
  }
  // Before anyone loses anything: a claim with such a key would end a live entry for nothing.
  await refuseRevoked(context, request.phone, request.key.fingerprint);
  if (number === null) return takeNumber(context, request, mine, null, null);
  if (present === null) return takeReserved(context, request, mine, number, row);
  const { holder } = number.value;
  const now = ports.clock.now();
  const claim = openClaim(number.value, now);
  if (claim !== null && !isSameParty(claim.claimant, mine)) throw new NumberClaimedError(request.phone, null);
  if (present.status === 'revoked') return takeNumber(context, request, mine, number, present);
  if (!isLive(present, now)) return revokeFirst(context, holder, SUPERSEDED_EXPIRED);
  if (claim !== null && isUsable(claim, now)) return revokeFirst(context, holder, SUPERSEDED);
  if (claim !== null) throw new NumberClaimedError(request.phone, claim);
  return claimNumber(context, request, mine, number, present);
}

/** The holder is revoked before the number moves on: then its last word never changes, and two keys never live at once. */
async function revokeFirst(context: DirectoryContext, holder: Locator, reason: string): Promise<Attempt<never>> {
  await changeEntry(context, holder, (entry) =>
    entry.status === 'revoked' ? null : withStatus(entry, 'revoked', reason),
  );
  return { again: null };
}

async function claimNumber(
  context: DirectoryContext,
  { phone }: CheckedRequest,
  mine: Party,
  { value, etag }: NumberRow,
  present: Entry,
): Promise<Attempt<never>> {
  const claim = makeClaim(context, phone, mine, present);
  const now = context.ports.clock.now();
  // One that ran out unused ends with the next.
  const ended = value.claim === null ? [] : [endClaim(value.claim, 'cancelled', now, CLAIM_EXPIRED)];
  if (!(await context.entries.putNumber({ ...value, claim }, etag, [...ended, claim]))) return { again: null };
  throw new NumberClaimedError(phone, claim);
}

/** The number belongs to an entry that was never published: its writer is at work, or died. */
async function takeReserved(
  context: DirectoryContext,
  request: CheckedRequest,
  mine: Party,
  number: NumberRow,
  row: EntryRow | null,
): Promise<Attempt<Outcome>> {
  const { ports, entries } = context;
  const { holder, until } = number.value;
  if (row?.head.state === 'abandoned') return takeNumber(context, request, mine, number, null);
  if (isSameParty(holder, mine)) return publishFirst(context, request, holder, row);
  const busy = Math.max(until, row?.head.lock?.until ?? 0);
  if (busy > ports.clock.now()) return { again: busy };
  return (await entries.abandon(holder, row)) ? takeNumber(context, request, mine, number, null) : { again: null };
}

/** @param before the entry that stands under the number, revoked; null where there is none. */
async function takeNumber(
  context: DirectoryContext,
  request: CheckedRequest,
  mine: Party,
  number: NumberRow | null,
  before: Entry | null,
): Promise<Attempt<Outcome>> {
  const { ports, entries, settings } = context;
  await entries.putId(locatorOf(mine));
  const now = ports.clock.now();
  const claim = number?.value.claim ?? null;
  const used = claim !== null && isSameParty(claim.claimant, mine);
  const value: NumberRecord = {
    v: 1,
    phone: request.phone,
    holder: mine,
    // Who waited for days does not lose the number to a crash.
    until: now + (used ? settings.claimOpenDays * DAY_MS : LOCK_MS),
    previous: before?.jws ?? number?.value.previous ?? null,
    claim: null,
  };
  const ended =
    claim === null ? [] : [endClaim(claim, used ? 'completed' : 'cancelled', now, used ? null : CLAIM_EXPIRED)];
  if (!(await entries.putNumber(value, number?.etag ?? null, ended))) return { again: null };
  return publishFirst(context, request, mine, null);
}

async function publishFirst(
  context: DirectoryContext,
  request: CheckedRequest,
  holder: Party,
  row: EntryRow | null,
): Promise<Attempt<Outcome>> {
  const where = locatorOf(holder);
  await context.entries.putKeyHint(request.key.fingerprint, request.phone, where);
  const attempt = await writeRevision(context, where, row, draftOf(context, request));
  return 'done' in attempt ? { done: { outcome: 'created', entry: attempt.done } } : attempt;
}

/** Another revision of the entry, or none where the same key comes again and nothing else is asked for. */
async function renew(
  context: DirectoryContext,
  request: CheckedRequest,
  holder: Party,
  { row, present }: { readonly row: EntryRow | null; readonly present: Entry },
): Promise<Attempt<Outcome>> {
  const { key } = request;
  const isSameKey = present.fingerprint === key.fingerprint;
  const expired = validityAt(present, context.ports.clock.now()) === 'expired';
  const asked =
    (request.notAfter !== null && request.notAfter !== present.notAfter) ||
    (request.keySource !== null && request.keySource !== present.keySource);
  if (isSameKey && !expired && !asked) return { done: { outcome: 'unchanged', entry: present } };
  if (present.status === 'suspended') throw new EntrySuspendedError();
  const draft = draftOf(context, request);
  const next: Draft =
    isSameKey && !expired
      ? {
          ...draft,
          keySource: draft.keySource ?? present.keySource,
          notBefore: present.notBefore,
          notAfter: request.notAfter ?? present.notAfter,
        }
      : draft;
  if (!isSameKey) {
    await refuseRevoked(context, request.phone, key.fingerprint);
    await context.entries.putKeyHint(key.fingerprint, request.phone, locatorOf(holder));
  }
  const attempt = await writeRevision(context, locatorOf(holder), row, next);
  return 'done' in attempt ? { done: { outcome: isSameKey ? 'renewed' : 'rotated', entry: attempt.done } } : attempt;
}

function draftOf({ ports }: DirectoryContext, request: CheckedRequest): Draft {
  const { phone, key, keySource, device, notAfter, defaultNotAfter } = request;
  return {
    phone,
    status: 'active',
    keyType: key.keyType,
    publicKey: key.spki.toString('base64'),
    fingerprint: key.fingerprint,
    device: { deviceKey: device.deviceKey, enrolledAt: device.enrolledAt },
    keySource,
    notBefore: formatTime(ports.clock.now()),
    notAfter: notAfter ?? defaultNotAfter,
    reason: null,
  };
}

function locatorOf({ entryId, partition, row }: Locator): Locator {
  return { entryId, partition, row };
}
