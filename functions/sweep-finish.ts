import { finishSweep } from '../core/sweep/finish-sweep';
import { finishMessage, QUEUES } from '../core/sweep/messages';
import type { ReportMessage } from '../core/sweep/messages';
import { registerQueue } from './queue/register-queue';

/** Ends a run once all its pulls have ended, gives its lease back and asks for its report. */
export function registerSweepFinish(): void {
  registerQueue({
    queue: QUEUES.finish,
    setting: 'SWEEP_FINISH_QUEUE',
    message: finishMessage,
    async handle({ ports, lease }, message) {
      const ended = await finishSweep(ports, message);
      if (ended === null) return;
      await lease.release(ended.runId);
      await ports.queue.send(QUEUES.report, JSON.stringify({ v: 1, runId: ended.runId } satisfies ReportMessage));
    },
  });
}
