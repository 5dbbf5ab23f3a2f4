import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { TransientError } from '../../../core/errors';
import { transaction } from '../../../storage/sqlite/transaction';

let folder: string;
let database: DatabaseSync;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'muster-transaction-'));
  database = new DatabaseSync(path.join(folder, 'test.db'), { timeout: 20 });
  database.exec('pragma journal_mode = wal; create table t (x integer primary key)');
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

const insert = (x: number): void => database.exec(`insert into t values (${x})`);
const rows = (): unknown[] => database.prepare('select x from t order by x').all();

describe('transaction', () => {
  it('gives what the work gives, and keeps what it wrote', () => {
    expect(transaction(database, () => (insert(1), 'result'))).toBe('result');
    expect(rows()).toEqual([{ x: 1 }]);
  });

  it('keeps nothing of a work that throws, and throws the same error', () => {
    const error = new Error('changed my mind');
    const work = (): never => {
      insert(1);
      throw error;
    };
    expect(() => transaction(database, work)).toThrow(error);
    expect(rows()).toEqual([]);
  });

  it('keeps nothing of a work that SQLite refuses, and the next one starts afresh', () => {
    const twice = (): void => {
      insert(1);
      insert(1);
    };
    expect(() => transaction(database, twice)).toThrow('UNIQUE');
    transaction(database, () => insert(2));
    expect(rows()).toEqual([{ x: 2 }]);
  });

  it('waits for another writer only so long, then is a passing failure that says what to do', () => {
    const other = new DatabaseSync(path.join(folder, 'test.db'));
    other.exec('begin immediate');
    const write = (): void => transaction(database, () => insert(1));
    expect(write).toThrow(TransientError);
    expect(write).toThrow('locked by another process');
    other.exec('rollback');
    other.close();
    write();
    expect(rows()).toEqual([{ x: 1 }]);
  });

  it('a full disk is a passing failure, and what was there stays', () => {
    insert(1);
    const pages = Number(database.prepare('pragma page_count').get()?.['page_count']);
    database.exec(`pragma max_page_count = ${pages}`);
    const fill = (): void =>
      transaction(database, () => {
        for (let x = 2; x < 5000; x += 1) insert(x);
      });
    expect(fill).toThrow(TransientError);
    expect(rows()).toEqual([{ x: 1 }]);
  });
});
