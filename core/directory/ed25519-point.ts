/**
 * Whether 32 bytes are a point that an Ed25519 key may be: node:crypto takes any 32 bytes (RFC 8032 §5.1.3 decoding is left
 * to whoever verifies), and a key of small order would make one signature verify for every message.
 */

const P = 2n ** 255n - 19n;
const D = mod(-121665n * inverse(121666n));
const SIGN = 1n << 255n;

export type PointFault = 'non-canonical-point' | 'not-on-curve' | 'low-order-point';

/** @param encoded 32 bytes, little-endian y with the sign of x in the highest bit. @returns null for a good point. */
export function faultOfEd25519Point(encoded: Buffer): PointFault | null {
  const whole = BigInt(`0x${Buffer.from(encoded).reverse().toString('hex')}`);
  const y = whole % SIGN;
  if (y >= P) return 'non-canonical-point';
  const xx = squareOfX(y);
  if (xx !== 0n && power(xx, (P - 1n) / 2n) !== 1n) return 'not-on-curve';
  if (isSmallOrder(y)) {
    // x = 0 has no sign: the same point in another spelling.
    return xx === 0n && whole >= SIGN ? 'non-canonical-point' : 'low-order-point';
  }
  return null;
}

/** x² = (y² − 1) / (d·y² + 1); the denominator is never 0, since −1/d is no square. */
function squareOfX(y: bigint): bigint {
  const yy = mod(y * y);
  return mod((yy - 1n) * inverse(D * yy + 1n));
}

/** Whether eight times the point is the neutral element: y of each doubling, (y² + x²) / (1 − d·x²·y²). */
function isSmallOrder(y: bigint): boolean {
  let doubled = y;
  for (let times = 0; times < 3; times += 1) {
    const yy = mod(doubled * doubled);
    const xx = squareOfX(doubled);
    doubled = mod((yy + xx) * inverse(1n - D * xx * yy));
  }
  return doubled === 1n;
}

function mod(value: bigint): bigint {
  const rest = value % P;
  return rest < 0n ? rest + P : rest;
}

function inverse(value: bigint): bigint {
  return power(mod(value), P - 2n);
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest % 2n === 1n) result = mod(result * square);
    square = mod(square * square);
  }
  return result;
}
