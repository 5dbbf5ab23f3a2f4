/** What the rows of the directory hold. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { E164, IsoTime } from '../device/managed-device';
import { STATUSES } from './entry';
import type { Entry } from './entry';
import { DirectoryDamagedError } from './errors';
import { KEY_TYPES } from './public-key';
import { decodeEntry } from './verify-entry';

const time = z.string().transform((text) => text as IsoTime);

/** A writer that is about to sign the next revision; when the time is over, it is taken to be gone. */
const lock = z.object({ by: z.string(), until: z.number() });
export type Lock = Readonly<z.infer<typeof lock>>;

/**
 * The first line of an entry's row: what a pass over all entries wants to know, without the signature. Everything but the
 * lock repeats what the JWS in the second line says; the digest of the JWS lets a pass remember what it has verified.
 */
const publishedHead = z.object({
  v: z.literal(1),
  state: z.literal('published'),
  entryId: z.string(),
  phone: z.string(),
  deviceKey: z.string(),
  enrolledAt: time.nullable(),
  status: z.enum(STATUSES),
  revision: z.number(),
  keyType: z.enum(KEY_TYPES),
  fingerprint: z.string(),
  notBefore: time,
  notAfter: time.nullable(),
  changedAt: time,
  kid: z.string(),
  /** SHA-256 of the JWS, base64. */
  digest: z.string(),
  lock: lock.nullable(),
});
/**
 * `unpublished`: reserved, nothing signed yet. `abandoned`: whoever reserved it lost its number, and its late writes fail on
 * this row.
 */
const emptyHead = z.object({
  v: z.literal(1),
  state: z.enum(['unpublished', 'abandoned']),
  entryId: z.string(),
  lock: lock.nullable(),
});
const entryHead = z.discriminatedUnion('state', [publishedHead, emptyHead]);
export type EntryHead = Readonly<z.infer<typeof entryHead>>;
export type PublishedHead = Readonly<z.infer<typeof publishedHead>>;

export function encodeEmpty(state: 'unpublished' | 'abandoned', entryId: string, held: Lock | null): string {
  return `${JSON.stringify({ v: 1, state, entryId, lock: held } satisfies EntryHead)}\n`;
}

export function encodePublished(entry: Entry, held: Lock | null): string {
  const { entryId, phone, status, revision, keyType, fingerprint, notBefore, notAfter, changedAt, kid, jws } = entry;
  const { deviceKey, enrolledAt } = entry.device;
  const head: PublishedHead = {
    v: 1,
    state: 'published',
    entryId,
    phone,
    deviceKey,
    enrolledAt,
    status,
    revision,
    keyType,
    fingerprint,
    notBefore,
    notAfter,
    changedAt,
    kid,
    digest: digestOfJws(jws),
    lock: held,
  };
  return `${JSON.stringify(head)}\n${jws}`;
}

export function digestOfJws(jws: string): string {
  return createHash('sha256').update(jws).digest('base64');
}

/** @param body the row, or its first line. */
export function decodeHead(body: string): EntryHead {
  return entryHead.parse(JSON.parse(body.split('\n', 1)[0] ?? ''));
}

/**
 * The entry of a row, read from the signed bytes alone; null while nothing is published.
 * @throws {DirectoryDamagedError} where the head says something else than the signed bytes.
 */
export function decodeRow(body: string): Entry | null {
  const head = decodeHead(body);
  if (head.state !== 'published') return null;
  const entry = decodeEntry(body.slice(body.indexOf('\n') + 1));
  if (entry === null || encodePublished(entry, head.lock) !== body) {
    throw new DirectoryDamagedError(`the row of entry ${head.entryId} is not what was signed`);
  }
  return entry;
}

/** Where an entry lies. */
export const locator = z.object({ entryId: z.string(), partition: z.string(), row: z.string() });
export type Locator = Readonly<z.infer<typeof locator>>;

/** Locator and what a claim is judged by. */
const party = locator.extend({
  deviceKey: z.string(),
  /** Digest of who has the device; null where the MDM does not say. */
  person: z.string().nullable(),
});
export type Party = Readonly<z.infer<typeof party>>;

/**
 * waiting → confirmed → completed, or cancelled from either of the first two; waiting becomes usable by time alone.
 * The names follow Pix DICT's (facts/key-directory.md §1.4).
 */
export const claim = z.object({
  claimId: z.string(),
  phone: z.string().transform((text) => text as E164),
  state: z.enum(['waiting', 'confirmed', 'completed', 'cancelled']),
  claimant: z.object({ deviceKey: z.string(), person: z.string().nullable() }),
  /** Who held the number when it was claimed: the one to give notice to. */
  holder: z.object({ entryId: z.string(), deviceKey: z.string() }),
  claimedAt: time,
  /** From then on the claimant may publish. */
  opensAt: time,
  /** From then on the claim is void. */
  expiresAt: time,
  changedAt: time,
  /** Of a cancellation. */
  reason: z.string().nullable(),
});
export type Claim = Readonly<z.infer<typeof claim>>;

/** One row per number: all that is decided about a number is decided by a compare-and-set on it. */
export const numberRecord = z.object({
  v: z.literal(1),
  phone: z.string().transform((text) => text as E164),
  holder: party,
  /** While the holder has published nothing: nobody else takes the number before, milliseconds since the epoch. */
  until: z.number(),
  /** Last word of the entry before, which is revoked and so never changes: the answer until the holder has published. */
  previous: z.string().nullable(),
  /** The claim that is neither completed nor cancelled. */
  claim: claim.nullable(),
});
export type NumberRecord = Readonly<z.infer<typeof numberRecord>>;
