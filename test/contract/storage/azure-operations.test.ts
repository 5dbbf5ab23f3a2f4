/** What is particular to the ports in Azure: how many requests an operation costs, and what the SDKs stumble over. */
import { PermanentError } from '../../../core/errors';
import type { EntityWrite } from '../../../core/ports/entity-store';
import type { AzureState } from '../../../storage/azure/open-state';
import { openFaulty } from './azure-faulty-subject';
import type { FaultySubject } from './azure-faulty-subject';
import { uniqueName } from './unique-name';

jest.setTimeout(60_000);

const insert = (row: string, body = '{}'): EntityWrite => ({ kind: 'insert', row, body });

let seenBefore = 0;
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
  seenBefore = proxies.table.seen.length;
});

const requests = () => proxies.table.seen.slice(seenBefore);
const bodyOf = async (row: string) => (await faulty.direct.entities.get(table, { partition: 'p', row }))?.body ?? null;

describe('a batch', () => {
  it('takes rows whose keys have braces, among which the SDK looks for errors', async () => {
    const etags = await state.entities.batch(table, '{p}', [insert('{a}'), insert('b')]);
    const found = await state.entities.scan(table, '{p}');
    expect(new Set(etags)).toEqual(new Set(found.entities.map(({ etag }) => etag)));
  });

  it('leaves all deletes out at once that find nothing', async () => {
    const deletes = Array.from({ length: 50 }, (_, at): EntityWrite => ({ kind: 'delete', row: `absent${at}` }));
    await state.entities.batch(table, 'p', [...deletes, insert('new'), { kind: 'delete', row: 'there' }]);
    expect([await bodyOf('new'), await bodyOf('there')]).toEqual(['{}', null]);
    expect(requests().filter(({ method }) => method === 'POST').length).toBe(2);
  });
});

describe('getMany', () => {
  it('reads a dense range in one request, and of a sparse one no more than what is asked for', async () => {
    const nameOf = (at: number): string => `k${String(at).padStart(4, '0')}`;
    for (let at = 0; at < 1000; at += 100) {
      await faulty.direct.entities.batch(
        table,
        'q',
        Array.from({ length: 100 }, (_, index) => insert(nameOf(at + index))),
      );
    }
    const dense = Array.from({ length: 200 }, (_, at) => nameOf(at));
    expect(await state.entities.getMany(table, 'q', dense)).toHaveLength(200);
    expect(requests()).toHaveLength(1);
    const sparse = Array.from({ length: 10 }, (_, at) => nameOf(at * 100));
    expect(await state.entities.getMany(table, 'q', sparse)).toHaveLength(10);
    expect(requests().length).toBeLessThanOrEqual(1 + 1 + 10);
  });
});

describe('a queue', () => {
  it('cannot move a message that someone else received, unless its body comes along', async () => {
    const pages = uniqueName('pages-');
    await faulty.direct.queue.send(pages, 'body');
    const [message] = await faulty.direct.queue.receive(pages, { max: 1, visibilitySeconds: 1 });
    const { id, receipt } = message!;
    await expect(state.queue.poison(pages, { id, receipt }, 'why')).rejects.toThrow(PermanentError);
    const other = uniqueName('pages-');
    await faulty.direct.queue.send(other, 'body');
    const [whole] = await faulty.direct.queue.receive(other, { max: 1, visibilitySeconds: 60 });
    expect(await state.queue.poison(other, whole!, 'why')).toBe(true);
    const [moved] = await state.queue.receive(`${other}-poison`, { max: 1, visibilitySeconds: 60 });
    expect(moved).toMatchObject({ body: 'body', poisoned: { queue: other, reason: 'why' } });
    expect(await state.queue.complete(`${other}-poison`, moved!)).toBe(true);
    expect((await faulty.direct.entities.scan('poison', `${other}-poison`)).entities).toEqual([]);
  });
});
