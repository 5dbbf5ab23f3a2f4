/**
 * How many pages of one MDM tenant begin in a minute, over all processes that work on a sweep. The platform scales each
 * queue by its length and knows nothing of an MDM's limits (facts/azure-functions.md §2.5), so the pace is a row that all of
 * them share. The row holds the moment at which the next page may begin; a page takes that moment and moves it on.
 */
import * as z from 'zod';
import type { Clock } from '../ports/clock';
import type { EntityStore } from '../ports/entity-store';
import { EntityConflict } from '../ports/entity-store';
import { TABLES } from './tables';

const BUDGETS = TABLES.budgets;
const PARTITION = 'pages';

const budgetBody = z.object({ nextAt: z.number() });
type BudgetBody = z.infer<typeof budgetBody>;

export interface PageBudget {
  /** Takes a place. @returns milliseconds to wait for it, 0 when the page may begin at once. */
  reserve(connectorId: string): Promise<number>;
  /** The MDM asked for a pause: nobody begins a page before this moment, milliseconds since the epoch. */
  pause(connectorId: string, until: number): Promise<void>;
}

/** Pages that may begin at once after a rest, in seconds of the pace. */
const BURST_SECONDS = 2;

/**
 * @param pagesPerMinute pace of a connector.
 */
export function makePageBudget(
  store: EntityStore,
  clock: Clock,
  pagesPerMinute: (connectorId: string) => number,
): PageBudget {
  /** Read, change, write; starts again when another process was first. */
  const change = async (connectorId: string, next: (nextAt: number) => number): Promise<number> => {
    for (;;) {
      const current = await store.get(BUDGETS, { partition: PARTITION, row: connectorId });
      const before = current === null ? 0 : budgetBody.parse(JSON.parse(current.body)).nextAt;
      const after = next(before);
      if (after === before) return before;
      const body = JSON.stringify({ nextAt: after } satisfies BudgetBody);
      try {
        await store.batch(BUDGETS, PARTITION, [
          current === null
            ? { kind: 'insert', row: connectorId, body }
            : { kind: 'update', row: connectorId, body, etag: current.etag },
        ]);
        return before;
      } catch (error) {
        if (!(error instanceof EntityConflict)) throw error;
      }
    }
  };
  return {
    async reserve(connectorId) {
      const interval = 60_000 / pagesPerMinute(connectorId);
      const now = clock.now();
      const earliest = now - BURST_SECONDS * 1000;
      const nextAt = await change(connectorId, (before) => Math.max(before, earliest) + interval);
      return Math.max(0, Math.max(nextAt, earliest) - now);
    },
    async pause(connectorId, until) {
      await change(connectorId, (before) => Math.max(before, until));
    },
  };
}
