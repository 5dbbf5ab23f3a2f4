import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readHostSettings } from '../../../host/host-settings';

const QUEUES = {
  batchSize: 4,
  newBatchThreshold: 2,
  visibilityTimeout: '01:02:03',
  maxDequeueCount: 5,
  maxPollingInterval: '00:00:05',
};
const file = (queues: object = QUEUES, more: object = {}): object => ({
  version: '2.0',
  extensions: { http: { routePrefix: 'api' }, queues },
  ...more,
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'muster-host-json-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = (json: object, settings: Record<string, string> = {}): ReturnType<typeof readHostSettings> => {
  writeFileSync(path.join(folder, 'host.json'), JSON.stringify(json));
  return readHostSettings(folder, settings);
};

test('what host.json says, in seconds and milliseconds', async () => {
  expect(await read(file())).toEqual({
    routePrefix: 'api',
    queues: {
      batchSize: 4,
      newBatchThreshold: 2,
      visibilityTimeoutSeconds: 3723,
      maxDequeueCount: 5,
      maxPollingIntervalMs: 5000,
    },
  });
});

test('what only the platform heeds is let alone', async () => {
  const more = { telemetryMode: 'OpenTelemetry', functionTimeout: '00:30:00' };
  await expect(read(file({ ...QUEUES, messageEncoding: 'base64' }, more))).resolves.toMatchObject({
    routePrefix: 'api',
  });
});

test('app settings stand above it, as on the platform', async () => {
  const settings = {
    AzureFunctionsJobHost__extensions__queues__batchSize: '16',
    AzureFunctionsJobHost__extensions__queues__visibilityTimeout: '00:00:00',
    AzureFunctionsJobHost__extensions__http__routePrefix: 'v2',
    AzureFunctionsJobHost__no__such__place: '1',
    extensions__queues__newBatchThreshold: '9',
  };
  expect(await read(file(), settings)).toMatchObject({
    routePrefix: 'v2',
    queues: { batchSize: 16, visibilityTimeoutSeconds: 0, newBatchThreshold: 2 },
  });
});

test.each<{ why: string; json: object; settings?: Record<string, string> }>([
  { why: 'another version', json: file(QUEUES, { version: '1.0' }) },
  { why: 'no queues', json: { version: '2.0', extensions: { http: { routePrefix: 'api' } } } },
  { why: 'a batch of none', json: file({ ...QUEUES, batchSize: 0 }) },
  { why: 'a batch larger than the service gives', json: file({ ...QUEUES, batchSize: 33 }) },
  { why: 'a threshold below nothing', json: file({ ...QUEUES, newBatchThreshold: -1 }) },
  { why: 'no delivery at all', json: file({ ...QUEUES, maxDequeueCount: 0 }) },
  { why: 'a span of time in another form', json: file({ ...QUEUES, visibilityTimeout: '30s' }) },
  {
    why: 'a setting that says no number',
    json: file(),
    settings: { AzureFunctionsJobHost__extensions__queues__batchSize: 'many' },
  },
])('is refused: $why', async ({ json, settings = {} }) => {
  await expect(read(json, settings)).rejects.toThrow();
});
