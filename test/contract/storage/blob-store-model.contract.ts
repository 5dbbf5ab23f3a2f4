/** Any program of operations on a BlobStore gives what a map in memory gives; fast-check looks for one that does not. */
import fc from 'fast-check';
import type { BlobStore } from '../../../core/ports/blob-store';
import { BlobConflict, BlobHeld } from '../../../core/ports/blob-store';
import type { BlobStoreSubject } from './blob-store.contract';
import { uniqueName } from './unique-name';

export interface ModelledBlobs extends BlobStoreSubject {
  /** Closes the store and opens it again, as a new process would; left out where there is nothing to close. */
  reopen?(): Promise<ModelledBlobs>;
}

type Step =
  | { readonly do: 'put' | 'putIfAbsent' | 'append'; readonly name: string; readonly bytes: Uint8Array }
  | { readonly do: 'putIfMatch'; readonly name: string; readonly bytes: Uint8Array; readonly current: boolean }
  | { readonly do: 'get'; readonly name: string; readonly offset: number; readonly length: number }
  | { readonly do: 'remove'; readonly name: string }
  | { readonly do: 'hold'; readonly name: string; readonly held: boolean }
  | { readonly do: 'list'; readonly prefix: string }
  | { readonly do: 'reopen' };

// Names that are prefixes of one another. Blobs that are appended to are never put: in Azure these are two kinds of blob.
const PUT = ['a', 'a/b', 'a/b/c', 'B'];
const APPENDED = ['a-log', 'a/log'];
const NAMES = [...PUT, ...APPENDED];

const putName = fc.constantFrom(...PUT);
const anyName = fc.constantFrom(...NAMES);
const bytes = fc.uint8Array({ minLength: 1, maxLength: 20 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom('put' as const, 'putIfAbsent' as const), name: putName, bytes }),
  fc.record({ do: fc.constant('append' as const), name: fc.constantFrom(...APPENDED), bytes }),
  fc.record({ do: fc.constant('putIfMatch' as const), name: putName, bytes, current: fc.boolean() }),
  fc.record({ do: fc.constant('get' as const), name: anyName, offset: fc.nat(25), length: fc.nat(25) }),
  fc.record({ do: fc.constant('remove' as const), name: anyName }),
  fc.record({ do: fc.constant('hold' as const), name: anyName, held: fc.boolean() }),
  fc.record({ do: fc.constant('list' as const), prefix: fc.constantFrom('', 'a', 'a/', 'a/b', 'x') }),
  fc.record({ do: fc.constant('reopen' as const) }),
);

interface Known {
  readonly bytes: Buffer;
  readonly etag: string;
  readonly held: boolean;
}

type Outcome = 'done' | 'conflict' | 'held';

async function outcomeOf(work: Promise<unknown>): Promise<Outcome> {
  try {
    await work;
    return 'done';
  } catch (error) {
    if (error instanceof BlobConflict) return 'conflict';
    if (error instanceof BlobHeld) return 'held';
    throw error;
  }
}

/** @param runs programs to try; fewer where each operation crosses a network. */
export function describeBlobStoreModel(name: string, open: () => Promise<ModelledBlobs>, runs: number): void {
  describe(`blob store against its model: ${name}`, () => {
    it(`${runs} random programs give what a map in memory gives`, async () => {
      let subject = await open();
      try {
        await fc.assert(
          fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (program) => {
            const folder = `${uniqueName('f')}/`;
            const model = new Map<string, Known>();
            const etags = new Set<string>();
            for (const each of program) {
              if (each.do === 'reopen') subject = (await subject.reopen?.()) ?? subject;
              else await run(subject.store, folder, model, etags, each);
            }
            await run(subject.store, folder, model, etags, { do: 'list', prefix: '' });
          }),
          { numRuns: runs },
        );
      } finally {
        await subject.close();
      }
    });
  });
}

async function run(
  store: BlobStore,
  folder: string,
  model: Map<string, Known>,
  etags: Set<string>,
  each: Exclude<Step, { do: 'reopen' }>,
): Promise<void> {
  if (each.do === 'list') {
    const expected = [...model]
      .filter(([name]) => name.startsWith(each.prefix))
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, known]) => ({ name: folder + name, size: known.bytes.length, etag: known.etag }));
    expect((await store.list(folder + each.prefix)).blobs).toEqual(expected);
    return;
  }
  const name = folder + each.name;
  const known = model.get(each.name);
  const unlessHeld = known?.held === true ? 'held' : 'done';
  const written = async (
    expected: Outcome,
    content: Buffer,
    work: Promise<{ readonly etag: string }>,
  ): Promise<void> => {
    expect(await outcomeOf(work)).toBe(expected);
    if (expected !== 'done') return;
    const { etag } = await work;
    expect(etags.has(etag)).toBe(false);
    etags.add(etag);
    model.set(each.name, { bytes: content, etag, held: false });
  };
  switch (each.do) {
    case 'put':
      return written(unlessHeld, Buffer.from(each.bytes), store.put(name, Buffer.from(each.bytes)));
    case 'putIfAbsent': {
      const work = store.putIfAbsent(name, Buffer.from(each.bytes));
      return written(known === undefined ? 'done' : 'conflict', Buffer.from(each.bytes), work);
    }
    case 'putIfMatch': {
      const etag = each.current && known !== undefined ? known.etag : '1';
      const matches = known?.etag === etag;
      // Which of the two is said of a held blob in another version is left open.
      if (known?.held === true && !matches) return;
      return written(
        matches ? unlessHeld : 'conflict',
        Buffer.from(each.bytes),
        store.putIfMatch(name, Buffer.from(each.bytes), etag),
      );
    }
    case 'append': {
      const content = Buffer.concat([known?.bytes ?? Buffer.alloc(0), each.bytes]);
      return written(unlessHeld, content, store.append(name, Buffer.from(each.bytes)));
    }
    case 'get': {
      const found = await store.get(name, { offset: each.offset, length: each.length });
      const expected = known?.bytes.subarray(each.offset, each.offset + each.length);
      expect(found).toEqual(
        known === undefined
          ? null
          : { name, etag: known.etag, size: known.bytes.length, bytes: Buffer.from(expected!) },
      );
      return;
    }
    case 'remove':
      expect(await outcomeOf(store.remove(name))).toBe(unlessHeld);
      if (unlessHeld === 'done') model.delete(each.name);
      return;
    case 'hold':
      expect(await outcomeOf(store.hold(name, each.held))).toBe(known === undefined ? 'conflict' : 'done');
      if (known !== undefined) {
        // Whether a hold is a new version of the blob is left open.
        const { etag } = (await store.get(name))!;
        etags.add(etag);
        model.set(each.name, { ...known, etag, held: each.held });
      }
  }
}
