/**
 * What every BlobStore does. A new implementation calls {@link describeBlobStore} with a factory and must pass unchanged.
 * Nothing here asks for more than Azure Blob Storage gives: pages of a listing may be short, and a blob is either put or
 * appended to, never both.
 */
import type { BlobInfo, BlobStore, ByteRange } from '../../../core/ports/blob-store';
import { BlobConflict, BlobHeld } from '../../../core/ports/blob-store';
import { afterSeconds } from './passing-time';
import type { ControlledClock } from './passing-time';
import { uniqueName } from './unique-name';

export interface BlobStoreSubject {
  readonly store: BlobStore;
  /** Left out where time is the server's. */
  readonly clock?: ControlledClock;
  /** Milliseconds since the epoch, by the clock that judges retention. */
  now(): number;
  /** Why holds and retention cannot be tried here, e.g. since an emulator lacks them; null where they can. */
  readonly withoutProtection: string | null;
  close(): Promise<void>;
}

const text = (value: string): Buffer => Buffer.from(value);

export function describeBlobStore(name: string, open: () => Promise<BlobStoreSubject>): void {
  describe(`blob store: ${name}`, () => {
    let subject: BlobStoreSubject;
    let store: BlobStore;
    let folder: string;
    let blob: string;

    beforeAll(async () => {
      subject = await open();
      store = subject.store;
    });
    afterAll(async () => {
      await subject.close();
    });
    beforeEach(() => {
      folder = uniqueName('test-');
      blob = `${folder}/blob.txt`;
    });

    const content = async (of = blob): Promise<string | null> => (await store.get(of))?.bytes.toString() ?? null;
    const listed = async (prefix: string): Promise<BlobInfo[]> => {
      const found: BlobInfo[] = [];
      let continuation: string | undefined;
      do {
        const page = await store.list(prefix, continuation);
        expect(page.blobs.length).toBeLessThanOrEqual(1000);
        found.push(...page.blobs);
        continuation = page.continuation ?? undefined;
      } while (continuation !== undefined);
      return found;
    };
    const names = async (prefix: string): Promise<string[]> => (await listed(prefix)).map((info) => info.name);

    describe('putStream', () => {
      async function* chunks(...values: readonly string[]): AsyncGenerator<Buffer> {
        for (const value of values) yield text(value);
      }

      it('creates from pieces, of which there may be none, and replaces', async () => {
        expect(await store.putStream(blob, chunks('one ', 'and ', 'two'))).toMatchObject({ name: blob, size: 11 });
        expect(await content()).toBe('one and two');
        await store.putStream(blob, chunks());
        expect(await content()).toBe('');
        const info = await store.putStream(blob, chunks('x'));
        expect(await store.get(blob)).toEqual({ ...info, bytes: text('x') });
      });

      it('keeps pieces of many megabytes to the byte', async () => {
        const piece = Buffer.alloc(3 * 1024 * 1024, 'abc');
        const info = await store.putStream(
          blob,
          (async function* () {
            for (let at = 0; at < 4; at += 1) yield piece;
          })(),
        );
        expect(info.size).toBe(4 * piece.length);
        const end = await store.get(blob, { offset: info.size - 6 });
        expect(end?.bytes.toString()).toBe('abcabc');
      });

      it('shows the old blob until the last piece is in place, and for good where the pieces break off', async () => {
        await store.put(blob, text('old'));
        let seen: string | null = null;
        const broken = (async function* () {
          yield text('new');
          seen = await content();
          throw new Error('the source broke off');
        })();
        await expect(store.putStream(blob, broken)).rejects.toThrow('the source broke off');
        expect(seen).toBe('old');
        expect(await content()).toBe('old');
      });
    });

    describe('put', () => {
      it('creates, and get gives back name, bytes, size and etag', async () => {
        expect(await store.get(blob)).toBeNull();
        const info = await store.put(blob, text('hello'));
        expect(info).toMatchObject({ name: blob, size: 5 });
        expect(await store.get(blob)).toEqual({ ...info, bytes: text('hello') });
      });

      it('replaces, by a longer and by a shorter content', async () => {
        for (const value of ['one', 'something longer', 'x']) {
          await store.put(blob, text(value));
          expect(await content()).toBe(value);
        }
      });

      const sizes: readonly (readonly [string, number])[] = [
        ['nothing', 0],
        ['one byte', 1],
        ['a megabyte and one', 1024 * 1024 + 1],
      ];
      for (const [what, size] of sizes) {
        it(`keeps every byte: ${what}`, async () => {
          const bytes = Buffer.from(Array.from({ length: size }, (_, at) => (at * 31) % 256));
          await store.put(blob, bytes);
          expect((await store.get(blob))!.bytes.equals(bytes)).toBe(true);
        });
      }

      it('gives another etag with every write, also of the same bytes', async () => {
        const etags = new Set<string>();
        for (let at = 0; at < 20; at += 1) etags.add((await store.put(blob, text('same'))).etag);
        expect(etags.size).toBe(20);
      });

      it('shows a reader one content or the other, whole, while it is replaced', async () => {
        const contents = ['a', 'b'].map((letter) => letter.repeat(200_000));
        await store.put(blob, text(contents[0]!));
        const done = new AbortController();
        const reader = (async () => {
          do expect(contents.includes((await content())!)).toBe(true);
          while (!done.signal.aborted);
        })();
        for (let at = 0; at < 20; at += 1) await store.put(blob, text(contents[at % 2]!));
        done.abort();
        await reader;
      });
    });

    describe('conditions', () => {
      it('putIfAbsent creates once', async () => {
        await store.putIfAbsent(blob, text('first'));
        await expect(store.putIfAbsent(blob, text('second'))).rejects.toThrow(BlobConflict);
        expect(await content()).toBe('first');
      });

      it('of ten that create at once, exactly one wins, and the content is the winner’s', async () => {
        const outcomes = await Promise.allSettled(
          Array.from({ length: 10 }, async (_, writer) => {
            await store.putIfAbsent(blob, text(`writer ${writer}`));
            return `writer ${writer}`;
          }),
        );
        const winners = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
        expect(winners).toHaveLength(1);
        expect(await content()).toBe(winners[0]);
        for (const outcome of outcomes) {
          if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(BlobConflict);
        }
      });

      it('putIfMatch replaces the version it names, once', async () => {
        const { etag } = await store.put(blob, text('one'));
        const next = await store.putIfMatch(blob, text('two'), etag);
        expect(await store.get(blob)).toMatchObject({ etag: next.etag, bytes: text('two') });
        await expect(store.putIfMatch(blob, text('three'), etag)).rejects.toThrow(BlobConflict);
        expect(await content()).toBe('two');
      });

      it('putIfMatch conflicts with absence, and creates nothing', async () => {
        const { etag } = await store.put(blob, text('one'));
        await store.remove(blob);
        await expect(store.putIfMatch(blob, text('two'), etag)).rejects.toThrow(BlobConflict);
        expect(await store.get(blob)).toBeNull();
      });

      it('a version does not return after the blob was removed and made again', async () => {
        const { etag } = await store.put(blob, text('one'));
        await store.remove(blob);
        await store.put(blob, text('one'));
        await expect(store.putIfMatch(blob, text('two'), etag)).rejects.toThrow(BlobConflict);
      });

      it('an etag is never a wildcard', async () => {
        await store.put(blob, text('one'));
        await expect(store.putIfMatch(blob, text('two'), '*')).rejects.toThrow(BlobConflict);
        await expect(store.putIfMatch(blob, text('two'), '')).rejects.toThrow(BlobConflict);
        expect(await content()).toBe('one');
      });

      it('of two that replace one version at once, exactly one wins', async () => {
        const { etag } = await store.put(blob, text('zero'));
        const outcomes = await Promise.allSettled([
          store.putIfMatch(blob, text('one'), etag),
          store.putIfMatch(blob, text('two'), etag),
        ]);
        expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
        expect(await content()).toBe(outcomes[0].status === 'fulfilled' ? 'one' : 'two');
      });
    });

    describe('get of a range', () => {
      const ranges: readonly (readonly [string, ByteRange, string])[] = [
        ['the beginning', { offset: 0, length: 3 }, '012'],
        ['the middle', { offset: 3, length: 4 }, '3456'],
        ['to the end', { offset: 7 }, '789'],
        ['past the end: what there is', { offset: 8, length: 100 }, '89'],
        ['from the end on: nothing', { offset: 10, length: 5 }, ''],
        ['beyond the end: nothing', { offset: 1000 }, ''],
        ['all of it', { offset: 0, length: 10 }, '0123456789'],
        ['no bytes', { offset: 2, length: 0 }, ''],
      ];
      for (const [what, range, expected] of ranges) {
        it(`gives ${what}, and the size of the whole blob`, async () => {
          await store.put(blob, text('0123456789'));
          const found = (await store.get(blob, range))!;
          expect(found.bytes.toString()).toBe(expected);
          expect(found.size).toBe(10);
        });
      }

      it('gives null for an absent blob', async () => {
        expect(await store.get(blob, { offset: 5, length: 1 })).toBeNull();
      });

      for (const range of [{ offset: -1 }, { offset: 0.5 }, { offset: 0, length: -1 }, { offset: Number.NaN }]) {
        it(`refuses ${JSON.stringify(range)}`, async () => {
          await store.put(blob, text('x'));
          await expect(store.get(blob, range)).rejects.toThrow(RangeError);
        });
      }
    });

    describe('append', () => {
      it('creates at need and adds at the end', async () => {
        expect(await store.append(blob, text('one\n'))).toMatchObject({ name: blob, size: 4 });
        const second = await store.append(blob, text('two\n'));
        expect(second.size).toBe(8);
        expect(await store.get(blob)).toEqual({ ...second, bytes: text('one\ntwo\n') });
      });

      it('gives another etag every time', async () => {
        const etags = new Set<string>();
        for (let at = 0; at < 10; at += 1) etags.add((await store.append(blob, text('x'))).etag);
        expect(etags.size).toBe(10);
      });

      it('keeps the bytes of one call together, whoever else appends', async () => {
        const lines = Array.from({ length: 20 }, (_, at) => `${String(at).padStart(2, '0')}${'-'.repeat(5000)}`);
        await Promise.all(lines.map((line) => store.append(blob, text(`${line}\n`))));
        expect((await content())!.trimEnd().split('\n').sort()).toEqual(lines);
      });
    });

    describe('list', () => {
      it('gives the blobs with a prefix, in the order of their names, with size and etag', async () => {
        const ordered = ['-', '.x', '0', 'A', 'B/c', 'Z', '_', 'a', 'a-b', 'a.b', 'a/b', 'a/b/c', 'a0', 'ab', 'b'];
        for (const part of [...ordered].reverse()) await store.put(`${folder}/${part}`, text(part));
        expect(await names(`${folder}/`)).toEqual(ordered.map((part) => `${folder}/${part}`));
        expect(await names(`${folder}/a`)).toEqual(
          ['a', 'a-b', 'a.b', 'a/b', 'a/b/c', 'a0', 'ab'].map((part) => `${folder}/${part}`),
        );
        const [first] = await listed(`${folder}/a/b/`);
        const { etag } = (await store.get(`${folder}/a/b/c`))!;
        expect(first).toEqual({ name: `${folder}/a/b/c`, size: 5, etag });
      });

      it('takes a prefix that ends inside a name, and one that nothing has', async () => {
        await store.put(`${folder}/run-1`, text('x'));
        expect(await names(`${folder}/ru`)).toEqual([`${folder}/run-1`]);
        expect(await names(`${folder}/RU`)).toEqual([]);
        expect(await names(`${folder}/run-1/`)).toEqual([]);
      });

      it('does not give what was removed', async () => {
        await store.put(blob, text('x'));
        await store.remove(blob);
        expect(await names(folder)).toEqual([]);
      });

      it('walks more blobs than one page holds, each once', async () => {
        const all = Array.from({ length: 1005 }, (_, at) => `${folder}/${String(at).padStart(5, '0')}`);
        for (let at = 0; at < all.length; at += 50) {
          await Promise.all(all.slice(at, at + 50).map((each) => store.put(each, text('x'))));
        }
        expect(await names(`${folder}/`)).toEqual(all);
      });
    });

    describe('remove', () => {
      it('removes, and absence is fine', async () => {
        await store.put(blob, text('x'));
        await store.remove(blob);
        expect(await store.get(blob)).toBeNull();
        await store.remove(blob);
      });

      it('leaves blobs whose names begin alike', async () => {
        await store.put(`${folder}/a`, text('1'));
        await store.put(`${folder}/a/b`, text('2'));
        await store.remove(`${folder}/a`);
        expect(await names(folder)).toEqual([`${folder}/a/b`]);
      });
    });

    describe('names', () => {
      it('takes the longest, in one segment and in many', async () => {
        for (const longest of [folder.padEnd(512, 'x'), `${folder}${'/y'.repeat(256)}`.slice(0, 511)]) {
          await store.put(longest, text(longest));
          expect(await content(longest)).toBe(longest);
        }
      });

      it('tells names apart that differ in case only', async () => {
        await store.put(`${folder}/Report`, text('upper'));
        await store.put(`${folder}/report`, text('lower'));
        expect([await content(`${folder}/Report`), await content(`${folder}/report`)]).toEqual(['upper', 'lower']);
      });

      const refused: readonly (readonly [string, string])[] = [
        ['an empty name', ''],
        ['513 characters', 'x'.repeat(513)],
        ['a way out of the folder', '../secret'],
        ['a way out in the middle', 'a/../../secret'],
        ['two dots inside a segment', 'a/b..c'],
        ['a segment that URLs fold away', 'a/./b'],
        ['an absolute path', '/etc/passwd'],
        ['an empty segment', 'a//b'],
        ['a slash at the end', 'a/'],
        ['a backslash', 'a\\b'],
        ['a drive', 'c:x'],
        ['NUL', 'a\u0000b'],
        ['a space', 'a b'],
        ['an escaped way out', '%2e%2e/secret'],
        ['letters beyond ASCII', 'é'],
      ];
      for (const [what, bad] of refused) {
        it(`refuses ${what}`, async () => {
          await expect(store.put(bad, text('x'))).rejects.toThrow(RangeError);
          await expect(store.putIfAbsent(bad, text('x'))).rejects.toThrow(RangeError);
          await expect(store.append(bad, text('x'))).rejects.toThrow(RangeError);
          await expect(store.get(bad)).rejects.toThrow(RangeError);
          await expect(store.remove(bad)).rejects.toThrow(RangeError);
        });
      }

      it('refuses a prefix that no name can have', async () => {
        await expect(store.list('a b')).rejects.toThrow(RangeError);
        await expect(store.list('x'.repeat(513))).rejects.toThrow(RangeError);
      });
    });

    describe('protection', () => {
      const changes: readonly (readonly [string, (etag: string) => Promise<unknown>])[] = [
        ['put', () => store.put(blob, text('new'))],
        ['putIfMatch', (etag) => store.putIfMatch(blob, text('new'), etag)],
        ['remove', () => store.remove(blob)],
      ];
      const HOUR = 3_600_000;

      const protectedIt = (what: string, test: () => Promise<void>): void => {
        it(what, async () => {
          if (subject.withoutProtection === null) await test();
          else process.stdout.write(`${name}: not tried, "${what}": ${subject.withoutProtection}\n`);
        });
      };
      const etagOf = async (): Promise<string> => (await store.get(blob))!.etag;

      for (const [what, change] of changes) {
        protectedIt(`a hold refuses ${what} until it is lifted`, async () => {
          await store.put(blob, text('old'));
          await store.hold(blob, true);
          await expect(change(await etagOf())).rejects.toThrow(BlobHeld);
          expect(await content()).toBe('old');
          await store.hold(blob, false);
          await change(await etagOf());
          expect(await content()).not.toBe('old');
        });

        protectedIt(`a retention refuses ${what}`, async () => {
          await store.put(blob, text('old'));
          await store.retain(blob, subject.now() + HOUR);
          await expect(change(await etagOf())).rejects.toThrow(BlobHeld);
          expect(await content()).toBe('old');
        });
      }

      protectedIt('hold and retention refuse to append', async () => {
        await store.append(blob, text('old'));
        await store.hold(blob, true);
        await expect(store.append(blob, text('new'))).rejects.toThrow(BlobHeld);
        await store.hold(blob, false);
        await store.retain(blob, subject.now() + HOUR);
        await expect(store.append(blob, text('new'))).rejects.toThrow(BlobHeld);
        expect(await content()).toBe('old');
      });

      protectedIt('a protected blob is read and listed as any other', async () => {
        await store.put(blob, text('old'));
        await store.hold(blob, true);
        expect(await content()).toBe('old');
        expect(await names(folder)).toEqual([blob]);
      });

      protectedIt('putIfAbsent on a held blob says that it exists', async () => {
        await store.put(blob, text('old'));
        await store.hold(blob, true);
        await expect(store.putIfAbsent(blob, text('new'))).rejects.toThrow(BlobConflict);
      });

      protectedIt('a retention ends by itself', async () => {
        await store.put(blob, text('old'));
        await store.retain(blob, subject.now() + 2000);
        await expect(store.put(blob, text('new'))).rejects.toThrow(BlobHeld);
        await afterSeconds(2, subject.clock, async () => {
          try {
            return await store.put(blob, text('new'));
          } catch (error) {
            if (error instanceof BlobHeld) return null;
            throw error;
          }
        });
        expect(await content()).toBe('new');
      });

      protectedIt('a retention can be extended and never shortened', async () => {
        await store.put(blob, text('old'));
        await store.retain(blob, subject.now() + HOUR / 2);
        await store.retain(blob, subject.now() + HOUR);
        await store.retain(blob, subject.now() + HOUR / 2);
        await store.retain(blob, subject.now() - HOUR);
        subject.clock?.advance((HOUR * 3) / 4);
        await expect(store.remove(blob)).rejects.toThrow(BlobHeld);
        subject.clock?.advance(HOUR / 2);
        if (subject.clock !== undefined) await store.remove(blob);
      });

      protectedIt('hold and retention stand on their own: lifting the one leaves the other', async () => {
        await store.put(blob, text('old'));
        await store.hold(blob, true);
        await store.retain(blob, subject.now() + HOUR);
        await store.hold(blob, false);
        await expect(store.remove(blob)).rejects.toThrow(BlobHeld);
      });

      protectedIt('an absent blob cannot be protected, and a new one of an old name is free', async () => {
        await expect(store.hold(blob, true)).rejects.toThrow(BlobConflict);
        await expect(store.retain(blob, subject.now() + HOUR)).rejects.toThrow(BlobConflict);
        await store.put(blob, text('old'));
        await store.hold(blob, true);
        await store.hold(blob, false);
        await store.remove(blob);
        await store.put(blob, text('new'));
        await store.remove(blob);
        expect(await store.get(blob)).toBeNull();
      });
    });
  });
}
