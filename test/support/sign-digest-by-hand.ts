/** ECDSA over a digest on P-256, by the textbook: node:crypto hashes whatever it signs, a vault does not. */
import { createECDH, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

const ORDER = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');

/** @param digest 32 bytes. @returns r‖s, 64 bytes. */
export function signDigestByHand(privateKey: KeyObject, digest: Buffer): Buffer {
  const secret = numberOf(Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url'));
  for (;;) {
    const nonce = randomBytes(32);
    const k = numberOf(nonce);
    if (k === 0n || k >= ORDER) continue;
    const curve = createECDH('prime256v1');
    curve.setPrivateKey(nonce);
    const r = numberOf(curve.getPublicKey().subarray(1, 33)) % ORDER;
    const s = (power(k, ORDER - 2n) * ((numberOf(digest) + r * secret) % ORDER)) % ORDER;
    if (r !== 0n && s !== 0n) return Buffer.concat([bytesOf(r), bytesOf(s)]);
  }
}

function numberOf(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex')}`);
}

function bytesOf(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base % ORDER;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest % 2n === 1n) result = (result * square) % ORDER;
    square = (square * square) % ORDER;
  }
  return result;
}
