/** The way of production: a token instead of a key, and tables, queues and containers that the infrastructure made. */
import { readFileSync } from 'node:fs';
import { ConfigError, PermanentError } from '../../../core/errors';
import { SILENT } from '../../../core/ports/telemetry';
import { openAzureState } from '../../../storage/azure/open-state';
import type { AzureAccess, AzureState } from '../../../storage/azure/open-state';
import { TEST_ROOT, startAzurite } from '../../support/azurite';
import type { Azurite } from '../../support/azurite';
import { fakeCredential } from './azure-subject';

jest.setTimeout(60_000);

const options = { clock: { now: () => Date.now() }, telemetry: SILENT };
let azurite: Azurite;
let access: Extract<AzureAccess, { kind: 'endpoints' }>;
let state: AzureState;

beforeAll(async () => {
  azurite = await startAzurite({ tls: true });
  const { blob, queue, table } = azurite;
  const ca = readFileSync(TEST_ROOT, 'utf8');
  access = { kind: 'endpoints', blob, queue, table, credential: fakeCredential(), ca };
  state = openAzureState(access, { ...options, createMissing: false });
});
afterAll(async () => {
  state.close();
  await azurite.close();
});

const uses: readonly (readonly [string, () => Promise<unknown>])[] = [
  ['table "devices"', () => state.entities.batch('devices', 'p', [{ kind: 'insert', row: 'a', body: '{}' }])],
  [
    'table "devices"',
    () =>
      state.entities.batch('devices', 'p', [
        { kind: 'insert', row: 'a', body: '{}' },
        { kind: 'insert', row: 'b', body: '{}' },
      ]),
  ],
  ['table "devices"', () => state.entities.scan('devices', 'p')],
  ['queue "pages"', () => state.queue.send('pages', 'x')],
  ['queue "pages"', () => state.queue.receive('pages', { max: 1, visibilitySeconds: 30 })],
  ['container "work"', () => state.blobs('work').put('a', Buffer.from('x'))],
  ['container "work"', () => state.blobs('work').list('')],
];
for (const [at, [what, use]] of uses.entries()) {
  it(`creates nothing and names what to deploy: ${what}, ${at}`, async () => {
    const refused = await use().then(
      () => null,
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(ConfigError);
    expect(refused).toMatchObject({
      problems: [{ message: expect.stringContaining(what), hint: expect.stringContaining('Deploy') }],
    });
  });
}

it('does not talk to a server whose certificate it does not know', async () => {
  const { ca, ...unknown } = access;
  expect(ca).toContain('CERTIFICATE');
  const wary = openAzureState(unknown, {
    ...options,
    retry: { tries: 1, firstPauseMs: 1, longestPauseMs: 1, tryMs: 5000 },
  });
  await expect(wary.queue.send('pages', 'x')).rejects.toThrow('storage-unavailable');
  wary.close();
});

it('says that there is no token, and not what the credential said', async () => {
  const getToken = async (): Promise<never> => {
    throw Object.assign(new Error('client secret abc123 is wrong'), { name: 'CredentialUnavailableError' });
  };
  const lost = openAzureState({ ...access, credential: { getToken } }, options);
  const refused = await lost.entities.scan('devices', 'p').catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(PermanentError);
  expect(String(refused)).not.toContain('abc123');
  lost.close();
});

it('sends no token over plain HTTP', () => {
  const plain = { ...access, table: access.table.replace('https:', 'http:') };
  expect(() => openAzureState(plain, options)).toThrow(ConfigError);
});

it('takes the name of an account, and refuses what is none', () => {
  const credential = fakeCredential();
  openAzureState({ kind: 'identity', accountName: 'musterstate', credential }, options).close();
  for (const accountName of ['', 'Muster', 'a', 'x'.repeat(25), 'evil.example/#']) {
    expect(() => openAzureState({ kind: 'identity', accountName, credential }, options)).toThrow(ConfigError);
  }
});
