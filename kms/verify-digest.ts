/**
 * Verifies an ECDSA signature over a digest on this machine: never in the vault, whose client verifies wrongly where it does
 * so itself and asks the service for EC (facts/key-directory.md §2.4 #1, #2).
 *
 * Node verifies messages, not digests, so the signature is carried over to a message whose hash is known: with z the digest,
 * w = SHA-256(m) and c = w/z, (r, s) is valid for z under the key Q exactly when (r, c·s) is valid for m under c·Q. Nothing
 * here is secret, so nothing need run in constant time.
 */
import { createECDH, createHash, createPublicKey, randomBytes, verify } from 'node:crypto';
import type { PublicJwk } from '../core/ports/kms';
import { ORDER, PRIME, SCALAR_BYTES, SIGNATURE_BYTES, inverse, modulo, toBytes, toNumber } from './p256';

/** Drawn with each start, so that nobody can name a digest for which c is 1, -1 or 0. */
const MESSAGE = randomBytes(SCALAR_BYTES);
const HASH = toNumber(createHash('sha256').update(MESSAGE).digest());

interface Point {
  readonly x: bigint;
  readonly y: bigint;
}

/** @param signature r and s, 64 bytes; of any other length it is not valid. */
export function verifyDigest(publicKey: PublicJwk, digest: Buffer, signature: Buffer): boolean {
  if (digest.length !== SCALAR_BYTES || signature.length !== SIGNATURE_BYTES) return false;
  const s = toNumber(signature.subarray(SCALAR_BYTES));
  const inverseOfDigest = inverse(toNumber(digest));
  // Beyond the order it would be reduced below, and a second form of the same signature would pass.
  if (s === 0n || s >= ORDER || inverseOfDigest === null) return false;
  const factor = (HASH * inverseOfDigest) % ORDER;
  const carried = Buffer.concat([signature.subarray(0, SCALAR_BYTES), toBytes((s * factor) % ORDER)]);
  const key = createPublicKey({ key: toJwk(multiply(toPoint(publicKey), factor)), format: 'jwk' });
  return verify('sha256', MESSAGE, { key, dsaEncoding: 'ieee-p1363' }, carried);
}

/**
 * Diffie-Hellman gives the x of a product. Of the two points that have it the right one is told by the next product: added
 * to the point itself it gives x of (factor + 1) times the point; its opposite does not.
 */
function multiply(point: Point, factor: bigint): Point {
  const x = abscissaOf(point, factor);
  const next = abscissaOf(point, factor + 1n);
  // PRIME is 3 modulo 4: a square's root is its power by (PRIME + 1) / 4.
  const root = power(modulo(x ** 3n - 3n * x + B, PRIME), (PRIME + 1n) / 4n);
  const found = [root, PRIME - root].map((y) => ({ x, y })).find((candidate) => sumIsAt(candidate, point, next));
  if (found === undefined) throw new Error('the product of a point lies on no curve');
  return found;
}

const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

function abscissaOf({ x, y }: Point, factor: bigint): bigint {
  const exchange = createECDH('prime256v1');
  exchange.setPrivateKey(toBytes(factor));
  return toNumber(exchange.computeSecret(Buffer.concat([Buffer.of(4), toBytes(x), toBytes(y)])));
}

function sumIsAt(one: Point, other: Point, x: bigint): boolean {
  const run = inverse(one.x - other.x, PRIME);
  if (run === null) return false;
  const slope = modulo((one.y - other.y) * run, PRIME);
  return modulo(slope ** 2n - one.x - other.x, PRIME) === x;
}

function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, base];
  for (let left = exponent; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) result = (result * square) % PRIME;
    square = (square * square) % PRIME;
  }
  return result;
}

function toPoint({ x, y }: PublicJwk): Point {
  return { x: toNumber(Buffer.from(x, 'base64url')), y: toNumber(Buffer.from(y, 'base64url')) };
}

function toJwk({ x, y }: Point): {
  readonly kty: string;
  readonly crv: string;
  readonly x: string;
  readonly y: string;
} {
  return { kty: 'EC', crv: 'P-256', x: toBytes(x).toString('base64url'), y: toBytes(y).toString('base64url') };
}
