import { DatabaseSync } from 'node:sqlite';
import { makeGroupCommit } from '../../../storage/sqlite/group-commit';

describe('work of one turn', () => {
  let database: DatabaseSync;
  beforeEach(() => {
    database = new DatabaseSync(':memory:');
    database.exec('create table note (text text primary key)');
  });
  afterEach(() => database.close());

  const add = (text: string): void => void database.prepare('insert into note values (?)').run(text);
  const notes = (): unknown[] =>
    database
      .prepare('select text from note order by text')
      .all()
      .map(({ text }) => text);

  test('shares one commit, and what fails undoes its own writes only', async () => {
    let groups = 0;
    const group = makeGroupCommit(database, () => void (groups += 1));
    const outcomes = await Promise.allSettled([
      group.run(() => add('a')),
      group.run(() => {
        add('b');
        add('a');
      }),
      group.run(() => {
        add('c');
        return 'done';
      }),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(outcomes[2]).toMatchObject({ value: 'done' });
    expect(notes()).toEqual(['a', 'c']);
    expect(groups).toBe(1);
  });

  test('is not seen as done before it is committed', async () => {
    const group = makeGroupCommit(database, () => undefined);
    const running = group.run(() => add('a'));
    expect(notes()).toEqual([]);
    await running;
    expect({ open: database.isTransaction, notes: notes() }).toEqual({ open: false, notes: ['a'] });
  });

  test('fails as a whole where it cannot be prepared, and the next turn works again', async () => {
    let broken = true;
    const group = makeGroupCommit(database, () => {
      if (broken) throw new Error('no versions');
    });
    const failed = await Promise.allSettled([group.run(() => add('a')), group.run(() => add('b'))]);
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    broken = false;
    await group.run(() => add('c'));
    expect(notes()).toEqual(['c']);
  });
});
