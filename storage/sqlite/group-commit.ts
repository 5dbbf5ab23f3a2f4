/**
 * One commit for all that is asked for in the same turn of the event loop. A page of a fleet falls into many partitions,
 * and a commit costs as much as writing a hundred rows. Each piece of work is still all or nothing, on its own savepoint.
 */
import type { DatabaseSync } from 'node:sqlite';
import { transaction } from './transaction';

export interface GroupCommit {
  /**
   * Resolves once the work is committed.
   * @param work synchronous; what it throws undoes its own writes and rejects its own promise.
   */
  run<T>(work: () => T): Promise<T>;
}

interface Job {
  readonly work: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** @param prepare called before the transaction of each group. */
export function makeGroupCommit(database: DatabaseSync, prepare: () => void): GroupCommit {
  let waiting: Job[] = [];

  const onSavepoint = ({ work, resolve, reject }: Job): (() => void) => {
    database.exec('savepoint piece');
    try {
      const value = work();
      database.exec('release piece');
      return () => resolve(value);
    } catch (error) {
      // A failure of the disk may have ended the whole transaction: then nobody's work is done.
      if (!database.isTransaction) throw error;
      database.exec('rollback to piece');
      database.exec('release piece');
      return () => reject(error);
    }
  };

  const commit = (): void => {
    const group = waiting;
    waiting = [];
    try {
      prepare();
      const settlements = transaction(database, () => group.map(onSavepoint));
      for (const settle of settlements) settle();
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  };

  return {
    run<T>(work: () => T): Promise<T> {
      return new Promise<T>((resolve, reject) => {
        if (waiting.length === 0) setImmediate(commit);
        waiting.push({ work, resolve: (value) => resolve(value as T), reject });
      });
    },
  };
}
