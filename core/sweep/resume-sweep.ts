/** Takes up a run that was cut off: every page that was named and is not done goes back on the queue. */
import { formatTime } from '../device/iso-time';
import { isEnded } from './advance-pull';
import { afterPage } from './end-stage';
import { QUEUES } from './messages';
import type { FinishMessage } from './messages';
import type { SweepPorts } from './ports';
import type { RunRecord } from './records';
import { sendPage, startSweep } from './start-sweep';

/**
 * The run that has not ended, where it still means what it meant: same connectors, same policy, time left.
 * Any other is closed as partial, so that nothing is ever concluded from half of two configurations.
 */
export async function findUnfinished(ports: SweepPorts): Promise<RunRecord | null> {
  const { runs, sources, judge, clock, settings } = ports;
  const run = await runs.findRunning();
  if (run === null) return null;
  const same =
    run.policyDigest === judge.policyDigest &&
    run.connectors.length === sources.size &&
    run.connectors.every((connectorId) => sources.has(connectorId));
  const inTime = clock.now() < Date.parse(run.startedAt) + 2 * settings.pullDeadlineMs;
  if (same && inTime) return run;
  const reason = same
    ? 'the run was cut off and not taken up in time'
    : 'the run was cut off, and connectors or policy have changed since';
  await runs.updateRun(run.runId, (before) => ({
    ...before,
    state: 'partial',
    endedAt: formatTime(clock.now()),
    reason,
  }));
  ports.telemetry.log('warn', 'run-ended', { runId: run.runId, state: 'partial', reason });
  return null;
}

/** Safe beside messages of the cut-off run that are still on the queue: a page is done once, however often it comes. */
export async function resumeSweep(ports: SweepPorts, run: RunRecord): Promise<void> {
  const { runs, queue } = ports;
  const { runId, mode, since, requestedBy } = run;
  for (const connectorId of run.connectors) {
    const pull = (await runs.getPull(runId, connectorId))?.value;
    if (pull === undefined || pull.state === 'pending') {
      await startSweep(ports, { v: 1, runId, mode, since, requestedBy });
    } else if (!isEnded(pull)) {
      for (const page of await runs.openPages(runId, pull)) await sendPage(ports, pull, page);
      await afterPage(ports, pull);
    }
  }
  await queue.send(QUEUES.finish, JSON.stringify({ v: 1, runId } satisfies FinishMessage));
}
