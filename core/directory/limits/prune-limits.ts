/** Removes rows that say nothing more: their limit is whole again, or their window has passed. Incidents stay. */
import * as z from 'zod';
import type { Clock } from '../../ports/clock';
import type { Entity, EntityStore } from '../../ports/entity-store';
import { EntityConflict, MAX_BATCH } from '../../ports/entity-store';
import { LIMIT_TABLES } from './limit-tables';

const idleBody = z.object({ until: z.number() });
/** Clocks of other processes may be this much behind. */
const MARGIN_MS = 3_600_000;

/** May run at any time and beside lookups. @returns rows removed. */
export async function pruneLimits({
  store,
  clock,
}: {
  readonly store: EntityStore;
  readonly clock: Clock;
}): Promise<number> {
  const idleBefore = clock.now() - MARGIN_MS;
  let removed = 0;
  for (const table of [LIMIT_TABLES.limits, LIMIT_TABLES.watch]) {
    for (let from: string | undefined, isLast = false; !isLast;) {
      const { partitions, continuation } = await store.partitions(table, '', from);
      for (const partition of partitions) removed += await prunePartition(store, table, partition, idleBefore);
      isLast = continuation === null;
      from = continuation ?? undefined;
    }
  }
  return removed;
}

async function prunePartition(
  store: EntityStore,
  table: string,
  partition: string,
  idleBefore: number,
): Promise<number> {
  let removed = 0;
  for (let from: string | undefined, isLast = false; !isLast;) {
    const page = await store.scan(table, partition, {
      limit: MAX_BATCH,
      ...(from === undefined ? {} : { continuation: from }),
    });
    const idle = page.entities.filter(({ body }) => idleBody.parse(JSON.parse(body)).until < idleBefore);
    if (idle.length > 0) removed += await remove(store, table, partition, idle);
    isLast = page.continuation === null;
    from = page.continuation ?? undefined;
  }
  return removed;
}

async function remove(store: EntityStore, table: string, partition: string, rows: readonly Entity[]): Promise<number> {
  try {
    await store.batch(
      table,
      partition,
      rows.map(({ row, etag }) => ({ kind: 'delete', row, etag })),
    );
    return rows.length;
  } catch (error) {
    // One of them came to life again: the next time will do.
    if (error instanceof EntityConflict) return 0;
    throw error;
  }
}
