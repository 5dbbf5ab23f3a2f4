/**
 * What the EntityStore port allows, checked before anything is written. Every implementation uses these checks, so that
 * what one of them takes, all of them take: the limits are those of Azure Table Storage.
 */
import type { EntityWrite, ScanOptions } from '../../core/ports/entity-store';
import { MAX_BATCH, MAX_BATCH_BYTES, MAX_ENTITY_BYTES } from '../../core/ports/entity-store';
import { isWellFormed } from './well-formed';

const MAX_KEY = 512;
export const MAX_PAGE = 1000;

// eslint-disable-next-line no-control-regex -- control characters are what the pattern is about
const FORBIDDEN_IN_KEYS = /[/\\#?\u0000-\u001f\u007f-\u009f]/;
/** Table names compare without case in Azure: only lower case keeps two of ours apart everywhere. */
const TABLE = /^[a-z][a-z0-9]{2,62}$/;

/** @throws {RangeError} when Azure would refuse the name. */
export function checkTable(table: string): void {
  if (!TABLE.test(table)) {
    throw new RangeError(`"${table}" is no table name: 3 to 63 characters of a-z and 0-9, a letter first`);
  }
}

/** @throws {RangeError} naming the rule that the key breaks; `what` is `partition` or `row`. */
export function checkKey(what: 'partition' | 'row', key: string): void {
  if (key.length < 1 || key.length > MAX_KEY) {
    throw new RangeError(`a ${what} key has 1 to ${MAX_KEY} characters, not ${key.length}`);
  }
  checkAlphabet(`a ${what} key`, key);
}

/** @throws {RangeError} as for a key; an empty prefix is fine. */
export function checkPartitionPrefix(prefix: string): void {
  if (prefix.length > MAX_KEY) {
    throw new RangeError(`a partition prefix has at most ${MAX_KEY} characters, not ${prefix.length}`);
  }
  checkAlphabet('a partition prefix', prefix);
}

function checkAlphabet(what: string, text: string): void {
  if (FORBIDDEN_IN_KEYS.test(text)) {
    throw new RangeError(`${what} must not hold / \\ # ? or control characters: ${JSON.stringify(text)}`);
  }
  // Two keys with different halves would become one.
  if (!isWellFormed(text)) throw new RangeError(`${what} is not valid Unicode: ${JSON.stringify(text)}`);
}

/** @throws {RangeError} when a row stands twice, or a count, key or size is out of bounds. */
export function checkBatch(writes: readonly EntityWrite[]): void {
  if (writes.length < 1 || writes.length > MAX_BATCH) {
    throw new RangeError(`a batch writes 1 to ${MAX_BATCH} rows, not ${writes.length}`);
  }
  const rows = new Set<string>();
  let atMost = 0;
  for (const write of writes) {
    checkKey('row', write.row);
    if (rows.has(write.row)) throw new RangeError(`row ${write.row} stands twice in one batch`);
    rows.add(write.row);
    if (write.kind === 'delete') continue;
    checkBody(write.row, write.body);
    atMost += write.body.length * BYTES_PER_UNIT;
  }
  if (atMost > MAX_BATCH_BYTES) checkTotal(writes);
}

/** A UTF-16 unit takes at most three bytes of UTF-8: most bodies and batches need no exact count. */
const BYTES_PER_UNIT = 3;

function checkBody(row: string, body: string): void {
  if (body.length * BYTES_PER_UNIT > MAX_ENTITY_BYTES && Buffer.byteLength(body) > MAX_ENTITY_BYTES) {
    throw new RangeError(
      `the body of row ${row} has ${Buffer.byteLength(body)} bytes; at most ${MAX_ENTITY_BYTES} are allowed`,
    );
  }
  if (!isWellFormed(body)) throw new RangeError(`the body of row ${row} is not valid Unicode`);
}

function checkTotal(writes: readonly EntityWrite[]): void {
  let total = 0;
  for (const write of writes) if (write.kind !== 'delete') total += Buffer.byteLength(write.body);
  if (total > MAX_BATCH_BYTES) {
    throw new RangeError(`the bodies of one batch have at most ${MAX_BATCH_BYTES} bytes together, not ${total}`);
  }
}

/** The number of rows a page may have. @throws {RangeError} when a bound is no key or the limit is out of bounds. */
export function checkScan({ from, to, limit = MAX_PAGE, continuation }: ScanOptions): number {
  for (const bound of [from, to, continuation]) if (bound !== undefined) checkKey('row', bound);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE) {
    throw new RangeError(`a scan gives 1 to ${MAX_PAGE} rows at a time, not ${limit}`);
  }
  return limit;
}
