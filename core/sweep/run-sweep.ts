/** A whole sweep inside one process: start or take up a run, work it off, answer. */
import { PartialRunError } from '../errors';
import { endPull } from './end-stage';
import { finishSweep } from './finish-sweep';
import { handlePage } from './handle-page';
import { pageMessage, QUEUES } from './messages';
import type { SweepPorts } from './ports';
import { pump } from './pump';
import type { PumpOptions } from './pump';
import { findUnfinished, resumeSweep } from './resume-sweep';
import { handleStart, startSweep } from './start-sweep';
import type { SweepRequest } from './start-sweep';
import { readResult } from './sweep-result';
import type { SweepResult } from './sweep-result';

export interface RunOptions extends SweepRequest {
  readonly signal: AbortSignal;
  readonly concurrency: number;
  readonly idle: PumpOptions['idle'];
  /** Told the run's id at once, and whether a cut-off run is taken up. */
  readonly onStart?: (runId: string, resumed: boolean) => void;
}

/** @returns the result; its state is `running` where the signal ended the work early: the next call goes on from there. */
export async function runSweep(ports: SweepPorts, options: RunOptions): Promise<SweepResult> {
  const unfinished = await findUnfinished(ports);
  let runId: string;
  if (unfinished === null) {
    runId = await startSweep(ports, options);
  } else {
    runId = unfinished.runId;
    await resumeSweep(ports, unfinished);
  }
  options.onStart?.(runId, unfinished !== null);
  await pump({
    queue: ports.queue,
    concurrency: options.concurrency,
    idle: options.idle,
    now: () => ports.clock.now(),
    signal: options.signal,
    isOver: () => isOver(ports, runId),
    handlers: {
      start: (message) => handleStart(ports, message),
      page: (message, signal) => handlePage(ports, message, signal),
      finish: (message) => finishSweep(ports, message),
      parked: (queue, body, reason) => afterParking(ports, queue, body, reason),
    },
  });
  return readResult(ports.runs, runId);
}

/**
 * The run has ended; or nothing is left on the queues although it has not: then what is missing is put back first,
 * since a lost message must not leave a run open for ever.
 */
async function isOver(ports: SweepPorts, runId: string): Promise<boolean> {
  const run = (await ports.runs.getRun(runId))?.value;
  if (run?.state !== 'running') return true;
  for (const queue of Object.values(QUEUES)) {
    const { visible, invisible } = await ports.queue.depth(queue);
    if (visible + invisible > 0) return false;
  }
  ports.telemetry.log('warn', 'run-without-messages', { runId });
  await resumeSweep(ports, run);
  return false;
}

/** A page that cannot be handled at all ends its pull as partial, so that the run can end. */
async function afterParking(ports: SweepPorts, queue: string, body: string, reason: string): Promise<void> {
  ports.telemetry.log('error', 'message-parked', { queue, reason });
  if (queue !== QUEUES.page) return;
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return;
  }
  const parsed = pageMessage.safeParse(value);
  if (!parsed.success) return;
  const pull = (await ports.runs.getPull(parsed.data.runId, parsed.data.connectorId))?.value;
  if (pull === undefined) return;
  await endPull(
    ports,
    pull,
    new PartialRunError(`page ${parsed.data.pageNo} could not be handled: ${reason}`, {
      connectorId: pull.connectorId,
      hint: 'The message is kept in the poison queue with its reason.',
    }),
  );
}
