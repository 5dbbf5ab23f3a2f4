/** Every alert is fired by what the code really writes: its flows run, and the query of the alert is asked over their log. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PermanentError, TransientError } from '../../core/errors';
import type { ManagedDevice } from '../../core/device/managed-device';
import { makeRunLease } from '../../core/sweep/lease';
import { QUEUES } from '../../core/sweep/messages';
import { afterParking } from '../../core/sweep/park';
import { requestSweep } from '../../core/sweep/request-sweep';
import { makeOsFeed } from '../../feeds';
import { makeTelemetry } from '../../telemetry/make-telemetry';
import { infraFolder } from '../support/bicep';
import { makeFakeSource } from '../support/fake-source';
import { runKql } from '../support/kql';
import type { Row } from '../support/kql';
import { makeDevice } from '../support/make-device';
import { openSweepFixture } from '../support/sweep-fixture';
import type { SweepFixture } from '../support/sweep-fixture';

const HOUR = 3_600_000;
const alerts = readdirSync(path.join(infraFolder, 'alerts')).map((file) => file.replace(/\.kql$/, ''));

const phones = (count: number): ManagedDevice[] => Array.from({ length: count }, (_, at) => makeDevice(String(at + 1)));

interface Scene {
  readonly fixture: SweepFixture;
  fleet: ManagedDevice[];
  failure: Error | null;
}

let rows: Row[];
let scene: Scene;

beforeEach(async () => {
  rows = [];
  const made = { fleet: phones(40), failure: null as Error | null };
  const source = makeFakeSource({
    pages: () => [{ devices: made.fleet.slice(0, 20) }, { devices: made.fleet.slice(20) }],
    onFetch: () => {
      if (made.failure !== null) throw made.failure;
    },
  });
  const fixture = await openSweepFixture({ sources: [source], settings: { maxAttempts: 2 } });
  const telemetry = makeTelemetry({
    minimum: 'info',
    now: () => fixture.clock.now(),
    // As Application Insights keeps a line.
    print: (_level, line) => rows.push({ TimeGenerated: new Date(fixture.clock.now()), Message: line }),
  });
  Object.assign(fixture.ports, { telemetry });
  scene = Object.assign(made, { fixture });
});
afterEach(() => scene.fixture.close());

/** Rows that the alert's query gives now. */
function found(alert: string): number {
  const query = readFileSync(path.join(infraFolder, 'alerts', `${alert}.kql`), 'utf8');
  return runKql(query, { AppTraces: rows }, new Date(scene.fixture.clock.now())).length;
}

async function start(runId: string): Promise<void> {
  const { ports, state, clock } = scene.fixture;
  const message = { v: 1, runId, mode: 'full', since: null, requestedBy: 'timer' } as const;
  await requestSweep(ports, makeRunLease(state.entities, clock), message);
}

/** What happens; and how many rows the alert's query then gives: none is fine for all but no-complete-run. */
const SCENES: Readonly<Record<string, () => Promise<void>>> = {
  'partial-run': async () => {
    scene.failure = new TransientError('the server is ill');
    await scene.fixture.sweep();
  },
  'sweep-stalled': async () => {
    await start('run-a');
    scene.fixture.clock.advance(3 * HOUR);
  },
  'poison-message': () => afterParking(scene.fixture.ports, QUEUES.page, '{"v":9}', 'not a message of a known version'),
  'brake-held': async () => {
    await scene.fixture.sweep();
    scene.fleet = phones(20);
    await scene.fixture.sweep();
  },
  'access-refused': async () => {
    scene.failure = new PermanentError('GET /api/v2/mobile-devices/detail refused a fresh token (403)', {
      endpoint: 'GET /api/v2/mobile-devices/detail',
      status: 403,
    });
    await scene.fixture.sweep();
  },
  'feed-stale': async () => {
    const { ports, state } = scene.fixture;
    // Nobody listens there, and no earlier answer stands in.
    const settings = { kind: 'sofa', url: 'http://127.0.0.1:9/feed.json' } as const;
    await makeOsFeed(settings, { blobs: state.blobs, clock: ports.clock, telemetry: ports.telemetry }).load();
  },
};

test('there is a scene for every alert but the one that misses something', () => {
  expect(Object.keys(SCENES).sort()).toEqual(alerts.filter((alert) => alert !== 'no-complete-run').sort());
});

test.each(Object.keys(SCENES))('%s is fired by what the code writes, and by nothing of a calm day', async (alert) => {
  await scene.fixture.sweep();
  await scene.fixture.sweep();
  expect(found(alert)).toBe(0);
  await SCENES[alert]?.();
  expect(found(alert)).toBeGreaterThan(0);
});

test('no-complete-run finds a complete sweep for a day, and then no more', async () => {
  expect(found('no-complete-run')).toBe(0);
  await scene.fixture.sweep();
  expect(found('no-complete-run')).toBe(1);
  scene.fixture.clock.advance(23 * HOUR);
  scene.failure = new TransientError('the server is ill');
  await scene.fixture.sweep();
  expect(found('no-complete-run')).toBe(1);
  scene.fixture.clock.advance(2 * HOUR);
  expect(found('no-complete-run')).toBe(0);
});

test('a refused credential of a token endpoint fires access-refused, too', async () => {
  scene.failure = new PermanentError('POST /api/v1/oauth/token refused the client credentials (401)', {
    endpoint: 'POST /api/v1/oauth/token',
    status: 401,
  });
  await scene.fixture.sweep();
  expect(found('access-refused')).toBeGreaterThan(0);
});
