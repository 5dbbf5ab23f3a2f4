/** Where the rows of the limits lie. Names of callers may hold any character and say who they are: a key is their digest. */
import { createHash } from 'node:crypto';
import type { EntityKey } from '../../ports/entity-store';
import type { PhoneDigest } from './phone-digests';

export interface CallerName {
  readonly tenant: string;
  readonly id: string;
}

export function callerKey({ tenant, id }: CallerName): EntityKey {
  return keyOf('caller', tenant, id);
}

export function pairKey({ tenant, id }: CallerName, phone: PhoneDigest): EntityKey {
  return keyOf('pair', tenant, id, phone);
}

export function targetKey(tenant: string, phone: PhoneDigest): EntityKey {
  return keyOf('target', tenant, phone);
}

export function tenantKey(tenant: string): EntityKey {
  return keyOf('tenant', tenant);
}

/** 64 hexadecimal characters. Parts are told apart, whatever they hold. */
export function digestOf(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** 256 partitions: a storage account serves one with 2,000 requests a second. */
export function spread(hex: string): string {
  return hex.slice(0, 2);
}

function keyOf(scope: string, ...parts: readonly string[]): EntityKey {
  const digest = digestOf(scope, ...parts);
  return { partition: spread(digest), row: `${scope}!${digest}` };
}
