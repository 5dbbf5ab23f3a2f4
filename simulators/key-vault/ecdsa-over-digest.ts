/**
 * ECDSA over a digest, as the service signs. Node hashes whatever it is given to sign (facts/azure-functions.md §3.2), so the
 * arithmetic behind the points is written out here; the points are multiplied by Node's Diffie-Hellman. It takes as long as
 * its numbers tell, which would give the key away on a real server: this is for keys that protect nothing.
 */
import { createECDH, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

export interface Curve {
  readonly name: 'P-256' | 'P-384' | 'P-521';
  readonly algorithm: 'ES256' | 'ES384' | 'ES512';
  /** Bytes of the digest that the algorithm takes. */
  readonly digestBytes: number;
  /** Bytes of r and of s. */
  readonly bytes: number;
  readonly openssl: string;
  readonly order: bigint;
}

/** SEC 2 §2.4.2, §2.5.1, §2.6.1. P-256K is left out: nothing asked for it yet. */
export const CURVES: readonly Curve[] = [
  {
    name: 'P-256',
    algorithm: 'ES256',
    digestBytes: 32,
    bytes: 32,
    openssl: 'prime256v1',
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  },
  {
    name: 'P-384',
    algorithm: 'ES384',
    digestBytes: 48,
    bytes: 48,
    openssl: 'secp384r1',
    order: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  },
  {
    name: 'P-521',
    algorithm: 'ES512',
    digestBytes: 64,
    bytes: 66,
    openssl: 'secp521r1',
    order:
      0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  },
];

/** @returns r and s, one behind the other, as JWS has it. */
export function signDigest(curve: Curve, privateKey: KeyObject, digest: Buffer): Buffer {
  const { order, bytes } = curve;
  for (;;) {
    const nonce = toNumber(randomBytes(bytes + 8)) % order;
    if (nonce === 0n) continue;
    const r = abscissaOf(curve, nonce) % order;
    const s = (inverse(nonce, order) * (toNumber(digest) + r * scalarOf(privateKey))) % order;
    if (r !== 0n && s !== 0n) return Buffer.concat([toBytes(r, bytes), toBytes(s, bytes)]);
  }
}

/** Whoever holds the private key need not add points: the nonce's point is a multiple of the base point alone. */
export function verifyDigest(curve: Curve, privateKey: KeyObject, digest: Buffer, signature: Buffer): boolean {
  const { order, bytes } = curve;
  if (signature.length !== 2 * bytes) return false;
  const r = toNumber(signature.subarray(0, bytes));
  const s = toNumber(signature.subarray(bytes));
  if (r === 0n || r >= order || s === 0n || s >= order) return false;
  const nonce = (inverse(s, order) * (toNumber(digest) + r * scalarOf(privateKey))) % order;
  return nonce !== 0n && abscissaOf(curve, nonce) % order === r;
}

function abscissaOf({ openssl, bytes }: Curve, factor: bigint): bigint {
  const exchange = createECDH(openssl);
  exchange.setPrivateKey(toBytes(factor, bytes));
  return toNumber(exchange.getPublicKey().subarray(1, 1 + bytes));
}

function scalarOf(privateKey: KeyObject): bigint {
  return toNumber(Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url'));
}

/** By Fermat's little theorem. @param modulus a prime. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [result, square] = [1n, value % modulus];
  for (let left = modulus - 2n; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

function toNumber(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex') || '0'}`);
}

function toBytes(value: bigint, length: number): Buffer {
  return Buffer.from(value.toString(16).padStart(2 * length, '0'), 'hex');
}
