/** What reaches Azure Monitor, over real TLS, at a server that takes it as the ingestion endpoint does. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { bundleEntry } from '../../support/bundle-entry';
import type { BundledEntry } from '../../support/bundle-entry';

const TLS = path.join(__dirname, '../../integration/__fixtures__/feed-tls');

interface Envelope {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly data: {
    readonly baseType: string;
    readonly baseData: {
      readonly name?: string;
      readonly id?: string;
      readonly success?: boolean;
      readonly metrics?: readonly { readonly name: string; readonly value: number; readonly count?: number }[];
      readonly properties?: Readonly<Record<string, string>>;
    };
  };
}

let program: BundledEntry;
let server: https.Server;
let received: Envelope[];
let texts: string;
let authorizations: Set<string | undefined>;

beforeAll(() => {
  program = bundleEntry('test/support/monitor-program.ts');
});
afterAll(() => program.remove());

beforeEach(async () => {
  received = [];
  texts = '';
  authorizations = new Set();
  const options = {
    key: readFileSync(path.join(TLS, 'server-key.pem')),
    cert: readFileSync(path.join(TLS, 'server.pem')),
  };
  server = https.createServer(options, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks);
      const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw).toString();
      texts += text;
      authorizations.add(request.headers.authorization);
      const envelopes = JSON.parse(text) as Envelope[];
      received.push(...envelopes);
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ itemsReceived: envelopes.length, itemsAccepted: envelopes.length, errors: [] }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

/** @returns the exit code. */
async function run(endpoint: string): Promise<number | null> {
  const child = spawn(process.execPath, [program.file, endpoint], {
    stdio: 'ignore',
    env: {
      ...process.env,
      NODE_EXTRA_CA_CERTS: path.join(TLS, 'root.pem'),
      // The exporter's telemetry about itself goes to Microsoft; not from a test.
      APPLICATION_INSIGHTS_NO_STATSBEAT: 'true',
    },
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return code;
}

const metric = (name: string): Envelope['data']['baseData'] | undefined =>
  received.find(({ data }) => data.baseData.metrics?.some((each) => each.name === name))?.data.baseData;

test('counters, values and spans arrive, sent with the identity, before the process ends', async () => {
  expect(await run(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`)).toBe(0);
  expect([...authorizations]).toEqual(['Bearer token-of-the-identity']);
  expect(metric('muster.pull.devices')).toMatchObject({
    metrics: [expect.objectContaining({ value: 42 })],
    properties: expect.objectContaining({ connectorId: 'jamf' }),
  });
  expect(metric('muster.queue.ageSeconds')).toMatchObject({
    metrics: [expect.objectContaining({ value: 7, count: 1 })],
  });
  const spans = received.filter(({ data }) => data.baseType === 'RemoteDependencyData');
  expect(spans.map(({ data }) => [data.baseData.name, data.baseData.success])).toEqual(
    expect.arrayContaining([
      ['sweep-page', true],
      ['inner', true],
      ['failing', false],
    ]),
  );
  const [outer, inner] = ['sweep-page', 'inner'].map((name) => spans.find(({ data }) => data.baseData.name === name));
  expect(inner?.tags['ai.operation.parentId']).toBe(outer?.data.baseData.id);
  expect(new Set(received.map(({ tags }) => tags['ai.cloud.role']))).toEqual(new Set(['muster-worker']));
});

test('nothing of a secret or a number is in it', async () => {
  await run(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  expect(texts).toContain('[phone]');
  for (const secret of ['23456789', 'abcDEF123456']) expect(texts).not.toContain(secret);
});

test('an endpoint that cannot be reached ends nothing but the telemetry', async () => {
  expect(await run('https://127.0.0.1:9/')).toBe(0);
});
