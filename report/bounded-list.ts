/**
 * The `limit` entries of lowest rank out of a stream of any length, in memory for `limit` entries.
 * A full list turns most entries away with one comparison.
 */

export interface Ranked {
  readonly rank: number;
}

export interface BoundedList<T extends Ranked> {
  /** @param make called only when the entry gets in. */
  readonly offer: (rank: number, make: () => T) => void;
  /** Entries in order of rank. */
  readonly sorted: () => readonly T[];
}

/** A binary heap with the worst entry on top. */
export function makeBoundedList<T extends Ranked>(limit: number): BoundedList<T> {
  const heap: T[] = [];
  const rankAt = (index: number): number => heap[index]?.rank ?? -Infinity;

  const swap = (a: number, b: number): void => {
    const left = heap[a];
    const right = heap[b];
    if (left === undefined || right === undefined) return;
    heap[a] = right;
    heap[b] = left;
  };

  const siftUp = (start: number): void => {
    let index = start;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (rankAt(parent) >= rankAt(index)) return;
      swap(parent, index);
      index = parent;
    }
  };

  const siftDown = (): void => {
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const worse = rankAt(left + 1) > rankAt(left) ? left + 1 : left;
      if (worse >= heap.length || rankAt(worse) <= rankAt(index)) return;
      swap(worse, index);
      index = worse;
    }
  };

  return {
    offer(rank, make) {
      if (heap.length < limit) {
        heap.push(make());
        siftUp(heap.length - 1);
      } else if (limit > 0 && rank < rankAt(0)) {
        heap[0] = make();
        siftDown();
      }
    },
    sorted: () => heap.toSorted((a, b) => a.rank - b.rank),
  };
}
