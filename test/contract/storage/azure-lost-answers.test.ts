/** A request is carried out and its answer is lost: what our next try meets is our own work. */
import { TransientError } from '../../../core/errors';
import { BlobConflict } from '../../../core/ports/blob-store';
import { EntityConflict } from '../../../core/ports/entity-store';
import type { EntityWrite } from '../../../core/ports/entity-store';
import type { AzureState } from '../../../storage/azure/open-state';
import { first, openFaulty } from './azure-faulty-subject';
import type { FaultySubject } from './azure-faulty-subject';
import { uniqueName } from './unique-name';

jest.setTimeout(60_000);

const insert = (row: string, body = '{}'): EntityWrite => ({ kind: 'insert', row, body });

let faulty: FaultySubject;
let state: AzureState;
let proxies: FaultySubject['proxies'];
let table: string;

beforeAll(async () => {
  faulty = await openFaulty();
  ({ state, proxies } = faulty);
});
afterAll(async () => {
  await faulty.close();
});
beforeEach(async () => {
  faulty.calm();
  table = uniqueName('t');
  await faulty.direct.entities.batch(table, 'p', [insert('there', 'old')]);
});

const bodyOf = async (row: string) => (await faulty.direct.entities.get(table, { partition: 'p', row }))?.body ?? null;
const etagOf = async (row: string) => (await faulty.direct.entities.get(table, { partition: 'p', row }))?.etag ?? '';

describe('an answer that is lost', () => {
  const written: readonly (readonly [string, (etag: string) => readonly EntityWrite[]])[] = [
    ['an insert', () => [insert('new', 'mine')]],
    ['an update', (etag) => [{ kind: 'update', row: 'there', body: 'mine', etag }]],
    ['an upsert', () => [{ kind: 'upsert', row: 'there', body: 'mine' }]],
    ['a transaction', (etag) => [insert('new', 'mine'), { kind: 'update', row: 'there', body: 'mine', etag }]],
    [
      'one with deletes',
      (etag) => [{ kind: 'delete', row: 'there', etag }, insert('new', 'mine'), { kind: 'delete', row: 'no' }],
    ],
  ];
  for (const [what, writes] of written) {
    it(`is no conflict: ${what}`, async () => {
      const batch = writes(await etagOf('there'));
      // What is absent is found out before, so that the loss meets a transaction that does its work.
      if (what === 'one with deletes') await faulty.direct.entities.batch(table, 'p', [insert('no')]);
      first(proxies.table, 'lose-answer');
      const etags = await state.entities.batch(table, 'p', batch);
      for (const [at, { kind, row }] of batch.entries()) {
        expect(await bodyOf(row)).toBe(kind === 'delete' ? null : 'mine');
        expect(etags[at]).toBe(await etagOf(row));
      }
    });
  }

  it('is a conflict where another writer was next', async () => {
    const at = proxies.table.seen.length + 1;
    proxies.table.fate = async ({ number }) => {
      if (number === at) return 'lose-answer';
      if (number === at + 1)
        await faulty.direct.entities.batch(table, 'p', [{ kind: 'upsert', row: 'new', body: 'theirs' }]);
      return 'pass';
    };
    await expect(state.entities.batch(table, 'p', [insert('new', 'mine')])).rejects.toThrow(EntityConflict);
    expect(await bodyOf('new')).toBe('theirs');
  });

  it('is a conflict where nothing can tell: a delete of one version', async () => {
    const etag = await etagOf('there');
    first(proxies.table, 'lose-answer');
    await expect(state.entities.batch(table, 'p', [{ kind: 'delete', row: 'there', etag }])).rejects.toThrow(
      EntityConflict,
    );
    expect(await bodyOf('there')).toBeNull();
  });

  it('does not stand against a blob that was created or replaced', async () => {
    const [blobs, name] = [state.blobs('work'), uniqueName('b')];
    await blobs.put('so that the container exists'.replaceAll(' ', '-'), Buffer.from(''));
    first(proxies.blob, 'lose-answer');
    const { etag } = await blobs.putIfAbsent(name, Buffer.from('one'));
    proxies.blob.fate = () => 'pass';
    await expect(blobs.putIfAbsent(name, Buffer.from('two'))).rejects.toThrow(BlobConflict);
    const at = proxies.blob.seen.length;
    proxies.blob.fate = ({ method, number }) => (method === 'PUT' && number <= at + 2 ? 'lose-answer' : 'pass');
    const next = await blobs.putIfMatch(name, Buffer.from('two'), etag);
    expect(await blobs.get(name)).toMatchObject({ etag: next.etag, bytes: Buffer.from('two') });
  });

  it('ends an append, which is never made twice', async () => {
    const [blobs, name] = [state.blobs('work'), uniqueName('log')];
    await blobs.append(name, Buffer.from('one,'));
    first(proxies.blob, 'lose-answer');
    await expect(blobs.append(name, Buffer.from('two'))).rejects.toThrow(TransientError);
    expect((await blobs.get(name))?.bytes.toString()).toBe('one,two');
  });
});
