/** ES256 with node:crypto alone: never through the vault, never with its SDK's verify (facts/key-directory.md §2.4). */
import { createPublicKey, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { KeyVersion, PublicJwk } from '../ports/kms';

/** r and s, 32 bytes each. */
const SIGNATURE_BYTES = 64;

/** @param signature r‖s; any other length or form is no ES256 signature. */
export function verifyEs256(key: KeyObject, signed: Buffer, signature: Buffer): boolean {
  if (signature.length !== SIGNATURE_BYTES) return false;
  return verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, signature);
}

/** @returns null for a kid that never signed for the directory. */
export type KeyByKid = (kid: string) => KeyObject | null;

/** All versions count, disabled ones too: what they signed stays verifiable. */
export function keysByKid(versions: readonly Pick<KeyVersion, 'kid' | 'publicKey'>[]): KeyByKid {
  const keys = new Map(versions.map(({ kid, publicKey }) => [kid, keyOfJwk(publicKey)]));
  return (kid) => keys.get(kid) ?? null;
}

/** @throws {Error} where x and y are no point on P-256. */
export function keyOfJwk({ kty, crv, x, y }: PublicJwk): KeyObject {
  return createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' });
}
