/** Where a device's row lies: the partition by the connector's scheme, the row by the vendor's id. */
import type { BucketScheme } from '../ports/inventory-source';

/** Range buckets keep numeric ids in numeric order; an id that is no number goes to a bucket of its own kind. */
export function partitionOf(connectorId: string, vendorId: string, scheme: BucketScheme): string {
  if (scheme.kind === 'range') {
    return isNumber(vendorId)
      ? `${connectorId}|r${String(Math.floor(Number(vendorId) / scheme.size)).padStart(8, '0')}`
      : `${connectorId}|x`;
  }
  return `${connectorId}|h${String(fnv1a(vendorId) % scheme.count).padStart(3, '0')}`;
}

/** Row key: numbers padded, so that byte order is numeric order; characters that a table refuses are escaped as `=hex`. */
export function rowOf(vendorId: string): string {
  if (isNumber(vendorId)) return vendorId.padStart(12, '0');
  return PLAIN.test(vendorId)
    ? vendorId
    : vendorId.replace(ODD, (character) => `=${character.codePointAt(0)?.toString(16) ?? ''};`);
}

const PLAIN = /^[A-Za-z0-9._-]{1,256}$/;
const ODD = /[^A-Za-z0-9._-]/gu;

function isNumber(vendorId: string): boolean {
  return /^(0|[1-9]\d{0,11})$/.test(vendorId);
}

/** FNV-1a, 32 bit: spreads GUIDs evenly and costs nothing. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash ^= text.charCodeAt(at);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}
