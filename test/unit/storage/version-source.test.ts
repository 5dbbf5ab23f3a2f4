import { DatabaseSync } from 'node:sqlite';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { VERSION_TABLE, makeVersionSource } from '../../../storage/sqlite/version-source';
import type { VersionSource } from '../../../storage/sqlite/version-source';

let folder: string;
let databases: DatabaseSync[];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'muster-versions-'));
  databases = [];
});
afterEach(() => {
  for (const database of databases) database.close();
  rmSync(folder, { recursive: true });
});

/** A source of the same file, as another process or a later one has it. */
function openSource(): VersionSource {
  const database = new DatabaseSync(path.join(folder, 'test.db'));
  if (databases.length === 0) database.exec(VERSION_TABLE);
  databases.push(database);
  return makeVersionSource(database);
}

function take(source: VersionSource, count: number): number[] {
  source.reserve(count);
  return Array.from({ length: count }, () => source.take());
}

describe('versions', () => {
  it('are positive whole numbers that never repeat, over several sources of one file', () => {
    const sources = [openSource(), openSource(), openSource()];
    const seen: number[] = [];
    for (let round = 0; round < 30; round += 1) {
      for (const [at, source] of sources.entries()) seen.push(...take(source, 1 + ((round * 37 + at * 11) % 700)));
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.every((version) => Number.isSafeInteger(version) && version > 0)).toBe(true);
  });

  it('are not handed out without a reservation: it has to be made before the transaction', () => {
    const source = openSource();
    expect(() => source.take()).toThrow('no version is reserved');
    source.reserve(1);
    expect(source.take()).toBeGreaterThan(0);
  });

  it('outlive a rollback: what was taken in it is not handed out again', () => {
    const source = openSource();
    const taken = take(source, 3);
    databases[0]!.exec('begin immediate');
    taken.push(source.take());
    databases[0]!.exec('rollback');
    const after = [...take(source, 3), ...take(openSource(), 3)];
    expect(after.filter((version) => taken.includes(version))).toEqual([]);
  });

  it('can be reserved in any number', () => {
    expect(new Set(take(openSource(), 20_000)).size).toBe(20_000);
  });
});
