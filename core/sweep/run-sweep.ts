/** A whole sweep inside one process: start or take up a run, work it off, answer. */
import { finishSweep } from './finish-sweep';
import { handlePage } from './handle-page';
import { afterParking } from './park';
import type { SweepPorts } from './ports';
import { pump, PUMPED } from './pump';
import type { PumpOptions } from './pump';
import { findUnfinished, resumeSweep } from './resume-sweep';
import { startMessageOf, startSweep } from './start-sweep';
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
    const message = startMessageOf(ports, options, 'command');
    runId = message.runId;
    await startSweep(ports, message);
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
      page: (message, signal) => handlePage(ports, message, signal),
      finish: async (message) => {
        await finishSweep(ports, message);
      },
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
  for (const queue of PUMPED) {
    const { visible, invisible } = await ports.queue.depth(queue);
    if (visible + invisible > 0) return false;
  }
  ports.telemetry.log('warn', 'run-without-messages', { runId });
  await resumeSweep(ports, run);
  return false;
}
