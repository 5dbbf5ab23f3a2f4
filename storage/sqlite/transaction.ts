import type { DatabaseSync } from 'node:sqlite';
import { failureOf } from './sqlite-errors';

/**
 * Runs the work as one transaction that takes the write lock at once: two processes queue up instead of failing late.
 * The work is synchronous, so nothing else of this process comes between.
 * @throws {TransientError} when another process holds the lock for too long or the disk is full; else what the work throws.
 */
export function transaction<T>(database: DatabaseSync, work: () => T): T {
  try {
    database.exec('begin immediate');
    const result = work();
    database.exec('commit');
    return result;
  } catch (error) {
    // SQLite has already rolled back after some failures of the disk.
    if (database.isTransaction) database.exec('rollback');
    throw failureOf(error);
  }
}
