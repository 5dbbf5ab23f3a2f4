/** What becomes of a run one of whose messages cannot be handled: nothing is concluded from a pull that lacks a page. */
import { formatTime } from '../device/iso-time';
import { PartialRunError } from '../errors';
import { endPull } from './end-stage';
import { finishMessage, pageMessage, QUEUES, readMessage, startMessage } from './messages';
import type { SweepPorts } from './ports';

/** Ends the pull of a page as partial, and the run of a start or a finish as failed, so that no run stays open for ever. */
export async function afterParking(ports: SweepPorts, queue: string, body: string, reason: string): Promise<void> {
  const { telemetry } = ports;
  telemetry.log('error', 'message-parked', { queue, reason });
  telemetry.count('messages.parked', 1, { queue });
  if (queue === QUEUES.start) {
    const started = readMessage(startMessage, body);
    if (started !== null) await failRun(ports, started.runId, `the sweep could not be started: ${reason}`);
    return;
  }
  if (queue === QUEUES.finish) {
    const finish = readMessage(finishMessage, body);
    if (finish !== null) await failRun(ports, finish.runId, `the sweep could not be ended: ${reason}`);
    return;
  }
  if (queue !== QUEUES.page) return;
  const page = readMessage(pageMessage, body);
  if (page === null) return;
  await endPullOf(ports, page.runId, page.connectorId, `page ${page.pageNo} could not be handled: ${reason}`);
}

/** Some of its pulls may not exist: the run ends as a whole, and whatever of it still goes on concludes nothing. */
async function failRun(ports: SweepPorts, runId: string, reason: string): Promise<void> {
  const { runs, clock, telemetry, lease } = ports;
  if ((await runs.getRun(runId))?.value.state === 'running') {
    await runs.updateRun(runId, (run) => ({ ...run, state: 'failed', endedAt: formatTime(clock.now()), reason }));
    telemetry.log('error', 'run-ended', { runId, state: 'failed', reason });
  }
  await lease?.release(runId);
}

async function endPullOf(ports: SweepPorts, runId: string, connectorId: string, reason: string): Promise<void> {
  const pull = (await ports.runs.getPull(runId, connectorId))?.value;
  if (pull === undefined) return;
  const hint = 'The message is kept in the poison queue with its reason.';
  await endPull(ports, pull, new PartialRunError(reason, { connectorId, hint }));
}
