/** Registers a timer function of the worker. The platform runs one at a time and keeps what was missed: facts/azure-functions.md §2.4. */
import { app } from '@azure/functions';
import { redactedError } from '../../telemetry/redact';
import { inInvocation } from '../app/invocation';
import { withWorker } from '../app/worker';
import type { Worker } from '../app/worker';

export interface TimerFunction {
  readonly name: string;
  /** The app setting with the schedule: six NCRONTAB fields, UTC. */
  readonly setting: string;
  readonly handle: (worker: Worker) => Promise<void>;
}

export function registerTimer({ name, setting, handle }: TimerFunction): void {
  app.timer(name, {
    schedule: `%${setting}%`,
    useMonitor: true,
    runOnStartup: false,
    handler: async (timer, context) => {
      try {
        await inInvocation(context, () =>
          withWorker(async (worker) => {
            if (timer.isPastDue) worker.telemetry.log('warn', 'timer-past-due', { timer: name });
            await worker.telemetry.span(name, {}, () => handle(worker));
          }),
        );
      } catch (error) {
        throw redactedError(error);
      }
    },
  });
}
