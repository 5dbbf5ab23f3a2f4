/** The questions that we ask a table, as requests. Keys go into filters as OData texts, quotes doubled. */
import { odata } from '@azure/data-tables';
import type { TableClient } from '@azure/data-tables';
import { failureOf } from './azure-errors';
import type { FoundRow } from './entity-codec';
import { KEY_COLUMNS } from './entity-codec';

export interface RowRange {
  readonly from?: string | undefined;
  /** Rows after this one; stronger than `from`. */
  readonly after?: string | undefined;
  readonly to?: string | undefined;
}

/** Null when there is no such row, or no such table. */
export async function findRow(client: TableClient, partition: string, row: string): Promise<FoundRow | null> {
  try {
    return await client.getEntity(partition, row);
  } catch (error) {
    const failure = failureOf(error);
    if (failure?.status === 404 && failure.code !== 'TableNotFound') return null;
    throw error;
  }
}

/**
 * The rows of a range in the service's own pages, each of at most `top` rows: it ends a page early after 4 MiB, after some
 * seconds and at borders between its servers, also without a row.
 */
export async function* rowPages(
  client: TableClient,
  partition: string,
  range: RowRange,
  top: number,
  columns?: string[],
): AsyncGenerator<{ readonly rows: readonly FoundRow[]; readonly last: boolean }> {
  const { from, after, to } = range;
  const conditions = [odata`PartitionKey eq ${partition}`];
  if (after !== undefined) conditions.push(odata`RowKey gt ${after}`);
  else if (from !== undefined) conditions.push(odata`RowKey ge ${from}`);
  if (to !== undefined) conditions.push(odata`RowKey le ${to}`);
  const queryOptions = { filter: conditions.join(' and '), ...(columns === undefined ? {} : { select: columns }) };
  const pages = client.listEntities({ queryOptions }).byPage({ maxPageSize: top });
  for await (const rows of pages) yield { rows, last: rows.continuationToken === undefined };
}

/** The first partition from a key on, or after it; null when there is none. */
export async function nextPartition(client: TableClient, key: string, inclusive: boolean): Promise<string | null> {
  const filter = inclusive ? odata`PartitionKey ge ${key}` : odata`PartitionKey gt ${key}`;
  const pages = client.listEntities({ queryOptions: { filter, select: KEY_COLUMNS } }).byPage({ maxPageSize: 1 });
  for await (const [found] of pages) if (found?.partitionKey !== undefined) return found.partitionKey;
  return null;
}
