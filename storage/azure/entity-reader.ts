/** The reading half of the EntityStore port on Azure Table Storage. */
import type { TableClient } from '@azure/data-tables';
import type { Entity, EntityStore, ScanOptions, ScanPage } from '../../core/ports/entity-store';
import { MAX_PAGE, checkKey, checkPartitionPrefix, checkScan, checkTable } from '../limits/entity-limits';
import { inCall } from './call';
import type { AzureClients } from './clients';
import type { FoundRow } from './entity-codec';
import { HEAD_COLUMNS, firstLineOf, toEntity, toHead } from './entity-codec';
import type { MissingPolicy } from './missing';
import { forEachOf } from './parallel';
import { findRow, nextPartition, rowPages } from './table-queries';

/** Fewer keys than this are asked for one by one. */
const FEW = 8;
/** Rows of a range that may be read for each row wanted, before single reads are the cheaper way. */
const DENSITY = 1.5;
/** A page ends early when its bodies have this many characters: rows may have 512 KiB, a sweep has 256 MB. */
const PAGE_CHARACTERS = 8 * 1024 * 1024;
/** From here on UTF-8 and UTF-16 order texts differently, and the service does not say which of the two it does. */
const UNSURE_ORDER = /[\ud800-\uffff]/;

export function makeEntityReader(clients: AzureClients, missing: MissingPolicy): Omit<EntityStore, 'batch'> {
  const reading = <T>(operation: string, table: string, empty: T, work: (client: TableClient) => Promise<T>) =>
    inCall({ service: 'table', operation, resource: table }, () =>
      missing.reading('table', table, empty, () => work(clients.table(table))),
    );

  return {
    async get(table, { partition, row }) {
      checkTable(table);
      checkKey('partition', partition);
      checkKey('row', row);
      const found = await reading('get', table, null, (client) => findRow(client, partition, row));
      return found === null ? null : toEntity(found);
    },

    async getMany(table, partition, rows) {
      checkTable(table);
      checkKey('partition', partition);
      for (const row of rows) checkKey('row', row);
      if (rows.length === 0) return [];
      return reading('getMany', table, [], async (client) => {
        const wanted = new Set(rows);
        const inRange = wanted.size < FEW ? [] : [...wanted].filter((row) => !UNSURE_ORDER.test(row)).sort();
        const { found, until } = await readRange(client, partition, inRange);
        const taken = new Set(inRange.filter((row) => until === null || row <= until));
        const rest = [...wanted].filter((row) => inRange.length === 0 || !taken.has(row));
        const single = await forEachOf(rest, (row) => findRow(client, partition, row));
        const hits = [
          ...found.filter(({ rowKey = '' }) => wanted.has(rowKey)),
          ...single.filter((row) => row !== null),
        ];
        return hits.map(toEntity);
      });
    },

    async scan(table, partition, options = {}) {
      checkTable(table);
      checkKey('partition', partition);
      const limit = checkScan(options);
      const empty: ScanPage = { entities: [], continuation: null };
      return reading('scan', table, empty, (client) => scanPage(client, partition, options, limit));
    },

    async partitions(table, prefix, continuation) {
      checkTable(table);
      checkPartitionPrefix(prefix);
      if (continuation !== undefined) checkKey('partition', continuation);
      const empty = { partitions: [], continuation: null };
      return reading('partitions', table, empty, async (client) => {
        const partitions: string[] = [];
        // Every step jumps over all rows of a partition.
        let found = await nextPartition(client, continuation ?? prefix, continuation === undefined);
        while (found?.startsWith(prefix) === true) {
          if (partitions.length === MAX_PAGE) return { partitions, continuation: partitions.at(-1) ?? null };
          partitions.push(found);
          found = await nextPartition(client, found, false);
        }
        return { partitions, continuation: null };
      });
    },
  };
}

interface RangeRead {
  readonly found: readonly FoundRow[];
  /** Last key that the answer covers; null when it covers all of them. */
  readonly until: string | null;
}

/**
 * Reads from the first to the last of the keys as long as most of what comes is wanted. The service cannot count the rows
 * of a range, so it is the reading that shows; a filter that names each key would have it walk the partition.
 */
async function readRange(client: TableClient, partition: string, sorted: readonly string[]): Promise<RangeRead> {
  const [from, to] = [sorted[0], sorted.at(-1)];
  if (from === undefined || to === undefined) return { found: [], until: null };
  const budget = Math.ceil(sorted.length * DENSITY);
  const found: FoundRow[] = [];
  for await (const page of rowPages(client, partition, { from, to }, Math.min(MAX_PAGE, budget))) {
    found.push(...page.rows);
    if (page.last) break;
    const last = found.at(-1)?.rowKey;
    if (found.length >= budget && last !== undefined) return { found, until: last };
  }
  return { found, until: null };
}

async function scanPage(
  client: TableClient,
  partition: string,
  { from, to, continuation, firstLines = false }: ScanOptions,
  limit: number,
): Promise<ScanPage> {
  const range = { from, to, after: continuation };
  const found: FoundRow[] = [];
  let characters = 0;
  let complete = true;
  for await (const page of rowPages(client, partition, range, limit, firstLines ? HEAD_COLUMNS : undefined)) {
    for (const row of page.rows.slice(0, limit - found.length)) {
      found.push(row);
      characters += charactersOf(row);
    }
    complete = page.last;
    if (found.length >= limit || characters > PAGE_CHARACTERS) break;
  }
  const entities = firstLines ? await headsOf(client, partition, found) : found.map(toEntity);
  return { entities, continuation: complete ? null : (found.at(-1)?.rowKey ?? null) };
}

/** Rows whose first line does not stand by itself are read whole; one that went away meanwhile is left out. */
async function headsOf(client: TableClient, partition: string, found: readonly FoundRow[]): Promise<readonly Entity[]> {
  const heads = await forEachOf(found, async (row) => {
    const head = toHead(row);
    if (head !== null) return head;
    const whole = await findRow(client, partition, row.rowKey ?? '');
    if (whole === null) return null;
    const entity = toEntity(whole);
    return { ...entity, body: firstLineOf(entity.body) };
  });
  return heads.filter((head) => head !== null);
}

/** Of the texts and bytes of a row; a byte is a character in nearly all of what we keep. */
function charactersOf(row: FoundRow): number {
  let characters = 0;
  for (const value of Object.values(row)) {
    if (typeof value === 'string') characters += value.length;
    else if (value instanceof Uint8Array) characters += value.byteLength;
  }
  return characters;
}
