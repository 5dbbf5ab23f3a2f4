/** Keys as the API prints them: times in seconds, numbers in base64url. */
import { createPublicKey } from 'node:crypto';
import type { SimRequest } from '../kit/route';
import type { DeletedKey, KeyVersion } from './key-store';
import { RECOVERABLE_DAYS } from './options';

/** Base of the addresses in an answer: the host as the client calls it, without a prefix. */
export function originOf({ base, headers }: Pick<SimRequest, 'base' | 'headers'>): string {
  const { protocol, host } = new URL(base);
  return `${protocol}//${headers['host'] ?? host}`;
}

export function keyId(origin: string, { name, version }: Pick<KeyVersion, 'name' | 'version'>): string {
  return `${origin}/keys/${name}/${version}`;
}

export function toBundle(origin: string, key: KeyVersion): Record<string, unknown> {
  const { shape, privateKey, tags } = key;
  const { x, y, n, e } = createPublicKey(privateKey).export({ format: 'jwk' });
  const numbers = shape.curve === null ? { n, e } : { crv: shape.curve, x, y };
  return {
    key: { kid: keyId(origin, key), kty: shape.type, key_ops: shape.operations, ...numbers },
    attributes: attributesOf(key),
    ...(tags === null ? {} : { tags }),
  };
}

/** @param id with the version, or without it in a list of keys. */
export function toListed(id: string, key: KeyVersion): Record<string, unknown> {
  return { kid: id, attributes: attributesOf(key), ...(key.tags === null ? {} : { tags: key.tags }) };
}

export function toDeleted(origin: string, deleted: DeletedKey): Record<string, unknown> {
  return { ...deletion(origin, deleted), ...toBundle(origin, deleted.latest) };
}

export function toListedDeleted(origin: string, deleted: DeletedKey): Record<string, unknown> {
  const { latest } = deleted;
  return { ...deletion(origin, deleted), ...toListed(`${origin}/keys/${latest.name}`, latest) };
}

function deletion(origin: string, { latest, deletedAt, purgeAt }: DeletedKey): Record<string, unknown> {
  const recoveryId = `${origin}/deletedkeys/${latest.name}`;
  return { recoveryId, deletedDate: deletedAt, scheduledPurgeDate: purgeAt };
}

function attributesOf({ enabled, notBefore, expires, created, updated, shape }: KeyVersion): Record<string, unknown> {
  return {
    enabled,
    ...(notBefore === null ? {} : { nbf: notBefore }),
    ...(expires === null ? {} : { exp: expires }),
    created,
    updated,
    recoveryLevel: 'Recoverable+Purgeable',
    recoverableDays: RECOVERABLE_DAYS,
    exportable: false,
    // 2: FIPS 140-3 level 3; 0: software, level 1 (facts/key-directory.md §2.1).
    hsmPlatform: shape.type.endsWith('-HSM') ? '2' : '0',
  };
}
