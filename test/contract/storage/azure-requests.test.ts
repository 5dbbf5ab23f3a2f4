/** What goes over the wire to Azure, what the log says of it, and how often a service is asked that refuses. */
import { ConfigError, TransientError } from '../../../core/errors';
import type { EntityWrite } from '../../../core/ports/entity-store';
import { SILENT } from '../../../core/ports/telemetry';
import { openAzureState } from '../../../storage/azure/open-state';
import type { AzureState } from '../../../storage/azure/open-state';
import { LIMITS, first, openFaulty } from './azure-faulty-subject';
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

describe('the log', () => {
  it('shows each request under the number that it has on the wire', async () => {
    await state.entities.get(table, { partition: 'p', row: 'there' });
    await state.queue.send('pages', 'x');
    await state.blobs('work').put('a', Buffer.from('x'));
    const sent = Object.values(proxies).flatMap(({ seen }) =>
      seen.map(({ headers }) => headers['x-ms-client-request-id']),
    );
    const shown = faulty.logged.map(({ fields }) => fields['requestId']);
    expect(shown.length).toBeGreaterThanOrEqual(3);
    expect(new Set(shown).size).toBe(shown.length);
    for (const id of shown) expect(sent).toContain(id);
    expect(faulty.logged.find(({ fields }) => fields['service'] === 'table')).toMatchObject({
      level: 'debug',
      event: 'storage-request',
      fields: { operation: 'get', resource: table, method: 'GET', status: 200, attempt: 1 },
    });
  });

  it('holds no key, no signature, no address, and nothing of what is stored', async () => {
    await state.entities.batch(table, 'secret-partition', [insert('secret-row', 'secret-body'), insert('b')]);
    await state.entities.scan(table, 'secret-partition');
    await state.queue.send('pages', 'secret-message');
    await state.blobs('work').put('secret-name', Buffer.from('secret-bytes'));
    proxies.table.fate = () => ({ status: 403, body: '<Error><Code>AuthenticationFailed</Code>secret-answer</Error>' });
    const refused: string = await state.entities
      .get(table, { partition: 'secret-partition', row: 'x' })
      .then(() => 'not refused', String);
    const all = JSON.stringify(faulty.logged) + refused;
    for (const secret of ['secret-', 'SharedKey', 'sig=', 'http', faulty.accountKey]) {
      expect(all).not.toContain(secret);
    }
  });
});

describe('a service that refuses', () => {
  const busy = { status: 503, body: '<Error><Code>ServerBusy</Code></Error>' };

  it('is asked again, and each try has a number and a line of its own', async () => {
    proxies.table.fate = ({ number }) => (number <= seenBefore + 2 ? busy : 'pass');
    expect((await state.entities.get(table, { partition: 'p', row: 'there' }))?.body).toBe('old');
    expect(faulty.logged.map(({ level, fields }) => [level, fields['status'], fields['attempt']])).toEqual([
      ['warn', 503, 1],
      ['warn', 503, 2],
      ['debug', 200, 3],
    ]);
    expect(new Set(requests().map(({ headers }) => headers['x-ms-client-request-id'])).size).toBe(3);
  });

  const services: readonly (readonly ['table' | 'queue' | 'blob', () => Promise<unknown>])[] = [
    ['table', () => state.entities.scan(table, 'p')],
    ['queue', () => state.queue.receive('pages', { max: 1, visibilitySeconds: 1 })],
    ['blob', () => state.blobs('work').get('a')],
  ];
  for (const [service, work] of services) {
    for (const status of [500, 503, 429]) {
      it(`is asked four times and no more: ${service}, ${status}`, async () => {
        const before = proxies[service].seen.length;
        proxies[service].fate = () => ({ status, headers: { 'retry-after': '600' } });
        await expect(work()).rejects.toThrow(TransientError);
        expect(proxies[service].seen.length - before).toBe(LIMITS.tries);
      });
    }

    it(`is not asked again where the answer is no: ${service}`, async () => {
      const before = proxies[service].seen.length;
      proxies[service].fate = () => ({ status: 403 });
      const role = `Storage ${service[0]?.toUpperCase()}${service.slice(1)} Data Contributor`;
      await expect(work()).rejects.toMatchObject({
        name: 'PermanentError',
        context: { status: 403, hint: expect.stringContaining(role) },
      });
      expect(proxies[service].seen.length - before).toBe(1);
    });
  }

  it('and stands still is left after the time for a try', async () => {
    const hasty = faulty.open({ ...LIMITS, tryMs: 200 });
    first(proxies.table, 'stall');
    expect((await hasty.entities.get(table, { partition: 'p', row: 'there' }))?.body).toBe('old');
    expect(faulty.logged[0]).toMatchObject({ level: 'warn', fields: { status: null, code: 'ETIMEDOUT' } });
    proxies.queue.fate = () => 'stall';
    await expect(hasty.queue.send('pages', 'x')).rejects.toThrow(TransientError);
    hasty.close();
  });
});

describe('an access', () => {
  const options = { clock: { now: () => 0 }, telemetry: SILENT };

  it.each([
    ['no key', 'DefaultEndpointsProtocol=https;AccountName=x'],
    ['nothing', ''],
  ])('is refused: %s', (_, connectionString) => {
    expect(() => openAzureState({ kind: 'connection-string', connectionString }, options)).toThrow(ConfigError);
  });

  it('to the emulator of this machine needs its short name only', () => {
    openAzureState({ kind: 'connection-string', connectionString: 'UseDevelopmentStorage=true' }, options).close();
  });
});
