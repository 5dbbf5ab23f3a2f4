import { acquireLease, makeRunLease, RUN_LEASE_MS } from '../../../../core/sweep/lease';
import type { RunLease } from '../../../../core/sweep/lease';
import { QUEUES } from '../../../../core/sweep/messages';
import type { StartMessage } from '../../../../core/sweep/messages';
import { requestSweep } from '../../../../core/sweep/request-sweep';
import { makeFakeSource } from '../../../support/fake-source';
import { makeDevice } from '../../../support/make-device';
import { openSweepFixture } from '../../../support/sweep-fixture';
import type { SweepFixture } from '../../../support/sweep-fixture';

const PAGES = [{ devices: [makeDevice('1')] }, { devices: [makeDevice('2')] }];

const start = (runId: string, requestedBy = 'timer'): StartMessage => ({
  v: 1,
  runId,
  mode: 'full',
  since: null,
  requestedBy,
});

describe('a sweep that a timer or a caller asks for', () => {
  let fixture: SweepFixture;
  let lease: RunLease;

  const pagesWaiting = async (): Promise<number> => (await fixture.state.queue.depth(QUEUES.page)).visible;
  const stateOf = async (runId: string): Promise<string | undefined> =>
    (await fixture.ports.runs.getRun(runId))?.value.state;

  beforeEach(async () => {
    fixture = await openSweepFixture({ sources: [makeFakeSource({ pages: () => PAGES })] });
    lease = makeRunLease(fixture.state.entities, fixture.clock);
  });
  afterEach(() => fixture.close());

  test('starts where none is under way: its run stands in the store and its first page on the queue', async () => {
    expect(await requestSweep(fixture.ports, lease, start('run-a'))).toEqual({ kind: 'started' });
    expect(await stateOf('run-a')).toBe('running');
    expect(await pagesWaiting()).toBe(1);
  });

  test('a message that comes twice starts one run', async () => {
    await requestSweep(fixture.ports, lease, start('run-a'));
    expect(await requestSweep(fixture.ports, lease, start('run-a'))).toEqual({ kind: 'started' });
    expect(await fixture.ports.runs.listRuns(10)).toHaveLength(1);
  });

  test('is refused while another is under way, and a caller reads why under the id they were given', async () => {
    await requestSweep(fixture.ports, lease, start('run-a'));
    const refused = await requestSweep(fixture.ports, lease, start('run-b', 'person 42'));
    expect(refused).toMatchObject({ kind: 'refused', reason: expect.stringContaining('run/run-a') });
    expect((await fixture.ports.runs.getRun('run-b'))?.value).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('another sweep is under way'),
      requestedBy: 'person 42',
    });
    expect(await stateOf('run-a')).toBe('running');
  });

  test('a timer that finds one under way leaves no failed run behind: it asks again by itself', async () => {
    await requestSweep(fixture.ports, lease, start('run-a'));
    await requestSweep(fixture.ports, lease, start('run-b'));
    expect(await stateOf('run-b')).toBeUndefined();
  });

  test('a stuck one is taken up again once its lease has run out, instead of the new one', async () => {
    await requestSweep(fixture.ports, lease, start('run-a'));
    const [lost] = await fixture.state.queue.receive(QUEUES.page, { max: 1, visibilitySeconds: 60 });
    await fixture.state.queue.complete(QUEUES.page, lost!);
    fixture.clock.advance(RUN_LEASE_MS + 1);
    expect(await requestSweep(fixture.ports, lease, start('run-b', 'person 42'))).toEqual({
      kind: 'resumed',
      runId: 'run-a',
    });
    expect(await pagesWaiting()).toBe(1);
    expect(await lease.take('run-c')).toMatchObject({ heldBy: 'run/run-a' });
    expect((await fixture.ports.runs.getRun('run-b'))?.value.reason).toContain('run-a');
  });

  test('a stuck one is found behind requests that were refused meanwhile', async () => {
    await requestSweep(fixture.ports, lease, start('run-a'));
    await requestSweep(fixture.ports, lease, start('run-b', 'person 42'));
    fixture.clock.advance(RUN_LEASE_MS + 1);
    expect(await requestSweep(fixture.ports, lease, start('run-c'))).toMatchObject({ kind: 'resumed', runId: 'run-a' });
  });

  test('one that was stuck beyond every deadline is closed as partial, and the new one starts', async () => {
    await requestSweep(fixture.ports, lease, start('run-a'));
    fixture.clock.advance(3 * fixture.ports.settings.pullDeadlineMs);
    expect(await requestSweep(fixture.ports, lease, start('run-b'))).toEqual({ kind: 'started' });
    expect(await stateOf('run-a')).toBe('partial');
    expect(await stateOf('run-b')).toBe('running');
  });

  test('starts at once after one that ended and has not given its lease back', async () => {
    await requestSweep(fixture.ports, lease, start('run-a'));
    await fixture.ports.runs.updateRun('run-a', (run) => ({ ...run, state: 'complete' }));
    expect(await requestSweep(fixture.ports, lease, start('run-b'))).toEqual({ kind: 'started' });
    expect(await lease.take('run-c')).toMatchObject({ runId: 'run-b' });
  });

  test('is refused while a command sweeps, which holds the lease as a process', async () => {
    const held = { name: 'sweep', owner: 'host/1/uuid', milliseconds: 30_000, isGone: () => false };
    await acquireLease(fixture.state.entities, fixture.clock, held);
    expect(await requestSweep(fixture.ports, lease, start('run-a'))).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('host/1/uuid'),
    });
  });

  test('a message of a run that has ended starts nothing', async () => {
    await requestSweep(fixture.ports, lease, start('run-a'));
    await fixture.ports.runs.updateRun('run-a', (run) => ({ ...run, state: 'complete' }));
    await lease.release('run-a');
    const before = await pagesWaiting();
    await requestSweep(fixture.ports, lease, start('run-a'));
    expect(await pagesWaiting()).toBe(before);
    expect(await lease.take('run-b')).toBeNull();
  });
});

describe('the lease of a run', () => {
  let fixture: SweepFixture;
  let lease: RunLease;
  beforeEach(async () => {
    fixture = await openSweepFixture({ sources: [] });
    lease = makeRunLease(fixture.state.entities, fixture.clock);
  });
  afterEach(() => fixture.close());

  test('is renewed by a page when half of it has gone, and not before', async () => {
    await lease.take('run-a');
    const until = async (): Promise<number> => (await lease.take('run-b'))?.until ?? 0;
    const first = await until();
    fixture.clock.advance(RUN_LEASE_MS / 3);
    await lease.keep('run-a', fixture.clock.now());
    expect(await until()).toBe(first);
    fixture.clock.advance(RUN_LEASE_MS / 3);
    await lease.keep('run-a', fixture.clock.now());
    expect(await until()).toBe(fixture.clock.now() + RUN_LEASE_MS);
  });

  test('outlasts a pause that the MDM asked for', async () => {
    await lease.take('run-a');
    const retryAt = fixture.clock.now() + 4 * RUN_LEASE_MS;
    await lease.keep('run-a', retryAt);
    fixture.clock.advance(4 * RUN_LEASE_MS);
    expect(await lease.take('run-b')).toMatchObject({ heldBy: 'run/run-a' });
  });

  test('is neither kept nor released by a run that lost it', async () => {
    await lease.take('run-a');
    fixture.clock.advance(RUN_LEASE_MS + 1);
    await lease.take('run-b');
    await lease.keep('run-a', fixture.clock.now() + RUN_LEASE_MS);
    await lease.release('run-a');
    expect(await lease.take('run-c')).toMatchObject({ heldBy: 'run/run-b' });
  });
});
