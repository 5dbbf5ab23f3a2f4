/**
 * Entries, their history and the indexes to them, on the EntityStore port.
 *
 * There is no transaction over two partitions, so the order of writes carries the truth. Publishing for a fresh number:
 *
 *   1. ids       where the entry will lie, by its id      cut here: an id that nobody was told, and no entry
 *   2. numbers   the number belongs to the entry          cut here: lookups say "not found" (or go on answering the revoked
 *                (create-if-absent or compare-and-set)    entry before); the device's next try resumes under the same id,
 *                                                         another device takes over once `until` has passed
 *   3. keys      the entry may hold this key              cut here: the same; a hint, which readers confirm at the entry
 *   4. entries   empty row with a lock                    cut here: the same; the lock runs out
 *      (sign)                                             cut here: the same; a signature that nobody saw
 *   5. entries   revision into the history, entry into    cut after: published; whoever tries again finds it so
 *                its row: one transaction
 *
 * A change of a published entry is steps 3 (where the key is new), 4 (the lock, on the row) and 5: cut anywhere before the
 * end the former revision stands and answers. Whoever takes a number over from an entry that was never published first
 * writes `abandoned` over its row, so that a slow writer fails at step 4 or 5 instead of publishing past the number's row.
 *
 * The lock is there to sign each revision once, not for correctness: that is the etag of the row at step 5.
 */
import * as z from 'zod';
import type { E164 } from '../device/managed-device';
import type { Entity, EntityKey, EntityStore, EntityWrite } from '../ports/entity-store';
import { EntityConflict } from '../ports/entity-store';
import type { Entry } from './entry';
import { BadRequestError, DirectoryDamagedError } from './errors';
import {
  ENTRIES_FROM,
  ENTRIES_TO,
  LAST,
  claimRow,
  fingerprintKey,
  fingerprintRange,
  idKey,
  numberKey,
  revisionRow,
} from './locate';
import { claim, decodeHead, decodeRow, encodeEmpty, encodePublished, locator, numberRecord } from './records';
import type { Claim, EntryHead, Locator, Lock, NumberRecord } from './records';
import { DIRECTORY_TABLES } from './tables';
import { decodeEntry } from './verify-entry';

const { entries: ENTRIES, numbers: NUMBERS, ids: IDS, keys: KEYS } = DIRECTORY_TABLES;

/** A key that a faulty app gives to a whole fleet must not make every publication read the fleet. */
export const MAX_HINTS = 100;

/** An entry's row as it was read. */
export interface EntryRow {
  readonly key: EntityKey;
  readonly etag: string;
  readonly head: EntryHead;
  /** Null while nothing is published. */
  readonly entry: Entry | null;
}

export interface NumberRow {
  readonly value: NumberRecord;
  readonly etag: string;
}

export interface EntryPage {
  readonly entries: readonly Entry[];
  /** Null after the last page. */
  readonly continuation: string | null;
}

export interface EntryRepository {
  getNumber(phone: E164): Promise<NumberRow | null>;
  /**
   * Writes the number's row, and the claims that changed with it.
   * @param etag of the row as it was read; null to create it. @returns false when another writer was first.
   */
  putNumber(value: NumberRecord, etag: string | null, changed: readonly Claim[]): Promise<boolean>;
  /** All claims that were ever made to the number, oldest first. */
  claims(phone: E164): Promise<readonly Claim[]>;

  putId(where: Locator): Promise<void>;
  findId(entryId: string): Promise<Locator | null>;
  putKeyHint(fingerprint: string, phone: E164, where: Locator): Promise<void>;
  /**
   * Entries that may hold or have held the key, at most {@link MAX_HINTS}: confirmed by reading them.
   * @param phone null for those of all numbers.
   */
  keyHints(fingerprint: string, phone: E164 | null): Promise<readonly Locator[]>;

  getEntry(where: EntityKey): Promise<EntryRow | null>;
  /** Takes the lock on a row, creating it where it is null. @returns the row's new etag; null when another was first. */
  lock(where: Locator, row: EntryRow | null, lock: Lock): Promise<string | null>;
  /** Gives the lock back where nothing was signed; no matter if it is lost already. */
  unlock(where: Locator, entry: Entry | null, etag: string): Promise<void>;
  /** Revision and entry in one transaction. @returns false when the lock was lost. */
  publish(where: Locator, entry: Entry, etag: string): Promise<boolean>;
  /** Bars an entry that was never published. @returns false when another writer was first. */
  abandon(where: Locator, row: EntryRow | null): Promise<boolean>;
  /** All revisions, oldest first. @throws {DirectoryDamagedError} where one is missing or is not what was signed. */
  history(where: Locator): Promise<readonly Entry[]>;

  /** Published entries by partition and device. */
  list(connectorId: string | null, limit: number, continuation: string | null): Promise<EntryPage>;
  /** Heads of one partition's entries in the order of the devices' rows: for joining with these. */
  heads(partition: string): AsyncGenerator<readonly { readonly row: string; readonly head: EntryHead }[]>;
}

export function makeEntryRepository(store: EntityStore): EntryRepository {
  const write = async (table: string, partition: string, writes: readonly EntityWrite[]): Promise<string[] | null> => {
    try {
      return [...(await store.batch(table, partition, writes))];
    } catch (error) {
      if (error instanceof EntityConflict) return null;
      throw error;
    }
  };
  const insert = (table: string, { partition, row }: EntityKey, value: unknown): Promise<string[] | null> =>
    write(table, partition, [{ kind: 'insert', row, body: JSON.stringify(value) }]);

  async function* scan(
    table: string,
    partition: string,
    range: { readonly from: string; readonly to: string; readonly firstLines?: boolean },
  ): AsyncGenerator<readonly Entity[]> {
    let continuation: string | null = null;
    do {
      const page = await store.scan(table, partition, continuation === null ? range : { ...range, continuation });
      yield page.entities;
      ({ continuation } = page);
    } while (continuation !== null);
  }
  const scanAll = async <T>(
    table: string,
    partition: string,
    prefix: string,
    read: (body: string) => T,
  ): Promise<readonly T[]> => {
    const found: T[] = [];
    for await (const page of scan(table, partition, { from: prefix, to: `${prefix}${LAST}` })) {
      found.push(...page.map(({ body }) => read(body)));
    }
    return found;
  };

  return {
    async getNumber(phone) {
      const row = await store.get(NUMBERS, numberKey(phone));
      return row === null ? null : { value: parse(numberRecord, row.body), etag: row.etag };
    },
    async putNumber(value, etag, changed) {
      const { partition, row } = numberKey(value.phone);
      const body = JSON.stringify(value);
      const writes: EntityWrite[] = [
        etag === null ? { kind: 'insert', row, body } : { kind: 'update', row, body, etag },
      ];
      for (const each of changed) {
        writes.push({ kind: 'upsert', row: claimRow(value.phone, each.claimId), body: JSON.stringify(each) });
      }
      return (await write(NUMBERS, partition, writes)) !== null;
    },
    claims(phone) {
      return scanAll(NUMBERS, numberKey(phone).partition, claimRow(phone, ''), (body) => parse(claim, body));
    },

    async putId(where) {
      await insert(IDS, idKey(where.entryId), where);
    },
    async findId(entryId) {
      const row = await store.get(IDS, idKey(entryId));
      return row === null ? null : parse(locator, row.body);
    },
    async putKeyHint(fingerprint, phone, where) {
      await insert(KEYS, fingerprintKey(fingerprint, phone, where.entryId), where);
    },
    async keyHints(fingerprint, phone) {
      const { partition, prefix } = fingerprintRange(fingerprint, phone);
      const range = { from: prefix, to: `${prefix}${LAST}`, limit: MAX_HINTS };
      return (await store.scan(KEYS, partition, range)).entities.map(({ body }) => parse(locator, body));
    },

    async getEntry({ partition, row }) {
      const found = await store.get(ENTRIES, { partition, row });
      if (found === null) return null;
      const { etag, body } = found;
      return { key: { partition, row }, etag, head: decodeHead(body), entry: decodeRow(body) };
    },
    async lock({ entryId, partition, row }, current, lock) {
      const entry = current?.entry ?? null;
      const body = entry === null ? encodeEmpty('unpublished', entryId, lock) : encodePublished(entry, lock);
      const change: EntityWrite =
        current === null ? { kind: 'insert', row, body } : { kind: 'update', row, body, etag: current.etag };
      return (await write(ENTRIES, partition, [change]))?.[0] ?? null;
    },
    async unlock({ entryId, partition, row }, entry, etag) {
      const body = entry === null ? encodeEmpty('unpublished', entryId, null) : encodePublished(entry, null);
      await write(ENTRIES, partition, [{ kind: 'update', row, body, etag }]);
    },
    async publish({ entryId, partition, row }, entry, etag) {
      const written = await write(ENTRIES, partition, [
        { kind: 'update', row, body: encodePublished(entry, null), etag },
        { kind: 'insert', row: revisionRow(entryId, entry.revision), body: entry.jws },
      ]);
      return written !== null;
    },
    async abandon({ entryId, partition, row }, current) {
      const body = encodeEmpty('abandoned', entryId, null);
      const change: EntityWrite =
        current === null ? { kind: 'insert', row, body } : { kind: 'update', row, body, etag: current.etag };
      return (await write(ENTRIES, partition, [change])) !== null;
    },
    async history({ entryId, partition }) {
      const revisions = await scanAll(ENTRIES, partition, `h!${entryId}!`, decodeEntry);
      return revisions.map((entry, index) => {
        if (entry?.entryId !== entryId || entry.revision !== index + 1) {
          throw new DirectoryDamagedError(
            `revision ${index + 1} of entry ${entryId} is missing or is not what was signed`,
          );
        }
        return entry;
      });
    },

    async list(connectorId, limit, continuation) {
      const prefix = connectorId === null ? '' : `${connectorId}|`;
      const entries: Entry[] = [];
      let { partition: first, within }: ListToken = continuation === null ? BEGINNING : readToken(continuation, prefix);
      for await (const partition of partitionsFrom(store, prefix, first)) {
        // Only a partition that the token names may be exhausted already.
        if (partition === first && within === null) continue;
        first = null;
        do {
          const page = await store.scan(ENTRIES, partition, {
            from: ENTRIES_FROM,
            to: ENTRIES_TO,
            limit: limit - entries.length,
            ...(within === null ? {} : { continuation: within }),
          });
          entries.push(...page.entities.flatMap(({ body }) => decodeRow(body) ?? []));
          within = page.continuation;
          if (entries.length === limit) return { entries, continuation: writeToken({ partition, within }) };
        } while (within !== null);
      }
      return { entries, continuation: null };
    },
    async *heads(partition) {
      for await (const page of scan(ENTRIES, partition, { from: ENTRIES_FROM, to: ENTRIES_TO, firstLines: true })) {
        yield page.map(({ row, body }) => ({ row, head: decodeHead(body) }));
      }
    },
  };
}

function parse<T>(schema: z.ZodType<T>, body: string): T {
  return schema.parse(JSON.parse(body));
}

/** Partitions in order, from the given one on: the port goes on behind a partition, so that one is asked for by name. */
async function* partitionsFrom(store: EntityStore, prefix: string, first: string | null): AsyncGenerator<string> {
  if (first !== null) yield first;
  let more = first;
  do {
    const page = await store.partitions(ENTRIES, prefix, more ?? undefined);
    yield* page.partitions;
    more = page.continuation;
  } while (more !== null);
}

interface ListToken {
  readonly partition: string | null;
  /** Where its scan goes on; null where nothing is left of it. */
  readonly within: string | null;
}

const BEGINNING: ListToken = { partition: null, within: null };
const listToken = z.tuple([
  z.string().regex(/^[a-z0-9-]{1,32}\|[a-z0-9]{1,16}$/),
  z
    .string()
    .regex(/^e![A-Za-z0-9._=;!-]{1,500}$/)
    .nullable(),
]);

function writeToken({ partition, within }: ListToken): string {
  return Buffer.from(JSON.stringify([partition, within])).toString('base64url');
}

/** @throws {BadRequestError} for what no list gave out. */
function readToken(text: string, prefix: string): ListToken {
  try {
    const [partition, within] = listToken.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    if (!partition.startsWith(prefix)) throw new RangeError('the token is of another connector');
    return { partition, within };
  } catch (error) {
    throw new BadRequestError('continuation', 'must be what the page before gave', { cause: error });
  }
}
