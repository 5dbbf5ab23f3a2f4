/** Numbers of the curve P-256 (SEC 2 §2.4.2), and what is counted with them outside of OpenSSL: as little as possible. */
import { createPublicKey } from 'node:crypto';
import type { PublicJwk } from '../core/ports/kms';

/** Bytes of a SHA-256 digest, of a scalar, and of r and of s. */
export const SCALAR_BYTES = 32;
export const SIGNATURE_BYTES = 2 * SCALAR_BYTES;

/** Of the field that coordinates are numbers of. */
export const PRIME = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
/** Of the group: numbers of points. */
export const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

export function toNumber(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex')}`);
}

export function toBytes(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(2 * SCALAR_BYTES, '0'), 'hex');
}

/**
 * @param value any number; its time shows in the running time, so it is never a private key or a nonce.
 * @returns the inverse; null for a multiple of the modulus, which is a prime.
 */
export function inverse(value: bigint, modulus = ORDER): bigint | null {
  let [low, high] = [modulo(value, modulus), modulus];
  if (low === 0n) return null;
  let [factor, other] = [1n, 0n];
  while (low > 1n) {
    const times = high / low;
    [low, high] = [high % low, low];
    [factor, other] = [other - times * factor, factor];
  }
  return modulo(factor, modulus);
}

/** Between 0 and the modulus, for negative numbers, too. */
export function modulo(value: bigint, modulus: bigint): bigint {
  return ((value % modulus) + modulus) % modulus;
}

/** @throws {RangeError} for anything but 32 bytes: a longer value would be cut by one provider and refused by another. */
export function assertDigest(digest: Buffer): void {
  if (digest.length !== SCALAR_BYTES) {
    throw new RangeError(`a SHA-256 digest has ${SCALAR_BYTES} bytes, not ${digest.length}`);
  }
}

/** @param jwk any JWK. @returns its public half; null where it is not of P-256, or no point of it. */
export function toPublicJwk(jwk: {
  readonly kty?: unknown;
  readonly crv?: unknown;
  readonly x?: unknown;
  readonly y?: unknown;
}): PublicJwk | null {
  const { crv, x, y } = jwk;
  // An EC key in hardware says EC-HSM (facts/key-directory.md §2.1); a JWK knows EC only.
  if ((jwk.kty !== 'EC' && jwk.kty !== 'EC-HSM') || crv !== 'P-256' || !isCoordinate(x) || !isCoordinate(y))
    return null;
  const half: PublicJwk = { kty: 'EC', crv, x, y };
  return isOnCurve(half) ? half : null;
}

function isOnCurve(half: PublicJwk): boolean {
  try {
    createPublicKey({ key: { ...half }, format: 'jwk' });
    return true;
  } catch {
    return false;
  }
}

function isCoordinate(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9_-]{43}$/.test(value);
}
