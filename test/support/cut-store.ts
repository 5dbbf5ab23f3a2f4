/** An EntityStore whose process dies at a chosen write: before it, or after it was done and before anyone heard of it. */
import type { EntityStore } from '../../core/ports/entity-store';

export class ProcessDied extends Error {}

export interface Cut {
  /** Counted from 0 over all batches. */
  readonly write: number;
  readonly when: 'before' | 'after';
}

export function cutStore(store: EntityStore, { write, when }: Cut): EntityStore {
  let writes = 0;
  let dead = false;
  const alive = (): void => {
    if (dead) throw new ProcessDied('dead already');
  };
  return {
    ...store,
    async get(...args) {
      alive();
      return store.get(...args);
    },
    async batch(...args) {
      alive();
      const isLast = writes === write;
      writes += 1;
      if (!isLast) return store.batch(...args);
      dead = true;
      if (when === 'after') await store.batch(...args);
      throw new ProcessDied(`died ${when} write ${write}`);
    },
  };
}
