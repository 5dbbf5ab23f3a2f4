/** The EntityStore port on SQLite. */
import type { DatabaseSync } from 'node:sqlite';
import type {
  Entity,
  EntityKey,
  EntityStore,
  EntityWrite,
  PartitionPage,
  ScanOptions,
  ScanPage,
} from '../../core/ports/entity-store';
import { EntityConflict, MAX_BATCH, MAX_ENTITY_BYTES } from '../../core/ports/entity-store';
import { transaction } from './database';

interface Row {
  readonly row: string;
  readonly etag: number;
  readonly body: string;
}

/** Keys that lie this close together are read as one range: a range gives ten times the rows of single reads. */
const DENSE = 4;
const MAX_SCAN = 1000;
/** Refused by Azure Table Storage in keys; refused here too, so that what runs here runs there. */
// eslint-disable-next-line no-control-regex -- control characters are what the pattern is about
const FORBIDDEN = /[/\\#?\u0000-\u001f\u007f-\u009f]/;

export function makeEntityStore(database: DatabaseSync): EntityStore {
  const one = database.prepare('select row, etag, body from entity where tbl = ? and partition = ? and row = ?');
  const range = database.prepare(
    'select row, etag, body from entity where tbl = ? and partition = ? and row >= ? and row <= ? order by row limit ?',
  );
  const after = database.prepare(
    'select row, etag, body from entity where tbl = ? and partition = ? and row > ? and row <= ? order by row limit ?',
  );
  const etagOf = database.prepare('select etag from entity where tbl = ? and partition = ? and row = ?');
  const put = database.prepare(
    `insert into entity (tbl, partition, row, etag, body) values (?, ?, ?, ?, ?)
     on conflict (tbl, partition, row) do update set etag = excluded.etag, body = excluded.body`,
  );
  const drop = database.prepare('delete from entity where tbl = ? and partition = ? and row = ?');
  const nextPartition = database.prepare(
    'select partition from entity where tbl = ? and partition > ? order by partition limit 1',
  );
  const firstPartition = database.prepare(
    'select partition from entity where tbl = ? and partition >= ? order by partition limit 1',
  );

  const entity = (partition: string, { row, etag, body }: Row): Entity => ({
    partition,
    row,
    etag: String(etag),
    body,
  });

  const write = (table: string, partition: string, change: EntityWrite): string => {
    const current = etagOf.get(table, partition, change.row) as { etag: number } | undefined;
    const fits =
      change.kind === 'insert'
        ? current === undefined
        : change.kind === 'update' || (change.kind === 'delete' && change.etag !== undefined)
          ? current !== undefined && String(current.etag) === change.etag
          : true;
    if (!fits) throw new EntityConflict(table, partition, change.row);
    if (change.kind === 'delete') {
      drop.run(table, partition, change.row);
      return '';
    }
    // Versions never repeat for a row, not even after it was deleted and created again.
    const etag = Math.max((current?.etag ?? 0) + 1, freshEtag());
    put.run(table, partition, change.row, etag, change.body);
    return String(etag);
  };

  let lastEtag = 0;
  const freshEtag = (): number =>
    (lastEtag = Math.max(lastEtag + 1, Math.floor(performance.timeOrigin + performance.now()) * 1000));

  return {
    async get(table: string, { partition, row }: EntityKey) {
      checkKey('table', table);
      checkKey('partition', partition);
      checkKey('row', row);
      const found = one.get(table, partition, row) as Row | undefined;
      return found === undefined ? null : entity(partition, found);
    },
    async getMany(table: string, partition: string, rows: readonly string[]) {
      checkKey('table', table);
      checkKey('partition', partition);
      const wanted = [...new Set(rows)].sort(byBytes);
      for (const row of wanted) checkKey('row', row);
      const [first, last] = [wanted[0], wanted.at(-1)];
      if (first === undefined || last === undefined) return [];
      if (wanted.length > 8) {
        const found = range.all(table, partition, first, last, wanted.length * DENSE + 1) as unknown as Row[];
        if (found.length <= wanted.length * DENSE) {
          const set = new Set(wanted);
          return found.filter(({ row }) => set.has(row)).map((row) => entity(partition, row));
        }
      }
      return wanted.flatMap((row) => {
        const found = one.get(table, partition, row) as Row | undefined;
        return found === undefined ? [] : [entity(partition, found)];
      });
    },
    async batch(table: string, partition: string, writes: readonly EntityWrite[]) {
      checkKey('table', table);
      checkKey('partition', partition);
      if (writes.length === 0 || writes.length > MAX_BATCH)
        throw new RangeError(`a batch writes 1 to ${MAX_BATCH} rows, not ${writes.length}`);
      if (new Set(writes.map(({ row }) => row)).size < writes.length)
        throw new RangeError('a row stands twice in one batch');
      for (const change of writes) {
        checkKey('row', change.row);
        if (change.kind !== 'delete') checkBody(change.body);
      }
      return transaction(database, () => writes.map((change) => write(table, partition, change)));
    },
    async scan(table: string, partition: string, options: ScanOptions = {}): Promise<ScanPage> {
      checkKey('table', table);
      checkKey('partition', partition);
      const limit = options.limit ?? MAX_SCAN;
      if (!Number.isInteger(limit) || limit < 1 || limit > MAX_SCAN)
        throw new RangeError(`a scan gives 1 to ${MAX_SCAN} rows, not ${limit}`);
      const to = options.to ?? LAST;
      const found = (options.continuation === undefined
        ? range.all(table, partition, options.from ?? '', to, limit + 1)
        : after.all(table, partition, options.continuation, to, limit + 1)) as unknown as Row[];
      const rows = found.slice(0, limit);
      return {
        entities: rows.map((row) => entity(partition, row)),
        continuation: found.length > limit ? (rows.at(-1)?.row ?? null) : null,
      };
    },
    async partitions(table: string, prefix: string, continuation?: string): Promise<PartitionPage> {
      checkKey('table', table);
      const partitions: string[] = [];
      let found = (
        continuation === undefined ? firstPartition.get(table, prefix) : nextPartition.get(table, continuation)
      ) as { partition: string } | undefined;
      while (found?.partition.startsWith(prefix) === true) {
        if (partitions.length === MAX_SCAN) return { partitions, continuation: partitions.at(-1) ?? null };
        partitions.push(found.partition);
        found = nextPartition.get(table, found.partition) as { partition: string } | undefined;
      }
      return { partitions, continuation: null };
    },
  };
}

/** Above every key: the last code point of all. */
const LAST = '\u{10ffff}';

/** SQLite compares text byte by byte in UTF-8; for the keys allowed here that is the order of code points. */
function byBytes(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function checkKey(what: string, key: string): void {
  if (key.length < 1 || key.length > 512)
    throw new RangeError(`a ${what} key has 1 to 512 characters, not ${key.length}`);
  if (FORBIDDEN.test(key)) throw new RangeError(`a ${what} key must not hold / \\ # ? or control characters`);
}

function checkBody(body: string): void {
  // A UTF-16 unit is at most three bytes in UTF-8: most bodies need no exact count.
  if (body.length * 3 > MAX_ENTITY_BYTES && Buffer.byteLength(body) > MAX_ENTITY_BYTES) {
    throw new RangeError(`a body has at most ${MAX_ENTITY_BYTES} bytes, not ${Buffer.byteLength(body)}`);
  }
}
