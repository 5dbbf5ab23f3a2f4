import { makeParkedMessages } from '../../../../core/sweep/parked-messages';
import { prune } from '../../../../core/sweep/prune';
import type { Pruned } from '../../../../core/sweep/prune';
import { LATEST_REPORT, reportBlob, timeOfRun } from '../../../../core/sweep/report-names';
import { TABLES } from '../../../../core/sweep/tables';
import { makeSystemRandom } from '../../../../main';
import { makeFakeSource } from '../../../support/fake-source';
import { makeDevice } from '../../../support/make-device';
import { openSweepFixture } from '../../../support/sweep-fixture';
import type { SweepFixture } from '../../../support/sweep-fixture';

const DAY = 86_400_000;
const RETENTION = { runsDays: 30, removedDevicesDays: 10, reportsDays: 20 };

describe('pruning', () => {
  let fixture: SweepFixture;
  let fleet = ['1', '2', '3'];

  beforeEach(async () => {
    fleet = ['1', '2', '3'];
    const pages = () => [{ devices: fleet.map((id) => makeDevice(id)) }];
    fixture = await openSweepFixture({
      sources: [makeFakeSource({ pages })],
      settings: { vanish: { minimum: 10, share: 1 } },
    });
    // Ids that begin with the time, as in life.
    Object.assign(fixture.ports, { random: makeSystemRandom(fixture.clock) });
  });
  afterEach(() => fixture.close());

  const pruned = (): Promise<Pruned> => prune(fixture.ports, fixture.state.entities, fixture.state.blobs, RETENTION);
  const partitions = async (table: string): Promise<readonly string[]> =>
    (await fixture.state.entities.partitions(table, '')).partitions;
  const devices = async (): Promise<string[]> => {
    const keys: string[] = [];
    for await (const rows of fixture.ports.devices.heads('jamf')) keys.push(...rows.map(({ head }) => head.key));
    return keys;
  };

  test('removes old runs with their pulls and pages, and keeps the last two however old they are', async () => {
    const ids: string[] = [];
    for (let at = 0; at < 4; at += 1) {
      ids.push((await fixture.sweep()).runId);
      fixture.clock.advance(DAY);
    }
    fixture.clock.advance(60 * DAY);
    expect(await pruned()).toMatchObject({ runs: 2 });
    expect((await fixture.ports.runs.listRuns(10)).map(({ runId }) => runId)).toEqual([ids[3], ids[2]]);
    expect(await partitions(TABLES.pulls)).toEqual([`${ids[2]}|jamf`, `${ids[3]}|jamf`]);
  });

  test('keeps what is younger than the days, and a run that is under way', async () => {
    for (let at = 0; at < 4; at += 1) await fixture.sweep();
    const old = (await fixture.ports.runs.listRuns(10)).at(-1)!.runId;
    await fixture.ports.runs.updateRun(old, (run) => ({ ...run, state: 'running' }));
    expect(await pruned()).toMatchObject({ runs: 0 });
    fixture.clock.advance(29 * DAY);
    expect(await pruned()).toMatchObject({ runs: 0 });
    fixture.clock.advance(2 * DAY);
    expect(await pruned()).toMatchObject({ runs: 1 });
    expect((await fixture.ports.runs.getRun(old))?.value.state).toBe('running');
  });

  test('removes records of phones that were found gone longer ago than the days, and no others', async () => {
    await fixture.sweep();
    fleet = ['1', '2'];
    await fixture.sweep();
    await fixture.sweep();
    fixture.clock.advance(9 * DAY);
    expect(await pruned()).toMatchObject({ devices: 0 });
    expect(await devices()).toHaveLength(3);
    fixture.clock.advance(2 * DAY);
    expect(await pruned()).toMatchObject({ devices: 1 });
    expect(await devices()).toEqual(['jamf:1', 'jamf:2']);
  });

  test('a phone that is merely missing is not removed', async () => {
    await fixture.sweep();
    fleet = ['1', '2'];
    await fixture.sweep();
    fixture.clock.advance(400 * DAY);
    expect(await pruned()).toMatchObject({ devices: 0 });
    expect(await devices()).toHaveLength(3);
  });

  test('removes old reports, and never the pointer to the newest', async () => {
    const old = fixture.ports.random.id();
    await fixture.state.blobs.put(reportBlob(old, 'muster-report.html'), Buffer.from('old'));
    fixture.clock.advance(15 * DAY);
    const young = fixture.ports.random.id();
    await fixture.state.blobs.put(reportBlob(young, 'muster-report.html'), Buffer.from('young'));
    await fixture.state.blobs.put(LATEST_REPORT, Buffer.from('{}'));
    fixture.clock.advance(6 * DAY);
    expect(await pruned()).toMatchObject({ reports: 1 });
    const left = (await fixture.state.blobs.list('reports/')).blobs.map(({ name }) => name);
    expect(left.sort()).toEqual([reportBlob(young, 'muster-report.html'), LATEST_REPORT].sort());
  });

  test('removes parked messages and app reports of long ago', async () => {
    const parked = makeParkedMessages(fixture.state.entities, fixture.clock);
    await parked.park('sweep-page', '{"v":9}', 'unknown');
    await fixture.ports.apps.put(
      fixture.ports.random.id(),
      'jamf',
      [{ vendorId: '1', appId: 'app', name: null, version: '1', versionCode: null, installed: true }],
      { kind: 'range', size: 100 },
    );
    expect(await pruned()).toMatchObject({ parked: 0, apps: 0 });
    fixture.clock.advance(31 * DAY);
    expect(await pruned()).toMatchObject({ parked: 1, apps: 1 });
    expect(await parked.list('sweep-page', 10)).toEqual([]);
  });

  test('a second pruning finds nothing', async () => {
    for (let at = 0; at < 4; at += 1) await fixture.sweep();
    fixture.clock.advance(60 * DAY);
    await pruned();
    expect(await pruned()).toEqual({ runs: 0, devices: 0, reports: 0, parked: 0, apps: 0 });
  });
});

test('the time of a run is read from its id, and from nothing that is no id', () => {
  const clock = { now: () => Date.parse('2026-11-25T12:00:00.000Z') };
  const id = makeSystemRandom(clock).id();
  expect(timeOfRun(id, clock)).toBe(clock.now());
  expect(timeOfRun(`${id}/report.html`, clock)).toBe(clock.now());
  for (const text of ['latest.json', '', id.slice(1), `${id}x`, 'zzzzzzzzzzzzzzzzzzzzzzzzzz']) {
    expect(timeOfRun(text, clock)).toBeNull();
  }
});
