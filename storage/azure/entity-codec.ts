/**
 * How an entity lies in a table row: its body as UTF-8 in binary properties `b0`, `b1`, … of 64 KiB each (a property takes
 * no more, a row 1 MiB), its first line once more in `head`, and in `by` the number of the write that made it.
 */
import type { TableEntity, TableEntityResult } from '@azure/data-tables';
import { PermanentError } from '../../core/errors';
import type { Entity } from '../../core/ports/entity-store';

const PART_BYTES = 64 * 1024;
/** Longer first lines are read from the body. 100 heads of this size leave a transaction of full size below 4 MiB. */
const MAX_HEAD_BYTES = 4096;
// Strings travel as JSON, which the service does not promise to give back to the letter where it holds such characters.
// eslint-disable-next-line no-control-regex -- control characters are what the pattern is about
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\ufeff\ufffe\uffff]/;

export type Row = TableEntity;
export type FoundRow = TableEntityResult<Record<string, unknown>>;

/** What a scan for first lines asks for; the etag comes with every answer. */
export const HEAD_COLUMNS = ['PartitionKey', 'RowKey', 'head'];
export const KEY_COLUMNS = ['PartitionKey', 'RowKey'];

/** @param mark tells this write from all others. */
export function toRow(partition: string, row: string, body: string, mark: string): Row {
  const bytes = Buffer.from(body);
  const parts: Record<string, unknown> = { by: mark };
  for (let at = 0; at === 0 || at < bytes.length; at += PART_BYTES) {
    parts[`b${at / PART_BYTES}`] = bytes.subarray(at, at + PART_BYTES);
  }
  const head = firstLineOf(body);
  if (
    head.length <= MAX_HEAD_BYTES &&
    !UNSAFE.test(head) &&
    Buffer.byteLength(JSON.stringify(head)) <= MAX_HEAD_BYTES
  ) {
    parts['head'] = head;
  }
  return { ...parts, partitionKey: partition, rowKey: row };
}

/** @throws {PermanentError} when something other than Muster wrote the row. */
export function toEntity(found: FoundRow): Entity {
  const parts: Uint8Array[] = [];
  for (let part = found['b0']; part instanceof Uint8Array; part = found[`b${parts.length}`]) parts.push(part);
  const { partitionKey = '', rowKey = '', etag } = found;
  if (parts.length === 0) {
    throw new PermanentError('a table row is none of ours: it has no body', {
      hint: 'Use a storage account, or at least tables, that nothing else writes to.',
    });
  }
  return { partition: partitionKey, row: rowKey, etag, body: Buffer.concat(parts).toString('utf8') };
}

/** The entity with its first line for a body; null when that line has to be read from the body. */
export function toHead(found: FoundRow): Entity | null {
  const { partitionKey = '', rowKey = '', etag, head } = found;
  return typeof head === 'string' ? { partition: partitionKey, row: rowKey, etag, body: head } : null;
}

export function firstLineOf(body: string): string {
  const end = body.indexOf('\n');
  return end < 0 ? body : body.slice(0, end);
}

export function markOf(found: FoundRow): string | null {
  return typeof found['by'] === 'string' ? found['by'] : null;
}
