/** What becomes of a message that cannot be handled: it is kept in the poison queue, and its pull ends as partial. */
import { PartialRunError } from '../errors';
import { endPull } from './end-stage';
import { pageMessage, QUEUES, readMessage, startMessage } from './messages';
import type { SweepPorts } from './ports';

/** So that the run can end: nothing is concluded from a pull that lacks a page. */
export async function afterParking(ports: SweepPorts, queue: string, body: string, reason: string): Promise<void> {
  const { runs, telemetry } = ports;
  telemetry.log('error', 'message-parked', { queue, reason });
  telemetry.count('messages.parked', 1, { queue });
  if (queue === QUEUES.start) {
    const started = readMessage(startMessage, body);
    if (started === null || (await runs.getRun(started.runId)) === null) return;
    for (const connectorId of (await runs.getRun(started.runId))?.value.connectors ?? []) {
      await endPullOf(ports, started.runId, connectorId, `the sweep could not be started: ${reason}`);
    }
    return;
  }
  if (queue !== QUEUES.page) return;
  const page = readMessage(pageMessage, body);
  if (page === null) return;
  await endPullOf(ports, page.runId, page.connectorId, `page ${page.pageNo} could not be handled: ${reason}`);
}

async function endPullOf(ports: SweepPorts, runId: string, connectorId: string, reason: string): Promise<void> {
  const pull = (await ports.runs.getPull(runId, connectorId))?.value;
  if (pull === undefined) return;
  const hint = 'The message is kept in the poison queue with its reason.';
  await endPull(ports, pull, new PartialRunError(reason, { connectorId, hint }));
}
