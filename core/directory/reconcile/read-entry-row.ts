/** Whether a row of the directory is what was signed, and lies where it belongs. Rows verified before are not verified again. */
import { createHash } from 'node:crypto';
import type { DeviceKey } from '../../device/managed-device';
import type { Entity } from '../../ports/entity-store';
import type { BucketScheme } from '../../ports/inventory-source';
import { entryKey, locateDevice } from '../locate';
import { decodeHead, encodePublished } from '../records';
import type { EntryHead, PublishedHead } from '../records';
import { verifyEntry } from '../verify-entry';
import type { EntryFault } from '../verify-entry';
import type { KeyByKid } from '../verify-es256';
import type { VerifiedMemory } from './verified-memory';

export type RowFault =
  | EntryFault
  /** Signed, but for another device or entry than the row's key says. */
  | 'misplaced';

export type RowReading =
  | { readonly kind: 'entry'; readonly head: PublishedHead }
  /** Nothing is published here. */
  | { readonly kind: 'empty' }
  | BadRow;

export interface BadRow {
  readonly kind: 'bad';
  /** As the row's key has it: nothing vouches for it. */
  readonly entryId: string;
  readonly fault: RowFault;
  /** SHA-256 of the row, base64. */
  readonly digest: string;
}

export interface RowReader {
  readonly keyByKid: KeyByKid;
  readonly verified: VerifiedMemory;
  readonly buckets: (connectorId: string) => BucketScheme | null;
}

export function readEntryRow(entity: Entity, { keyByKid, verified, buckets }: RowReader): RowReading {
  const entryId = entity.row.slice(entity.row.lastIndexOf('!') + 1);
  // The whole row counts: a remembered signature says nothing about a head that was changed since.
  const digest = createHash('sha256').update(entity.body).digest('base64');
  const bad = (fault: RowFault): RowReading => ({ kind: 'bad', entryId, fault, digest });
  const head = readHeadOf(entity.body);
  if (head === null) return bad('malformed');
  if (head.state !== 'published') return { kind: 'empty' };
  if (!isInPlace(head, entity, buckets)) return bad('misplaced');
  if (keyByKid(head.kid) !== null && verified.has(digest, head.kid)) return { kind: 'entry', head };
  const jws = entity.body.slice(entity.body.indexOf('\n') + 1);
  const { verdict, entry } = verifyEntry(jws, keyByKid);
  if (entry === null) return bad(verdict);
  if (encodePublished(entry, head.lock) !== entity.body) return bad('fields-differ');
  verified.add(digest, head.kid);
  return { kind: 'entry', head };
}

/** Null for what is no head. */
export function readHeadOf(body: string): EntryHead | null {
  try {
    return decodeHead(body);
  } catch {
    // Neither JSON nor a head: nothing of ours was written here.
    return null;
  }
}

/** A signed row that was copied to another place would speak for another device. */
function isInPlace(head: PublishedHead, { partition, row }: Entity, buckets: RowReader['buckets']): boolean {
  const device = locateDevice(head.deviceKey as DeviceKey, buckets);
  if (device === null) return false;
  const key = entryKey(device, head.entryId);
  return key.partition === partition && key.row === row;
}
