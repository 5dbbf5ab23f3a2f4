/**
 * Which file holds which blob, in which version: a small database beside the files, so that conditions hold between
 * processes, a name may be a prefix of another, and no file system's idea of case or length reaches the names.
 */
import type { DatabaseSync } from 'node:sqlite';
import { BlobConflict, BlobHeld } from '../../core/ports/blob-store';
import { openDatabase } from '../sqlite/database';
import type { Schema } from '../sqlite/database';
import type { Cells } from '../sqlite/query';
import { integerAt, prepareQuery, textAt } from '../sqlite/query';
import { transaction } from '../sqlite/transaction';
import { VERSION_TABLE, makeVersionSource } from '../sqlite/version-source';

/**
 * `full`, since the file of a replaced blob is removed right after the commit, and since whoever stores a reference to a
 * blob may rely on the blob being there.
 */
const SCHEMA: Schema = {
  synchronous: 'full',
  cacheMegabytes: 4,
  migrations: [
    `create table blob (
       name text not null primary key, version integer not null, size integer not null, file text not null unique,
       held integer not null default 0, retained_until integer not null default 0
     );
     ${VERSION_TABLE}`,
  ],
};

export interface IndexedBlob {
  readonly name: string;
  readonly version: number;
  readonly size: number;
  /** Name of the file that holds the bytes, of which the first `size` count. */
  readonly file: string;
  readonly held: boolean;
  /** Milliseconds since the epoch. */
  readonly retainedUntil: number;
}

/** What must be true of the blob for a write to happen. */
export type Condition =
  | { readonly kind: 'any' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'version'; readonly version: number | null };

export interface BlobIndex {
  find(name: string): IndexedBlob | null;
  isUsed(file: string): boolean;
  /** Names that start with the prefix, after the given one, in order. */
  list(prefix: string, after: string | null, limit: number): readonly IndexedBlob[];
  /** Makes a file the blob's content. Gives the file it replaces. @throws {BlobConflict} @throws {BlobHeld} */
  publish(
    blob: FileOfBlob,
    condition: Condition,
    now: number,
  ): { readonly version: number; readonly replaced: string | null };
  /** Lets `write` add to the blob's file while no other process can. @throws {BlobHeld} */
  extend(name: string, now: number, write: (before: IndexedBlob | null) => FileOfBlob): IndexedBlob;
  /** Gives the file that nothing refers to any more. @throws {BlobHeld} */
  remove(name: string, now: number): string | null;
  /** @throws {BlobConflict} when there is no such blob. */
  hold(name: string, held: boolean): void;
  /** The later of the old and the new moment counts. @throws {BlobConflict} when there is no such blob. */
  retain(name: string, until: number): void;
  close(): void;
}

export type FileOfBlob = Pick<IndexedBlob, 'name' | 'file' | 'size'>;

const COLUMNS = 'name, version, size, file, held, retained_until';
/** Above every character that a name may have. */
const AFTER_ALPHABET = '{';

/** @throws {ConfigError} where the file cannot be used. */
export function openBlobIndex(file: string): BlobIndex {
  const database: DatabaseSync = openDatabase(file, SCHEMA);
  const versions = makeVersionSource(database);
  const byName = prepareQuery(database, `select ${COLUMNS} from blob where name = ?`);
  const byFile = prepareQuery(database, 'select 1 from blob where file = ?');
  const page = prepareQuery(
    database,
    `select ${COLUMNS} from blob where name >= ? and name < ? and name > ? order by name limit ?`,
  );
  const put = database.prepare(
    `insert into blob (name, version, size, file) values (?, ?, ?, ?)
     on conflict do update set version = excluded.version, size = excluded.size, file = excluded.file`,
  );
  const drop = database.prepare('delete from blob where name = ?');
  const setHeld = database.prepare('update blob set held = ? where name = ?');
  const setRetained = database.prepare('update blob set retained_until = max(retained_until, ?) where name = ?');

  const find = (name: string): IndexedBlob | null => {
    const row = byName.first(name);
    return row === undefined ? null : blobOf(row);
  };
  const write = ({ name, file: holder, size }: FileOfBlob): number => {
    const version = versions.take();
    put.run(name, version, size, holder);
    return version;
  };

  return {
    find,
    isUsed: (holder) => byFile.first(holder) !== undefined,
    list: (prefix, after, limit) => page.all(prefix, prefix + AFTER_ALPHABET, after ?? '', limit).map(blobOf),
    publish(blob, condition, now) {
      versions.reserve(1);
      return transaction(database, () => {
        const before = find(blob.name);
        checkWrite(blob.name, before, condition, now);
        return { version: write(blob), replaced: before?.file ?? null };
      });
    },
    extend(name, now, append) {
      versions.reserve(1);
      return transaction(database, () => {
        const before = find(name);
        checkWrite(name, before, { kind: 'any' }, now);
        const after = append(before);
        return { held: false, retainedUntil: 0, ...before, ...after, version: write(after) };
      });
    },
    remove: (name, now) =>
      transaction(database, () => {
        const before = find(name);
        checkWrite(name, before, { kind: 'any' }, now);
        drop.run(name);
        return before?.file ?? null;
      }),
    hold: (name, held) =>
      transaction(database, () => {
        if (setHeld.run(held ? 1 : 0, name).changes === 0) throw new BlobConflict(name);
      }),
    retain: (name, until) =>
      transaction(database, () => {
        if (setRetained.run(Math.ceil(until), name).changes === 0) throw new BlobConflict(name);
      }),
    close: () => {
      if (database.isOpen) database.close();
    },
  };
}

/** @throws {BlobConflict} when the condition does not hold. @throws {BlobHeld} when it does and the blob is protected. */
export function checkWrite(name: string, before: IndexedBlob | null, condition: Condition, now: number): void {
  if (condition.kind === 'absent' && before !== null) throw new BlobConflict(name);
  if (condition.kind === 'version' && before?.version !== condition.version) throw new BlobConflict(name);
  if (before !== null && (before.held || before.retainedUntil > now)) throw new BlobHeld(name);
}

function blobOf(row: Cells): IndexedBlob {
  return {
    name: textAt(row, 0),
    version: integerAt(row, 1),
    size: integerAt(row, 2),
    file: textAt(row, 3),
    held: integerAt(row, 4) === 1,
    retainedUntil: integerAt(row, 5),
  };
}
