/**
 * Keyed records with optimistic concurrency: the semantics of Azure Table Storage, no more.
 *
 * A record lives at (table, partition, row). Rows of one partition are ordered by row key, byte by byte.
 * A batch writes up to 100 rows of one partition, all or none. Keys are 1 to 512 characters without
 * `/ \ # ?` and control characters; a body is at most 512 KiB of UTF-8 text (usually JSON). A table's name is 3 to 63
 * characters of `a-z 0-9`, a letter first. What breaks these limits is refused with a RangeError.
 */

export interface EntityKey {
  readonly partition: string;
  readonly row: string;
}

export interface Entity extends EntityKey {
  /** Opaque version; changes with every write. */
  readonly etag: string;
  readonly body: string;
}

export type EntityWrite =
  /** Create; the batch conflicts if the row exists. */
  | { readonly kind: 'insert'; readonly row: string; readonly body: string }
  /** Replace; the batch conflicts if the row is absent or has another etag. */
  | { readonly kind: 'update'; readonly row: string; readonly body: string; readonly etag: string }
  /** Create or replace, whatever is there. */
  | { readonly kind: 'upsert'; readonly row: string; readonly body: string }
  /** Remove; with an etag the batch conflicts if the row is absent or has another etag; without, absence is fine. */
  | { readonly kind: 'delete'; readonly row: string; readonly etag?: string };

/** Another writer was first: nothing of the batch was written. Read again and decide again. */
export class EntityConflict extends Error {
  /** Row key of the first write that conflicted. */
  readonly row: string;

  constructor(table: string, partition: string, row: string) {
    super(`conflict on ${table}/${partition}/${row}: another writer was first`);
    this.name = 'EntityConflict';
    this.row = row;
  }
}

export interface ScanOptions {
  /** First row key, inclusive. */
  readonly from?: string;
  /** Last row key, inclusive. */
  readonly to?: string;
  /** At most this many rows in one answer, 1 to 1000; default 1000. */
  readonly limit?: number;
  /** What the previous answer returned. */
  readonly continuation?: string;
  /** Bodies come up to their first line feed only: for passes over many rows that need what stands there. */
  readonly firstLines?: boolean;
}

export interface ScanPage {
  readonly entities: readonly Entity[];
  /** Null when the partition has no further rows in the range. */
  readonly continuation: string | null;
}

export const MAX_BATCH = 100;
export const MAX_ENTITY_BYTES = 512 * 1024;
/** Bodies of one batch together: a table transaction is at most 4 MiB with keys and encoding. */
export const MAX_BATCH_BYTES = 2 * 1024 * 1024;

export interface EntityStore {
  get(table: string, key: EntityKey): Promise<Entity | null>;
  /** The rows that exist, in no promised order. */
  getMany(table: string, partition: string, rows: readonly string[]): Promise<readonly Entity[]>;
  /**
   * Writes up to {@link MAX_BATCH} rows and {@link MAX_BATCH_BYTES} of one partition atomically and returns their new
   * etags in the order of the writes (`''` for a delete). A row may stand only once in a batch.
   * @throws {EntityConflict} when a condition does not hold.
   */
  batch(table: string, partition: string, writes: readonly EntityWrite[]): Promise<readonly string[]>;
  scan(table: string, partition: string, options?: ScanOptions): Promise<ScanPage>;
  /** Partition keys of a table with the given prefix, ordered, page by page. */
  partitions(table: string, prefix: string, continuation?: string): Promise<PartitionPage>;
}

export interface PartitionPage {
  readonly partitions: readonly string[];
  readonly continuation: string | null;
}
