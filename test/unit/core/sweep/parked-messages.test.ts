import { makeParkedMessages } from '../../../../core/sweep/parked-messages';
import type { ParkedMessages } from '../../../../core/sweep/parked-messages';
import { afterParking } from '../../../../core/sweep/park';
import { pageMessage, QUEUES, readMessage } from '../../../../core/sweep/messages';
import { requestSweep } from '../../../../core/sweep/request-sweep';
import { makeRunLease } from '../../../../core/sweep/lease';
import { finishSweep } from '../../../../core/sweep/finish-sweep';
import { makeFakeSource } from '../../../support/fake-source';
import { makeDevice } from '../../../support/make-device';
import { openSweepFixture } from '../../../support/sweep-fixture';
import type { SweepFixture } from '../../../support/sweep-fixture';

describe('a message that could not be handled', () => {
  let fixture: SweepFixture;
  let parked: ParkedMessages;
  beforeEach(async () => {
    fixture = await openSweepFixture({
      sources: [makeFakeSource({ pages: () => [{ devices: [makeDevice('1')] }, { devices: [makeDevice('2')] }] })],
    });
    parked = makeParkedMessages(fixture.state.entities, fixture.clock);
  });
  afterEach(() => fixture.close());

  test('is kept with its body and the reason of its last failure', async () => {
    await parked.noteFailure('sweep-page', '{"v":1}', 'first');
    await parked.noteFailure('sweep-page', '{"v":1}', 'second');
    await parked.noteFailure('sweep-page', '{"v":2}', 'of another message');
    expect(await parked.park('sweep-page', '{"v":1}', 'failed each time')).toBe('failed each time; last: second');
    expect(await parked.list('sweep-page', 10)).toEqual([
      {
        v: 1,
        queue: 'sweep-page',
        reason: 'failed each time; last: second',
        at: '2026-11-25T00:00:00.000Z',
        body: '{"v":1}',
      },
    ]);
  });

  test('is kept once, however often it comes, and apart from those of other queues', async () => {
    await parked.park('sweep-page', 'not JSON', 'unknown');
    await parked.park('sweep-page', 'not JSON', 'unknown');
    await parked.park('sweep-start', 'not JSON', 'unknown');
    expect(await parked.list('sweep-page', 10)).toHaveLength(1);
    expect(await parked.list('sweep-start', 10)).toHaveLength(1);
  });

  test('the largest body a queue takes is kept', async () => {
    const body = JSON.stringify({ text: '"'.repeat(20_000) });
    await parked.park('sweep-page', body, 'x'.repeat(5000));
    expect((await parked.list('sweep-page', 1))[0]?.body).toBe(body);
  });

  test('a page ends its pull as partial with the reason, and the run can end', async () => {
    const lease = makeRunLease(fixture.state.entities, fixture.clock);
    await requestSweep(fixture.ports, lease, { v: 1, runId: 'run-a', mode: 'full', since: null, requestedBy: 'timer' });
    const [message] = await fixture.state.queue.receive(QUEUES.page, { max: 1, visibilitySeconds: 60 });
    expect(readMessage(pageMessage, message!.body)).not.toBeNull();
    await afterParking(fixture.ports, QUEUES.page, message!.body, 'it always fails');
    expect(await finishSweep(fixture.ports, { v: 1, runId: 'run-a' })).toMatchObject({
      state: 'partial',
      tombstones: { confirmed: 0, candidates: 0, held: 0 },
    });
    expect((await fixture.ports.runs.getPull('run-a', 'jamf'))?.value).toMatchObject({
      state: 'partial',
      reason: 'page 0 could not be handled: it always fails',
    });
  });

  test('a finish ends the run as failed: nothing is concluded, and the next sweep may start', async () => {
    const lease = makeRunLease(fixture.state.entities, fixture.clock);
    Object.assign(fixture.ports, { lease });
    const start = { v: 1, runId: 'run-a', mode: 'full', since: null, requestedBy: 'timer' } as const;
    await requestSweep(fixture.ports, lease, start);
    await afterParking(fixture.ports, QUEUES.finish, JSON.stringify({ v: 1, runId: 'run-a' }), 'a record is broken');
    expect((await fixture.ports.runs.getRun('run-a'))?.value).toMatchObject({
      state: 'failed',
      reason: 'the sweep could not be ended: a record is broken',
      tombstones: null,
    });
    expect(await lease.take('run-b')).toBeNull();
  });

  test.each([
    [
      'a page of a run that nobody knows',
      QUEUES.page,
      JSON.stringify({ v: 1, runId: 'x', connectorId: 'jamf', stageNo: 0, pageNo: 0, cursor: null, attempt: 0 }),
    ],
    ['a message of another version', QUEUES.page, '{"v":2}'],
    ['what is no JSON', QUEUES.finish, '\u0000'],
    [
      'a start of a run that was never made',
      QUEUES.start,
      JSON.stringify({ v: 1, runId: 'x', mode: 'full', since: null, requestedBy: 'timer' }),
    ],
  ])('%s harms nothing', async (_what, queue, body) => {
    await expect(afterParking(fixture.ports, queue, body, 'unknown')).resolves.toBeUndefined();
    expect(await fixture.ports.runs.listRuns(10)).toEqual([]);
  });
});
