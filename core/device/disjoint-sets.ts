/** Groups of things numbered from 0 that grow together pair by pair (union-find). */
export interface DisjointSets {
  readonly join: (one: number, other: number) => void;
  /** The number that stands for the whole group of this one; equal exactly for members of one group. */
  readonly find: (one: number) => number;
}

export function makeDisjointSets(size: number): DisjointSets {
  const parents = Int32Array.from({ length: size }, (_, at) => at);
  const parentOf = (at: number): number => parents[at] ?? at;
  const find = (one: number): number => {
    let at = one;
    while (parentOf(at) !== at) {
      parents[at] = parentOf(parentOf(at));
      at = parentOf(at);
    }
    return at;
  };
  const join = (one: number, other: number): void => {
    const [left, right] = [find(one), find(other)];
    // The lower number stands for the group, so that joining order leaves no trace.
    parents[Math.max(left, right)] = Math.min(left, right);
  };
  return { join, find };
}
