/** Registers a queue function and the one for its poison queue: every message is handled, tried again, or kept with a reason. */
import { app } from '@azure/functions';
import type { InvocationContext } from '@azure/functions';
import type { z } from 'zod';
import { readMessage } from '../../core/sweep/messages';
import type { QueueName } from '../../core/sweep/messages';
import { afterParking } from '../../core/sweep/park';
import { redact, redactedError } from '../../telemetry/redact';
import { inInvocation } from '../app/invocation';
import { withWorker } from '../app/worker';
import type { Worker } from '../app/worker';

const CONNECTION = 'MusterStorage';

export interface QueueFunction<T> {
  /** Logical name of the queue; also the function's name. */
  readonly queue: QueueName;
  /** The app setting with the queue's name in this deployment. */
  readonly setting: string;
  readonly message: z.ZodType<T>;
  readonly handle: (worker: Worker, message: T) => Promise<void>;
}

export function registerQueue<T>({ queue, setting, message: schema, handle }: QueueFunction<T>): void {
  app.storageQueue(queue, {
    queueName: `%${setting}%`,
    connection: CONNECTION,
    handler: (entry, context) =>
      invoked(context, async (worker) => {
        const body = textOf(entry);
        worker.telemetry.count('queue.handled', 1, { queue });
        const age = ageOf(context);
        if (age !== null) worker.telemetry.measure('queue.ageSeconds', age, { queue });
        const message = readMessage(schema, body);
        if (message === null) {
          // Trying it again changes nothing: it is kept at once.
          await keep(worker, queue, body, 'not a message of a version that is known here');
          return;
        }
        try {
          await worker.telemetry.span(queue, {}, () => handle(worker, message));
        } catch (error) {
          await worker.parked.noteFailure(queue, body, redact(error instanceof Error ? error.message : String(error)));
          throw error;
        }
      }),
  });
  app.storageQueue(`${queue}-poison`, {
    queueName: `%${setting}%-poison`,
    connection: CONNECTION,
    handler: (entry, context) =>
      invoked(context, (worker) => keep(worker, queue, textOf(entry), 'failed each time it was tried')),
  });
}

async function keep(worker: Worker, queue: QueueName, body: string, otherwise: string): Promise<void> {
  const reason = await worker.parked.park(queue, body, otherwise);
  await afterParking(worker.ports, queue, body, reason);
}

async function invoked(context: InvocationContext, work: (worker: Worker) => Promise<void>): Promise<void> {
  try {
    await inInvocation(context, () => withWorker(work));
  } catch (error) {
    // The platform prints what is thrown: nothing may stand there that our own log would not show.
    throw redactedError(error);
  }
}

/** The platform hands over JSON already parsed. */
function textOf(entry: unknown): string {
  return typeof entry === 'string' ? entry : JSON.stringify(entry);
}

/** Seconds since the message was put on the queue; null where the platform does not say. */
function ageOf({ triggerMetadata }: InvocationContext): number | null {
  const inserted: unknown = triggerMetadata?.['insertionTime'];
  const at = typeof inserted === 'string' || inserted instanceof Date ? new Date(inserted).getTime() : NaN;
  return Number.isNaN(at) ? null : Math.max(0, Math.round((Date.now() - at) / 1000));
}
