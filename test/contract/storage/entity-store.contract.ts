/**
 * What every EntityStore does. A new implementation calls {@link describeEntityStore} with a factory and must pass unchanged.
 * Nothing here asks for more than Azure Table Storage gives: pages may be short, the last one may be empty, and the order
 * of keys is only looked at where UTF-8 and UTF-16 agree.
 */
import type { Entity, EntityStore, EntityWrite, ScanOptions } from '../../../core/ports/entity-store';
import { EntityConflict, MAX_BATCH, MAX_BATCH_BYTES, MAX_ENTITY_BYTES } from '../../../core/ports/entity-store';
import { uniqueName } from './unique-name';

export interface EntityStoreSubject {
  readonly store: EntityStore;
  close(): Promise<void>;
}

const insert = (row: string, body = '{}'): EntityWrite => ({ kind: 'insert', row, body });
const upsert = (row: string, body = '{}'): EntityWrite => ({ kind: 'upsert', row, body });

export function describeEntityStore(name: string, open: () => Promise<EntityStoreSubject>): void {
  describe(`entity store: ${name}`, () => {
    let subject: EntityStoreSubject;
    let store: EntityStore;
    let table: string;

    beforeAll(async () => {
      subject = await open();
      store = subject.store;
    });
    afterAll(async () => {
      await subject.close();
    });
    beforeEach(() => {
      table = uniqueName('t');
    });

    const get = (row: string, partition = 'p'): Promise<Entity | null> => store.get(table, { partition, row });
    const body = async (row: string): Promise<string | null> => (await get(row))?.body ?? null;
    const write = (...writes: readonly EntityWrite[]): Promise<readonly string[]> => store.batch(table, 'p', writes);
    const rows = async (count: number, nameOf: (at: number) => string, partition = 'p'): Promise<void> => {
      for (let at = 0; at < count; at += MAX_BATCH) {
        const part = Array.from({ length: Math.min(MAX_BATCH, count - at) }, (_, index) => upsert(nameOf(at + index)));
        await store.batch(table, partition, part);
      }
    };
    const pages = async (options: ScanOptions, partition = 'p'): Promise<(readonly Entity[])[]> => {
      const found: (readonly Entity[])[] = [];
      let continuation: string | null = null;
      do {
        const page: Awaited<ReturnType<EntityStore['scan']>> = await store.scan(table, partition, {
          ...options,
          ...(continuation === null ? {} : { continuation }),
        });
        found.push(page.entities);
        continuation = page.continuation;
      } while (continuation !== null);
      return found;
    };
    const scanned = async (options: ScanOptions = {}): Promise<string[]> =>
      (await pages(options)).flat().map(({ row }) => row);

    describe('a row', () => {
      it('is absent until it is written, then gives back its key, body and etag', async () => {
        expect(await get('a')).toBeNull();
        const [etag] = await write(insert('a', '{"x":1}'));
        expect(await get('a')).toEqual({ partition: 'p', row: 'a', etag, body: '{"x":1}' });
      });

      it('is told apart by table, partition and row', async () => {
        await write(insert('a', 'here'));
        expect(await get('a', 'q')).toBeNull();
        expect(await get('A')).toBeNull();
        expect(await store.get(uniqueName('t'), { partition: 'p', row: 'a' })).toBeNull();
      });

      it('has another etag after every write, also one of the same body', async () => {
        const etags = [await write(insert('a')), await write(upsert('a')), await write(upsert('a'))].flat();
        const [, , third = ''] = etags;
        etags.push(...(await write({ kind: 'update', row: 'a', body: '{}', etag: third })));
        expect(new Set(etags).size).toBe(4);
      });

      it('has an etag that never returns, not even after the row was removed and made again', async () => {
        const [first = ''] = await write(insert('a', 'one'));
        await write({ kind: 'delete', row: 'a' });
        await write(insert('a', 'two'));
        await expect(write({ kind: 'update', row: 'a', body: 'three', etag: first })).rejects.toThrow(EntityConflict);
        expect(await body('a')).toBe('two');
      });

      const texts: readonly (readonly [string, string])[] = [
        ['empty', ''],
        ['letters beyond ASCII', '{"name":"Łukasz Žižka"}'],
        ['characters beyond 16 bits', '📱🇪🇺 𝒳'],
        ['control characters and line ends', 'a\u0000b\u0001\r\n\u2028'],
        ['a byte order mark', '\ufeff{}'],
      ];
      for (const [what, text] of texts) {
        it(`gives back its body to the letter: ${what}`, async () => {
          await write(insert('a', text));
          expect(await body('a')).toBe(text);
        });
      }

      it('may have a body of exactly the limit, and not a byte more', async () => {
        const largest = 'x'.repeat(MAX_ENTITY_BYTES);
        await write(insert('a', largest));
        expect((await get('a'))?.body === largest).toBe(true);
        await expect(write(insert('b', `${largest}x`))).rejects.toThrow(RangeError);
      });

      it('counts the limit in bytes of UTF-8, not in characters', async () => {
        await expect(write(insert('a', 'é'.repeat(MAX_ENTITY_BYTES / 2 + 1)))).rejects.toThrow(RangeError);
        await write(insert('a', 'é'.repeat(MAX_ENTITY_BYTES / 2)));
      });

      it('refuses a body that has no UTF-8 form', async () => {
        await expect(write(insert('a', 'half \ud83d'))).rejects.toThrow(RangeError);
      });
    });

    describe('keys', () => {
      const taken: readonly (readonly [string, string])[] = [
        ['a colon and a bar', 'jamf:1|r0001'],
        ['a space and punctuation', 'a b!"$%&\'()*+,-.;<=>@[]^_`{}~'],
        ['letters beyond ASCII', 'Žižka ключ 電話'],
        ['characters beyond 16 bits', '📱'],
        ['the longest', 'k'.repeat(512)],
        ['what looks like a number', '0017'],
      ];
      for (const [what, key] of taken) {
        it(`takes ${what}`, async () => {
          await store.batch(table, key, [insert(key, 'x')]);
          expect(await get(key, key)).toMatchObject({ partition: key, row: key, body: 'x' });
          expect((await store.getMany(table, key, [key, 'absent'])).map(({ row }) => row)).toEqual([key]);
        });
      }

      const refused: readonly (readonly [string, string])[] = [
        ['an empty key', ''],
        ['513 characters', 'k'.repeat(513)],
        ['a slash', 'a/b'],
        ['a backslash', 'a\\b'],
        ['a hash', 'a#b'],
        ['a question mark', 'a?b'],
        ['a line end', 'a\nb'],
        ['NUL', 'a\u0000'],
        ['DEL', 'a\u007f'],
        ['a C1 control character', 'a\u0085b'],
        ['half a surrogate pair', 'a\ud83d'],
      ];
      for (const [what, key] of refused) {
        it(`refuses ${what}, as row and as partition, to read and to write`, async () => {
          await expect(write(insert(key))).rejects.toThrow(RangeError);
          await expect(store.batch(table, key, [insert('a')])).rejects.toThrow(RangeError);
          await expect(get(key)).rejects.toThrow(RangeError);
          await expect(store.getMany(table, 'p', ['a', key])).rejects.toThrow(RangeError);
          await expect(store.scan(table, key)).rejects.toThrow(RangeError);
        });
      }

      it('does not take one key for another that differs in case or normalisation', async () => {
        const keys = ['key', 'KEY', 'caf\u00e9', 'cafe\u0301'];
        await write(...keys.map((key) => insert(key, key)));
        for (const key of keys) expect(await body(key)).toBe(key);
      });

      for (const bad of ['', 'ab', 'Devices', 'a-b', '1abc', 'a'.repeat(64), 'a b c']) {
        it(`refuses ${JSON.stringify(bad)} as a table`, async () => {
          await expect(store.batch(bad, 'p', [insert('a')])).rejects.toThrow(RangeError);
          await expect(store.scan(bad, 'p')).rejects.toThrow(RangeError);
        });
      }
    });

    describe('conditions', () => {
      it('insert conflicts with a row that exists and leaves it alone', async () => {
        await write(insert('a', 'first'));
        await expect(write(insert('a', 'second'))).rejects.toThrow(EntityConflict);
        expect(await body('a')).toBe('first');
      });

      it('update replaces the version it names', async () => {
        const [etag = ''] = await write(insert('a', 'one'));
        const [next] = await write({ kind: 'update', row: 'a', body: 'two', etag });
        expect(await get('a')).toMatchObject({ body: 'two', etag: next });
      });

      it('update conflicts with a newer version', async () => {
        const [old = ''] = await write(insert('a', 'one'));
        await write(upsert('a', 'two'));
        await expect(write({ kind: 'update', row: 'a', body: 'three', etag: old })).rejects.toThrow(EntityConflict);
        expect(await body('a')).toBe('two');
      });

      it('update conflicts with absence', async () => {
        const [etag = ''] = await write(insert('a'));
        await write({ kind: 'delete', row: 'a' });
        await expect(write({ kind: 'update', row: 'a', body: 'x', etag })).rejects.toThrow(EntityConflict);
        expect(await get('a')).toBeNull();
      });

      it('delete removes the version it names, and conflicts with a newer one or with absence', async () => {
        const [old = ''] = await write(insert('a', 'one'));
        const [etag = ''] = await write(upsert('a', 'two'));
        await expect(write({ kind: 'delete', row: 'a', etag: old })).rejects.toThrow(EntityConflict);
        expect(await body('a')).toBe('two');
        await write({ kind: 'delete', row: 'a', etag });
        expect(await get('a')).toBeNull();
        await expect(write({ kind: 'delete', row: 'a', etag })).rejects.toThrow(EntityConflict);
      });

      it('delete without an etag takes whatever is there, also nothing', async () => {
        await write(insert('a'));
        expect(await write({ kind: 'delete', row: 'a' })).toEqual(['']);
        expect(await write({ kind: 'delete', row: 'a' })).toEqual(['']);
      });

      it('an etag is never a wildcard', async () => {
        await write(insert('a', 'one'));
        await expect(write({ kind: 'update', row: 'a', body: 'two', etag: '*' })).rejects.toThrow(EntityConflict);
        await expect(write({ kind: 'delete', row: 'a', etag: '*' })).rejects.toThrow(EntityConflict);
        await expect(write({ kind: 'update', row: 'a', body: 'two', etag: '' })).rejects.toThrow(EntityConflict);
        expect(await body('a')).toBe('one');
      });

      it('of ten writers that insert at once, exactly one wins, and the row is the winner’s', async () => {
        const outcomes = await Promise.allSettled(
          Array.from({ length: 10 }, async (_, writer) => {
            await write(insert('a', String(writer)));
            return String(writer);
          }),
        );
        const winners = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
        expect(winners).toHaveLength(1);
        expect(await body('a')).toBe(winners[0]);
        for (const outcome of outcomes) {
          if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(EntityConflict);
        }
      });

      it('of two writers that update one version at once, exactly one wins', async () => {
        const [etag = ''] = await write(insert('a', 'zero'));
        const outcomes = await Promise.allSettled([
          write({ kind: 'update', row: 'a', body: 'one', etag }),
          write({ kind: 'update', row: 'a', body: 'two', etag }),
        ]);
        expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
        expect(await body('a')).toBe(outcomes[0].status === 'fulfilled' ? 'one' : 'two');
      });

      it('loses no increment of eight writers that read, add and write conditionally', async () => {
        await write(insert('counter', '0'));
        const increment = async (): Promise<void> => {
          for (;;) {
            const before = (await get('counter'))!;
            try {
              await write({ kind: 'update', row: 'counter', body: String(Number(before.body) + 1), etag: before.etag });
              return;
            } catch (error) {
              if (!(error instanceof EntityConflict)) throw error;
            }
          }
        };
        await Promise.all(Array.from({ length: 8 }, increment));
        expect(await body('counter')).toBe('8');
      });
    });

    describe('a batch', () => {
      it('returns the etags in the order of the writes', async () => {
        const [old = ''] = await write(insert('d'));
        const etags = await write(insert('b'), { kind: 'delete', row: 'd', etag: old }, upsert('a'));
        expect(etags).toEqual([(await get('b'))?.etag, '', (await get('a'))?.etag]);
      });

      const conflicts: readonly (readonly [string, (stale: string) => EntityWrite])[] = [
        ['an insert', () => insert('there', 'x')],
        ['an update', (stale) => ({ kind: 'update', row: 'there', body: 'x', etag: stale })],
        ['a delete', (stale) => ({ kind: 'delete', row: 'there', etag: stale })],
      ];
      for (const [what, conflicting] of conflicts) {
        for (const place of ['first', 'last'] as const) {
          it(`writes nothing when ${what} in the ${place} place conflicts, and names the row`, async () => {
            const [stale = ''] = await write(insert('there', 'old'), insert('kept', 'old'));
            await write(upsert('there', 'current'));
            const others: EntityWrite[] = [insert('new', 'x'), upsert('kept', 'x')];
            const batch = place === 'first' ? [conflicting(stale), ...others] : [...others, conflicting(stale)];
            await expect(write(...batch)).rejects.toMatchObject({ name: 'EntityConflict', row: 'there' });
            expect([await body('there'), await body('kept'), await body('new')]).toEqual(['current', 'old', null]);
          });
        }
      }

      it('writes again after a conflict: nothing of it is left hanging', async () => {
        await write(insert('a'));
        await expect(write(insert('b'), insert('a'))).rejects.toThrow(EntityConflict);
        await write(insert('b'));
        expect(await scanned()).toEqual(['a', 'b']);
      });

      it('takes 100 rows and refuses 101, and none', async () => {
        const batch = Array.from({ length: MAX_BATCH + 1 }, (_, at) => insert(String(at).padStart(3, '0')));
        await expect(write(...batch)).rejects.toThrow(RangeError);
        await expect(write()).rejects.toThrow(RangeError);
        expect(await scanned()).toEqual([]);
        expect(await write(...batch.slice(1))).toHaveLength(MAX_BATCH);
      });

      it('takes bodies up to its limit together, and refuses more', async () => {
        const quarter = 'x'.repeat(MAX_BATCH_BYTES / 4);
        const batch = ['a', 'b', 'c', 'd'].map((row) => insert(row, quarter));
        await expect(write(...batch, insert('e', 'x'))).rejects.toThrow(RangeError);
        expect(await scanned()).toEqual([]);
        await write(...batch);
        expect(await scanned()).toEqual(['a', 'b', 'c', 'd']);
      });

      it('refuses a row that stands in it twice', async () => {
        await expect(write(upsert('a', 'one'), upsert('a', 'two'))).rejects.toThrow(RangeError);
        await expect(write(upsert('a'), { kind: 'delete', row: 'a' })).rejects.toThrow(RangeError);
        expect(await get('a')).toBeNull();
      });
    });

    describe('getMany', () => {
      const nameOf = (at: number): string => `k${String(at).padStart(4, '0')}`;

      const choices: readonly (readonly [string, (at: number) => boolean])[] = [
        ['all rows of a range', () => true],
        ['every second row', (at) => at % 2 === 0],
        ['every tenth row', (at) => at % 10 === 0],
        ['few rows far apart', (at) => at % 199 === 0],
        ['one row', (at) => at === 77],
        ['no row', () => false],
      ];
      for (const [what, chosen] of choices) {
        it(`gives exactly the rows asked for: ${what}, asked for out of order, twice, and among absent ones`, async () => {
          await rows(300, nameOf);
          await store.batch(table, 'other', [insert(nameOf(5))]);
          const wanted = Array.from({ length: 300 }, (_, at) => at)
            .filter(chosen)
            .map(nameOf);
          const asked = [...wanted, ...wanted.slice(0, 3), ...wanted.map((row) => `${row}x`), 'zzz'].reverse();
          const found = await store.getMany(table, 'p', asked);
          expect(found.map(({ row }) => row).sort()).toEqual(wanted);
          for (const entity of found.slice(0, 3)) expect(entity).toEqual(await get(entity.row));
        });
      }

      it('gives 1000 rows at once', async () => {
        await rows(1000, nameOf);
        const wanted = Array.from({ length: 1000 }, (_, at) => nameOf(at));
        expect((await store.getMany(table, 'p', wanted)).map(({ row }) => row).sort()).toEqual(wanted);
      });

      it('finds keys on both sides of where UTF-8 and UTF-16 order part', async () => {
        const keys = ['a', '\ue000', '\uff5e', '\u{1f4f1}', '\u{10ffff}'];
        await write(...keys.map((key) => insert(key)));
        for (const asked of [keys, keys.slice(2, 4), keys.slice(1)]) {
          expect(new Set((await store.getMany(table, 'p', asked)).map(({ row }) => row))).toEqual(new Set(asked));
        }
      });
    });

    describe('scan', () => {
      it('gives nothing of an empty partition', async () => {
        expect(await scanned()).toEqual([]);
      });

      it('orders rows byte by byte: digits, capitals, small letters, then beyond ASCII', async () => {
        const ordered = [
          '-',
          '0',
          '00',
          '01',
          '1',
          '10',
          '2',
          'A',
          'B',
          '_',
          'a',
          'a b',
          'a-',
          'aa',
          'b',
          '~',
          'é',
          'ž',
          '電',
        ];
        await write(...[...ordered].reverse().map((row) => insert(row)));
        expect(await scanned()).toEqual(ordered);
      });

      it('gives whole entities, of this partition only', async () => {
        const [etag] = await write(insert('a', 'x'));
        await store.batch(table, 'p2', [insert('b')]);
        await store.batch(table, 'o', [insert('c')]);
        expect((await pages({})).flat()).toEqual([{ partition: 'p', row: 'a', etag, body: 'x' }]);
      });

      for (const limit of [1, 7, 100, 1000]) {
        it(`walks 250 rows in pages of at most ${limit}, each row once`, async () => {
          const nameOf = (at: number): string => String(at).padStart(4, '0');
          await rows(250, nameOf);
          const found = await pages({ limit });
          for (const page of found) expect(page.length).toBeLessThanOrEqual(limit);
          expect(found.flat().map(({ row }) => row)).toEqual(Array.from({ length: 250 }, (_, at) => nameOf(at)));
        });
      }

      it('gives at most 1000 rows at once, and the rest after them', async () => {
        const nameOf = (at: number): string => String(at).padStart(4, '0');
        await rows(1001, nameOf);
        const found = await pages({});
        expect(found[0]!.length).toBeLessThanOrEqual(1000);
        expect(found.flat()).toHaveLength(1001);
      });

      it('walks rows of the largest size', async () => {
        const large = 'x'.repeat(MAX_ENTITY_BYTES);
        const names = Array.from({ length: 20 }, (_, at) => String(at).padStart(2, '0'));
        for (const row of names) await write(insert(row, large));
        const found = (await pages({})).flat();
        expect(found.map(({ row }) => row)).toEqual(names);
        expect(found.every((entity) => entity.body === large)).toBe(true);
      });

      const ranges: readonly (readonly [string, ScanOptions, readonly string[]])[] = [
        ['from a row, which is in', { from: 'c' }, ['c', 'd', 'e']],
        ['from between rows', { from: 'bb' }, ['c', 'd', 'e']],
        ['to a row, which is in', { to: 'b' }, ['a', 'b']],
        ['both ends', { from: 'b', to: 'd' }, ['b', 'c', 'd']],
        ['both ends, page by page', { from: 'b', to: 'd', limit: 1 }, ['b', 'c', 'd']],
        ['one row', { from: 'c', to: 'c' }, ['c']],
        ['between two rows', { from: 'bb', to: 'bz' }, []],
        ['past the last', { from: 'x' }, []],
        ['ends the wrong way round', { from: 'd', to: 'b' }, []],
      ];
      for (const [what, options, expected] of ranges) {
        it(`keeps to a range: ${what}`, async () => {
          await write(...['a', 'b', 'c', 'd', 'e'].map((row) => insert(row)));
          expect(await scanned(options)).toEqual(expected);
        });
      }

      it('goes on after the last row it gave, whatever was written meanwhile', async () => {
        await write(...['b', 'd', 'f'].map((row) => insert(row)));
        const first = await store.scan(table, 'p', { limit: 2 });
        expect(first.entities.map(({ row }) => row)).toEqual(['b', 'd']);
        await write(insert('a'), { kind: 'delete', row: 'd' }, insert('e'));
        const second = await store.scan(table, 'p', { limit: 2, continuation: first.continuation! });
        expect(second.entities.map(({ row }) => row)).toEqual(['e', 'f']);
      });

      it('gives first lines alone where asked, under the same etag, and takes them for whole bodies nowhere else', async () => {
        const bodies = { a: 'head\nrest\nmore', b: 'no line feed', c: '\nempty first line', d: 'é電\r\nü', e: '' };
        const etags = await write(...Object.entries(bodies).map(([row, text]) => insert(row, text)));
        const { entities } = await store.scan(table, 'p', { firstLines: true });
        expect(entities.map(({ row, body: text }) => [row, text])).toEqual([
          ['a', 'head'],
          ['b', 'no line feed'],
          ['c', ''],
          ['d', 'é電\r'],
          ['e', ''],
        ]);
        expect(entities.map(({ etag }) => etag)).toEqual(etags);
        expect(Object.fromEntries((await pages({})).flat().map(({ row, body: text }) => [row, text]))).toEqual(bodies);
      });

      it('pages through first lines as through whole bodies', async () => {
        await write(...['a', 'b', 'c'].map((row) => insert(row, `${row}\nrest`)));
        const found = await pages({ firstLines: true, limit: 1, from: 'b' });
        expect(found.flat().map(({ body: text }) => text)).toEqual(['b', 'c']);
      });

      for (const limit of [0, 1001, -1, 1.5, Number.NaN]) {
        it(`refuses a limit of ${limit}`, async () => {
          await expect(store.scan(table, 'p', { limit })).rejects.toThrow(RangeError);
        });
      }
    });

    describe('partitions', () => {
      const listed = async (prefix: string): Promise<string[]> => {
        const found: string[] = [];
        let continuation: string | undefined;
        do {
          const page = await store.partitions(table, prefix, continuation);
          found.push(...page.partitions);
          continuation = page.continuation ?? undefined;
        } while (continuation !== undefined);
        return found;
      };

      it('gives each partition with the prefix once, in order', async () => {
        for (const partition of ['jamf|r2', 'jamf|r1', 'jamf2|r1', 'intune|h0', 'jamf|r10']) {
          await rows(3, String, partition);
        }
        expect(await listed('jamf|')).toEqual(['jamf|r1', 'jamf|r10', 'jamf|r2']);
        expect(await listed('')).toEqual(['intune|h0', 'jamf2|r1', 'jamf|r1', 'jamf|r10', 'jamf|r2']);
        expect(await listed('jamf|r1')).toEqual(['jamf|r1', 'jamf|r10']);
        expect(await listed('ws1|')).toEqual([]);
      });

      it('does not give a partition whose last row is gone, nor one of another table', async () => {
        await write(insert('a'));
        await store.batch(uniqueName('t'), 'q', [insert('a')]);
        expect(await listed('')).toEqual(['p']);
        await write({ kind: 'delete', row: 'a' });
        expect(await listed('')).toEqual([]);
      });

      it('walks more partitions than one page holds', async () => {
        const names = Array.from({ length: 1003 }, (_, at) => `c|${String(at).padStart(4, '0')}`);
        await Promise.all(names.map((partition) => store.batch(table, partition, [insert('a')])));
        expect(await listed('c|')).toEqual(names);
      });
    });
  });
}
