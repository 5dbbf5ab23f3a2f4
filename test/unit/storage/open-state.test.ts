import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ConfigError, PermanentError } from '../../../core/errors';
import { openEmbeddedState } from '../../../storage/sqlite/open-state';
import type { EmbeddedState } from '../../../storage/sqlite/open-state';

let folder: string;
let home: string;
const opened: EmbeddedState[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'muster-state-'));
  home = path.join(folder, 'deep', 'state');
});
afterEach(() => {
  for (const state of opened.splice(0)) state.close();
  rmSync(folder, { recursive: true, force: true });
});

const open = async (at = home): Promise<EmbeddedState> => {
  const state = await openEmbeddedState(at, { clock: { now: () => 1_000_000 } });
  opened.push(state);
  return state;
};

const everything = (below: string): string[] =>
  readdirSync(below, { recursive: true, encoding: 'utf8' }).map((name) => path.join(below, name));

const modeOf = (file: string): string => (statSync(file).mode & 0o777).toString(8);

describe('opening a state folder', () => {
  it('creates the folder, the database and the place for blobs', async () => {
    await open();
    expect(readdirSync(home)).toEqual(expect.arrayContaining(['muster.db', 'blobs']));
  });

  it('says which folder it is, in full', async () => {
    expect((await open(path.relative(process.cwd(), home))).path).toBe(home);
  });

  it('finds everything again after it was closed', async () => {
    const before = await open();
    const [etag] = await before.entities.batch('runs', 'p', [{ kind: 'insert', row: 'a', body: 'kept' }]);
    await before.queue.send('pages', 'kept');
    const blob = await before.blobs.put('a', Buffer.from('kept'));
    await before.blobs.hold('a', true);
    before.close();

    const after = await open();
    expect(await after.entities.get('runs', { partition: 'p', row: 'a' })).toMatchObject({ etag, body: 'kept' });
    expect(await after.queue.receive('pages', { max: 1, visibilitySeconds: 30 })).toMatchObject([{ body: 'kept' }]);
    expect(await after.blobs.get('a')).toEqual({ ...blob, bytes: Buffer.from('kept') });
    await expect(after.blobs.remove('a')).rejects.toThrow('hold');
  });

  it('never gives a version of before again', async () => {
    const etags = new Set<string>();
    for (let at = 0; at < 5; at += 1) {
      const state = await open();
      await state.entities.batch('runs', 'p', [{ kind: 'delete', row: 'a' }]);
      const [etag = ''] = await state.entities.batch('runs', 'p', [{ kind: 'insert', row: 'a', body: '' }]);
      etags.add(etag);
      state.close();
    }
    expect(etags.size).toBe(5);
  });

  it('can be closed twice', async () => {
    const state = await open();
    state.close();
    state.close();
  });

  it('can be open twice: what one writes the other reads', async () => {
    const [one, other] = [await open(), await open()];
    await one.entities.batch('runs', 'p', [{ kind: 'insert', row: 'a', body: 'x' }]);
    expect((await other.entities.get('runs', { partition: 'p', row: 'a' }))?.body).toBe('x');
    await one.blobs.put('a', Buffer.from('x'));
    expect((await other.blobs.get('a'))?.bytes.toString()).toBe('x');
  });
});

describe('who may read a state', () => {
  if (process.platform === 'win32') {
    process.stdout.write('open-state: file modes are not looked at on Windows, which has none\n');
    it.skip('only its owner: file modes do not exist on Windows', () => undefined);
    return;
  }

  it('only its owner: every file is 600 and every folder 700, also beside a running writer', async () => {
    const state = await open();
    await state.entities.batch('runs', 'p', [{ kind: 'insert', row: 'a', body: 'x' }]);
    await state.blobs.put('a/b', Buffer.from('x'));
    await state.blobs.append('c', Buffer.from('x'));
    expect(modeOf(home)).toBe('700');
    const modes = everything(home).map((file) => [statSync(file).isDirectory(), modeOf(file)]);
    expect(modes.length).toBeGreaterThan(6);
    expect(modes.filter(([isFolder, mode]) => mode !== (isFolder === true ? '700' : '600'))).toEqual([]);
  });

  it('only its owner, also where the folder was there before and open to all; that folder stays as it is', async () => {
    mkdirSync(home, { recursive: true });
    chmodSync(home, 0o755);
    await open();
    expect(modeOf(home)).toBe('755');
    expect(modeOf(path.join(home, 'muster.db'))).toBe('600');
    expect(modeOf(path.join(home, 'blobs'))).toBe('700');
  });
});

describe('a folder that cannot be used stops the start, and the message says what to do', () => {
  const problemOf = async (): Promise<unknown> => {
    try {
      await open();
      return null;
    } catch (error) {
      return error;
    }
  };

  for (const file of ['muster.db', path.join('blobs', 'index.db')]) {
    it(`${file} was written by a newer version`, async () => {
      (await open()).close();
      const database = new DatabaseSync(path.join(home, file));
      database.exec('pragma user_version = 99');
      database.close();
      const problem = await problemOf();
      expect(problem).toBeInstanceOf(ConfigError);
      expect(problem).toMatchObject({
        message: expect.stringContaining('newer version'),
        problems: [{ path: 'state.path' }],
      });
    });

    it(`${file} is no database`, async () => {
      mkdirSync(path.join(home, 'blobs'), { recursive: true });
      writeFileSync(path.join(home, file), 'these are not the bytes of a database\n'.repeat(50));
      expect(await problemOf()).toMatchObject({ name: 'ConfigError', message: expect.stringContaining('damaged') });
    });

    it(`${file} is a folder`, async () => {
      mkdirSync(path.join(home, file), { recursive: true });
      expect(await problemOf()).toMatchObject({ name: 'ConfigError', problems: [{ hint: expect.any(String) }] });
    });
  }

  it('the folder is a file', async () => {
    mkdirSync(path.dirname(home), { recursive: true });
    writeFileSync(home, '');
    expect(await problemOf()).toMatchObject({
      name: 'ConfigError',
      message: expect.stringContaining('cannot be created'),
    });
  });

  it('leaves a newer file as it was', async () => {
    (await open()).close();
    const file = path.join(home, 'muster.db');
    const database = new DatabaseSync(file);
    database.exec('create table of_the_future (x); pragma user_version = 99');
    database.close();
    await problemOf();
    const again = new DatabaseSync(file);
    expect(again.prepare('pragma user_version').get()).toEqual({ user_version: 99 });
    again.close();
  });
});

describe('the schema', () => {
  it('is brought forward from the first version, and keeps what is there', async () => {
    mkdirSync(home, { recursive: true });
    const old = new DatabaseSync(path.join(home, 'muster.db'));
    old.exec(`
      create table entity (
        tbl text not null, partition text not null, row text not null, etag integer not null, body text not null,
        primary key (tbl, partition, row)
      );
      create table message (
        seq integer primary key autoincrement,
        queue text not null, body text not null, visible_at integer not null,
        receipt text, dequeued integer not null default 0
      );
      create index message_by_time on message (queue, visible_at, seq);
      insert into entity values ('runs', 'p', 'a', 1764028800000001, 'kept');
      insert into message (queue, body, visible_at) values ('pages', 'kept', 0);
      pragma user_version = 1;
    `);
    old.close();
    const state = await open();
    const kept = await state.entities.get('runs', { partition: 'p', row: 'a' });
    expect(kept).toMatchObject({ body: 'kept', etag: '1764028800000001' });
    await state.entities.batch('runs', 'p', [{ kind: 'update', row: 'a', body: 'new', etag: kept!.etag }]);
    const [message] = await state.queue.receive('pages', { max: 1, visibilitySeconds: 30 });
    expect(await state.queue.poison('pages', message!, 'why')).toBe(true);
  });
});

describe('files of blobs', () => {
  const data = (): string => path.join(home, 'blobs', 'data');
  const files = (): string[] => everything(data()).filter((file) => statSync(file).isFile());

  it('are replaced, not kept: one file per blob, none after it is removed', async () => {
    const { blobs } = await open();
    for (let at = 0; at < 5; at += 1) await blobs.put('a', Buffer.from(String(at)));
    await blobs.append('b', Buffer.from('x'));
    await blobs.append('b', Buffer.from('y'));
    expect(files()).toHaveLength(2);
    await blobs.remove('a');
    await blobs.remove('b');
    expect(files()).toEqual([]);
  });

  it('are not left behind by a write that conflicts', async () => {
    const { blobs } = await open();
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => blobs.putIfAbsent('a', Buffer.from('x'))));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(files()).toHaveLength(1);
  });

  it('that a crash left behind are removed at the next open, those that someone may be writing are not', async () => {
    const state = await open();
    await state.blobs.put('a', Buffer.from('x'));
    state.close();
    const shard = path.join(data(), 'ab');
    mkdirSync(shard, { recursive: true });
    const [fresh, old] = [path.join(shard, 'ab-fresh'), path.join(shard, 'ab-old')];
    for (const file of [fresh, old]) writeFileSync(file, 'half');
    const yesterday = new Date(Date.now() - 86_400_000);
    utimesSync(old, yesterday, yesterday);
    for (const file of files().filter((name) => !name.startsWith(shard))) utimesSync(file, yesterday, yesterday);

    const again = await open();
    expect(everything(shard)).toEqual([fresh]);
    expect((await again.blobs.get('a'))?.bytes.toString()).toBe('x');
    expect((await again.blobs.list('')).blobs).toHaveLength(1);
  });

  it('that are lost are named, with what to do', async () => {
    const { blobs } = await open();
    await blobs.put('a', Buffer.from('x'));
    rmSync(files()[0]!);
    await expect(blobs.get('a')).rejects.toThrow(PermanentError);
    await expect(blobs.get('a')).rejects.toMatchObject({ context: { hint: expect.stringContaining('backup') } });
    await blobs.put('a', Buffer.from('new'));
    expect((await blobs.get('a'))?.bytes.toString()).toBe('new');
  });

  it('show what an append that was cut short wrote to nobody, and the next append writes over it', async () => {
    const { blobs } = await open();
    await blobs.append('log', Buffer.from('one\n'));
    writeFileSync(files()[0]!, 'one\ntwo, cut sho');
    expect((await blobs.get('log'))?.bytes.toString()).toBe('one\n');
    expect((await blobs.get('log', { offset: 2 }))?.bytes.toString()).toBe('e\n');
    expect((await blobs.get('log', { offset: 2, length: 100 }))?.bytes.toString()).toBe('e\n');
    await blobs.append('log', Buffer.from('2\n'));
    expect((await blobs.get('log'))?.bytes.toString()).toBe('one\n2\n');
  });
});
