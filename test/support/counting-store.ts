/** An EntityStore that counts what it is asked. */
import type { EntityStore } from '../../core/ports/entity-store';

export interface StoreCounts {
  readonly get: number;
  readonly scan: number;
  readonly batch: number;
}

/** `take` gives the counts since it was called last. */
export function countReads(store: EntityStore): { readonly store: EntityStore; take(): StoreCounts } {
  let counts = { get: 0, scan: 0, batch: 0 };
  return {
    store: {
      get: (...args) => ((counts.get += 1), store.get(...args)),
      getMany: (...args) => ((counts.get += 1), store.getMany(...args)),
      scan: (...args) => ((counts.scan += 1), store.scan(...args)),
      partitions: (...args) => ((counts.scan += 1), store.partitions(...args)),
      batch: (...args) => ((counts.batch += 1), store.batch(...args)),
    },
    take() {
      const taken = counts;
      counts = { get: 0, scan: 0, batch: 0 };
      return taken;
    },
  };
}
