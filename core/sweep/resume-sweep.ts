/** Takes up a run that was cut off: every page that was named and is not done goes back on the queue. */
import { isEnded } from './advance-pull';
import { QUEUES } from './messages';
import type { FinishMessage, StartMessage } from './messages';
import type { SweepPorts } from './ports';
import type { RunRecord } from './records';
import { sendPage } from './start-sweep';
import { afterPage } from './end-stage';

/**
 * The newest run, where it is unfinished and still means what it meant: same connectors, same policy.
 * A run whose configuration changed is closed as partial, so that nothing is ever concluded from half of two configurations.
 */
export async function findUnfinished(ports: SweepPorts): Promise<RunRecord | null> {
  const { runs, sources, judge } = ports;
  const run = (await runs.listRuns(1))[0];
  if (run?.state !== 'running') return null;
  const same =
    run.policyDigest === judge.policyDigest &&
    run.connectors.length === sources.size &&
    run.connectors.every((connectorId) => sources.has(connectorId));
  if (same) return run;
  await runs.updateRun(run.runId, (before) => ({ ...before, state: 'partial', endedAt: before.startedAt }));
  return null;
}

/** Safe beside messages of the cut-off run that are still on the queue: a page is done once, however often it comes. */
export async function resumeSweep(ports: SweepPorts, run: RunRecord): Promise<void> {
  const { runs, queue } = ports;
  for (const connectorId of run.connectors) {
    const pull = (await runs.getPull(run.runId, connectorId))?.value;
    if (pull === undefined || pull.state === 'pending') {
      await queue.send(QUEUES.start, JSON.stringify({ v: 1, runId: run.runId, connectorId } satisfies StartMessage));
    } else if (!isEnded(pull)) {
      for (const page of await runs.openPages(run.runId, pull)) await sendPage(ports, pull, page);
      await afterPage(ports, pull);
    }
  }
  await queue.send(QUEUES.finish, JSON.stringify({ v: 1, runId: run.runId } satisfies FinishMessage));
}
