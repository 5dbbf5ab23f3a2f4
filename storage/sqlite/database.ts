/** A database file of the embedded state: opened for its owner only, tuned, and brought to the current schema. */
import { chmodSync, closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { ConfigError } from '../../core/errors';
import { isBusy, unusable } from './sqlite-errors';
import { transaction } from './transaction';

export interface Schema {
  /** Each brings the file one version further; the version of a file is how many have run. Never edited once released. */
  readonly migrations: readonly string[];
  /**
   * `normal`: a killed process loses nothing, a power cut may lose the last commits, and tears none.
   * `full`: a commit is on the disk when it returns.
   */
  readonly synchronous: 'normal' | 'full';
  readonly cacheMegabytes: number;
}

/** How long a writer waits for another process's transaction; ours take milliseconds. */
const BUSY_MS = 10_000;

/**
 * @param file created at need with mode 0600, in a folder that exists.
 * @throws {ConfigError} where the file was written by a newer Muster, is no database, or cannot be opened.
 */
export function openDatabase(file: string, schema: Schema): DatabaseSync {
  let database: DatabaseSync | null = null;
  try {
    // Created here, since SQLite would create it readable for all; its journal files take the mode of the database.
    closeSync(openSync(file, 'a', 0o600));
    chmodSync(file, 0o600);
    database = new DatabaseSync(file, { timeout: BUSY_MS });
    tune(database, schema);
    migrate(database, file, schema.migrations);
    return database;
  } catch (error) {
    database?.close();
    throw unusable(file, error);
  }
}

/**
 * Rows of about 1.5 KB in an ordinary table with 8 KB pages: a WITHOUT ROWID table at 4 KB pages is four times slower.
 * The journal is cut back after a checkpoint, so that one large sweep does not leave it large for good.
 */
function tune(database: DatabaseSync, { synchronous, cacheMegabytes }: Schema): void {
  const pragmas = `
    pragma page_size = 8192;
    pragma journal_mode = wal;
    pragma synchronous = ${synchronous};
    pragma cache_size = -${cacheMegabytes * 1024};
    pragma wal_autocheckpoint = 4000;
    pragma journal_size_limit = 67108864;
    pragma temp_store = memory;
  `;
  // Two processes that open a new file at once: the switch to WAL is refused to one of them without waiting.
  for (const deadline = Date.now() + BUSY_MS; ;) {
    try {
      database.exec(pragmas);
      return;
    } catch (error) {
      if (!isBusy(error) || Date.now() > deadline) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}

function migrate(database: DatabaseSync, file: string, migrations: readonly string[]): void {
  const found = versionOf(database);
  if (found > migrations.length) {
    throw new ConfigError(`${file} was written by a newer version of Muster`, [
      {
        path: 'state.path',
        message: `${file} has schema ${found}; this version knows up to ${migrations.length}`,
        hint: 'Use the newer Muster, or name another folder.',
      },
    ]);
  }
  if (found === migrations.length) return;
  transaction(database, () => {
    // Read again under the write lock: another process may have been first.
    for (const step of migrations.slice(versionOf(database))) database.exec(step);
    database.exec(`pragma user_version = ${migrations.length}`);
  });
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('pragma user_version').get()?.['user_version']);
}
