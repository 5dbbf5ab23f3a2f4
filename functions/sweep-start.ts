import { QUEUES, startMessage } from '../core/sweep/messages';
import { requestSweep } from '../core/sweep/request-sweep';
import { registerQueue } from './queue/register-queue';

/** Starts a sweep that the timer or a caller asked for, unless one is under way. */
export function registerSweepStart(): void {
  registerQueue({
    queue: QUEUES.start,
    setting: 'SWEEP_START_QUEUE',
    message: startMessage,
    async handle({ ports, lease }, message) {
      await requestSweep(ports, lease, message);
    },
  });
}
