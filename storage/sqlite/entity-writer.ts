/** One write of a batch: its condition and its effect are a single statement. */
import type { DatabaseSync } from 'node:sqlite';
import type { EntityWrite } from '../../core/ports/entity-store';
import { EntityConflict } from '../../core/ports/entity-store';
import type { VersionSource } from './version-source';

/** Returns the row's new etag, `''` for a delete. Runs inside the caller's transaction. @throws {EntityConflict} */
export type EntityWriter = (table: string, partition: string, write: EntityWrite) => string;

export function makeEntityWriter(database: DatabaseSync, versions: VersionSource): EntityWriter {
  const key = 'tbl = ? and partition = ? and row = ?';
  const into = 'insert into entity (tbl, partition, row, etag, body) values (?, ?, ?, ?, ?) on conflict';
  const insert = database.prepare(`${into} do nothing`);
  const upsert = database.prepare(`${into} do update set etag = excluded.etag, body = excluded.body`);
  const update = database.prepare(`update entity set etag = ?, body = ? where ${key} and etag = ?`);
  const drop = database.prepare(`delete from entity where ${key}`);
  const dropMatching = database.prepare(`delete from entity where ${key} and etag = ?`);

  return (table, partition, write) => {
    const expectOne = ({ changes }: { readonly changes: number | bigint }): void => {
      if (changes !== 1) throw new EntityConflict(table, partition, write.row);
    };
    switch (write.kind) {
      case 'insert': {
        const version = versions.take();
        expectOne(insert.run(table, partition, write.row, version, write.body));
        return String(version);
      }
      case 'update': {
        const version = versions.take();
        expectOne(update.run(version, write.body, table, partition, write.row, versionOf(write.etag)));
        return String(version);
      }
      case 'upsert': {
        const version = versions.take();
        upsert.run(table, partition, write.row, version, write.body);
        return String(version);
      }
      case 'delete': {
        if (write.etag === undefined) drop.run(table, partition, write.row);
        else expectOne(dropMatching.run(table, partition, write.row, versionOf(write.etag)));
        return '';
      }
    }
  };
}

/** Null equals nothing in SQL: an etag that is none of ours, such as `*`, matches no row. */
function versionOf(etag: string): number | null {
  return /^[1-9]\d{0,15}$/.test(etag) ? Number(etag) : null;
}
