/**
 * How many different things were seen, within some 9 %, in 128 characters however many they are: a HyperLogLog with one
 * character a register. Sketches of parts of a window merge into the sketch of the window.
 */
const REGISTERS = 128;
const RANK_RADIX = 36;
const EMPTY = '0'.repeat(REGISTERS);
/** Standard bias correction of HyperLogLog for 128 registers. */
const ALPHA = 0.7213 / (1 + 1.079 / REGISTERS);
/** Below this many per register counting empty registers is the better estimate. */
const SMALL = 2.5;

export type Sketch = string;
export const NO_SKETCH: Sketch = '';

/** @param digest hexadecimal, evenly spread, at least 10 characters. */
export function addToSketch(sketch: Sketch, digest: string): Sketch {
  const registers = sketch === NO_SKETCH ? EMPTY : sketch;
  const at = Number.parseInt(digest.slice(0, 2), 16) % REGISTERS;
  const rank = Math.clz32(Number.parseInt(digest.slice(2, 10), 16)) + 1;
  if (rank <= rankAt(registers, at)) return registers;
  return `${registers.slice(0, at)}${rank.toString(RANK_RADIX)}${registers.slice(at + 1)}`;
}

export function mergeSketches(sketches: readonly Sketch[]): Sketch {
  const filled = sketches.filter((sketch) => sketch !== NO_SKETCH);
  if (filled.length === 0) return NO_SKETCH;
  // The characters of ranks are in the order of the ranks.
  return Array.from(EMPTY, (zero, at) =>
    filled.reduce((highest, sketch) => {
      const rank = sketch[at] ?? zero;
      return rank > highest ? rank : highest;
    }, zero),
  ).join('');
}

export function estimateDistinct(sketch: Sketch): number {
  if (sketch === NO_SKETCH) return 0;
  const ranks = Array.from(sketch, (_, at) => rankAt(sketch, at));
  const estimate = (ALPHA * REGISTERS ** 2) / ranks.reduce((sum, rank) => sum + 2 ** -rank, 0);
  const unused = ranks.filter((rank) => rank === 0).length;
  const isSmall = estimate <= SMALL * REGISTERS && unused > 0;
  return Math.round(isSmall ? REGISTERS * Math.log(REGISTERS / unused) : estimate);
}

function rankAt(sketch: Sketch, at: number): number {
  return Number.parseInt(sketch[at] ?? '0', RANK_RADIX);
}
