/** Seeded chance without state: the same inputs give the same number, in any order and any process. */

/** @returns an unsigned 32-bit integer; inputs are taken as 32-bit integers. Two rounds of the murmur3 finaliser. */
export function hash32(seed: number, stream: number, index: number): number {
  let h = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(stream + 0x165667b1, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 15) ^ Math.imul(index, 0x27d4eb2f), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  h ^= h >>> 16;
  h = Math.imul(h, 0x7feb352d);
  return (h ^ (h >>> 15)) >>> 0;
}

/** @returns a number in [0, 1). */
export function chance(seed: number, stream: number, index: number): number {
  return hash32(seed, stream, index) / 0x1_0000_0000;
}
