/**
 * ECDSA over a digest with a private key of this process.
 *
 * Node signs messages, not digests: `crypto.sign(null, digest, key)` hashes the digest again
 * (facts/azure-functions.md §3.2), and WebCrypto knows nothing else. So another message is signed with another key, chosen
 * such that the outcome is the signature asked for. With z the digest, d the key, m random bytes, w = SHA-256(m) and c = w/z:
 *
 *     (r, t) signs m with c·d    <=>    t·k = w + r·c·d    <=>    (t/c)·k = z + r·d    <=>    (r, t/c) signs z with d
 *
 * OpenSSL draws the nonce and multiplies the points, in constant time. What is left to BigInt, whose running time depends on
 * its numbers, is one product of the key with c; c is drawn anew for every signature, known to nobody, and blinds the key
 * as OpenSSL's own blinding factor does.
 */
import { createHash, createPrivateKey, randomBytes, sign } from 'node:crypto';
import { ORDER, SCALAR_BYTES, assertDigest, inverse, toBytes, toNumber } from './p256';

/** ECPrivateKey of RFC 5915 up to the scalar, and the named curve P-256 behind it; OpenSSL adds the public half. */
const BEFORE_SCALAR = Buffer.from('30310201010420', 'hex');
const AFTER_SCALAR = Buffer.from('a00a06082a8648ce3d030107', 'hex');

/**
 * @param scalar the private key, between 1 and the order of the curve.
 * @param digest 32 bytes.
 * @returns r and s, 64 bytes.
 */
export function signDigest(scalar: bigint, digest: Buffer): Buffer {
  assertDigest(digest);
  const inverseOfDigest = inverse(toNumber(digest));
  if (inverseOfDigest === null) throw new RangeError('a digest of zero is none that SHA-256 is known to give');
  for (;;) {
    const message = randomBytes(SCALAR_BYTES);
    const hash = toNumber(createHash('sha256').update(message).digest());
    const factor = (hash * inverseOfDigest) % ORDER;
    const back = inverse(factor);
    if (back === null) continue;
    const der = Buffer.concat([BEFORE_SCALAR, toBytes((scalar * factor) % ORDER), AFTER_SCALAR]);
    const key = createPrivateKey({ key: der, format: 'der', type: 'sec1' });
    der.fill(0);
    const signature = sign('sha256', message, { key, dsaEncoding: 'ieee-p1363' });
    const s = (toNumber(signature.subarray(SCALAR_BYTES)) * back) % ORDER;
    return Buffer.concat([signature.subarray(0, SCALAR_BYTES), toBytes(s)]);
  }
}
