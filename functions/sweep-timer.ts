import { QUEUES } from '../core/sweep/messages';
import { startMessageOf } from '../core/sweep/start-sweep';
import { registerTimer } from './timer/register-timer';

/** Asks for a sweep on a schedule. */
export function registerSweepTimer(): void {
  registerTimer({
    name: 'sweep-timer',
    setting: 'SWEEP_SCHEDULE',
    async handle({ ports }) {
      await ports.queue.send(QUEUES.start, JSON.stringify(startMessageOf(ports, { mode: 'full' }, 'timer')));
    },
  });
}
