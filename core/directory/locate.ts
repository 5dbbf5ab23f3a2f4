/**
 * Where the rows of the directory lie.
 *
 * Entries are in the partitions of their devices (DESIGN §5), `e!<row of the device>!<entryId>`: `!` sorts before whatever a
 * device's row may hold, so that entries come in the order of the devices and both are joined in one pass. Their history is
 * beside them, `h!<entryId>!<revision>`, to be written in one transaction with the entry.
 *
 * A row of a transparency log would be `l!<entryId>!<revision>`: the index of the leaf, beside the revision whose stored
 * bytes it is over. Nothing that is stored or signed today would change.
 *
 * Keys end up in URLs, in the storage account's log and in conflicts: a number is never one, only its digest.
 */
import { createHash } from 'node:crypto';
import type { DeviceKey, E164 } from '../device/managed-device';
import type { EntityKey } from '../ports/entity-store';
import type { BucketScheme } from '../ports/inventory-source';
import { partitionOf, rowOf } from '../sweep/bucket';

const REVISION_DIGITS = 8;
const DEVICE_KEY = /^([a-z0-9-]{1,32}):(.+)$/;
/** A vendor's id is a number or a GUID; its row must fit into a key with an entry's id. */
const MAX_DEVICE_ROW = 400;
/** Past every character of an id. */
export const LAST = '~';

export const ENTRIES_FROM = 'e!';
export const ENTRIES_TO = `e!${LAST}`;

export interface DeviceLocation {
  readonly connectorId: string;
  readonly partition: string;
  /** Row of the device in the table of devices. */
  readonly row: string;
}

/** @returns null where the key has not the form `<connectorId>:<vendorId>` or the connector is not known. */
export function locateDevice(
  deviceKey: DeviceKey,
  buckets: (connectorId: string) => BucketScheme | null,
): DeviceLocation | null {
  const [, connectorId, vendorId] = DEVICE_KEY.exec(deviceKey) ?? [];
  if (connectorId === undefined || vendorId === undefined) return null;
  const scheme = buckets(connectorId);
  if (scheme === null) return null;
  const row = rowOf(vendorId);
  return row.length > MAX_DEVICE_ROW
    ? null
    : { connectorId, partition: partitionOf(connectorId, vendorId, scheme), row };
}

export function entryKey(device: DeviceLocation, entryId: string): EntityKey {
  return { partition: device.partition, row: `${ENTRIES_FROM}${device.row}!${entryId}` };
}

export function revisionRow(entryId: string, revision: number): string {
  return `h!${entryId}!${String(revision).padStart(REVISION_DIGITS, '0')}`;
}

export function numberKey(phone: E164): EntityKey {
  const row = digest(`number\n${phone}`);
  return { partition: spread(row), row };
}

/** In the partition of its number, to be written in one transaction with it. */
export function claimRow(phone: E164, claimId: string): string {
  return `${numberKey(phone).row}!${claimId}`;
}

export function idKey(entryId: string): EntityKey {
  return { partition: spread(digest(`id\n${entryId}`)), row: entryId };
}

/** @param fingerprint base64, which holds characters that no key may hold. */
export function fingerprintKey(fingerprint: string, phone: E164, entryId: string): EntityKey {
  const { partition, prefix } = fingerprintRange(fingerprint, phone);
  return { partition, row: `${prefix}${entryId}` };
}

/** The hints of a key, those of one number together. @param phone null for all of them. */
export function fingerprintRange(
  fingerprint: string,
  phone: E164 | null,
): { readonly partition: string; readonly prefix: string } {
  const row = Buffer.from(fingerprint, 'base64').toString('hex');
  const number = phone === null ? '' : `${numberKey(phone).row}!`;
  return { partition: spread(row), prefix: `${row}!${number}` };
}

/** 256 partitions: a storage account serves one with 2,000 requests a second. */
function spread(hex: string): string {
  return hex.slice(0, 2);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
