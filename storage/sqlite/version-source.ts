/** Versions for etags: no two writes of one file ever get the same one, not even a row that is removed and made again. */
import type { DatabaseSync } from 'node:sqlite';
import { integerAt, prepareQuery } from './query';
import { transaction } from './transaction';

/** Part of the schema of every database that hands out versions. */
export const VERSION_TABLE = `
  create table version_block (id integer primary key check (id = 1), next integer not null);
  insert into version_block values (1, 1);
`;

/** Reserved at once, so that a version costs nothing; what a process leaves unused is skipped, of 2^53 in all. */
const BLOCK = 4096;

export interface VersionSource {
  /** Call it before the transaction that will take up to this many versions: a reservation must outlive a rollback. */
  reserve(count: number): void;
  /** @throws {Error} when nothing is reserved. */
  take(): number;
}

export function makeVersionSource(database: DatabaseSync): VersionSource {
  const advance = prepareQuery(database, 'update version_block set next = next + ? where id = 1 returning next');
  let next = 0;
  let end = 0;
  return {
    reserve(count) {
      if (end - next >= count) return;
      const size = Math.max(BLOCK, count);
      const [row] = transaction(database, () => advance.all(size));
      if (row === undefined) throw new Error('the table of versions is empty');
      end = integerAt(row, 0);
      next = end - size;
    },
    take() {
      if (next >= end) throw new Error('no version is reserved');
      next += 1;
      return next - 1;
    },
  };
}
