/** Queue triggers on one machine, with the platform's rules of delivery: facts/azure-functions.md §2.3. */
import { randomUUID } from 'node:crypto';
import type { QueueMessage, WorkQueue } from '../core/ports/work-queue';
import type { LoadedApp } from './functions-core';

/** `extensions.queues` of host.json. */
export interface QueueSettings {
  readonly batchSize: number;
  readonly newBatchThreshold: number;
  readonly visibilityTimeoutSeconds: number;
  readonly maxDequeueCount: number;
  readonly maxPollingIntervalMs: number;
}

export interface QueueListenerOptions {
  readonly app: LoadedApp;
  readonly functionName: string;
  readonly binding: string;
  readonly queueName: string;
  readonly queue: WorkQueue;
  readonly settings: QueueSettings;
  /**
   * A message stays with its handler this long; after a crash it comes back then. The platform renews it meanwhile. Here a
   * handler that takes longer sees its message handed out a second time, which every handler must bear anyway.
   */
  readonly leaseSeconds: number;
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly onError: (functionName: string, error: unknown) => void;
}

const SHORTEST_POLL_MS = 100;

/** Takes messages until the signal aborts; then waits for those in work. */
export async function listenToQueue(options: QueueListenerOptions, signal: AbortSignal): Promise<void> {
  const { queue, queueName, settings, sleep, functionName, onError } = options;
  const inWork = new Set<Promise<void>>();
  let nap = SHORTEST_POLL_MS;
  while (!signal.aborted) {
    // A new batch is fetched when this many or fewer are in work.
    if (inWork.size > settings.newBatchThreshold) {
      await Promise.race(inWork);
      continue;
    }
    let messages: readonly QueueMessage[] = [];
    try {
      messages = await queue.receive(queueName, { max: settings.batchSize, visibilitySeconds: options.leaseSeconds });
    } catch (error) {
      onError(functionName, error);
    }
    for (const message of messages) {
      const work = deliver(options, message)
        .catch((error: unknown) => onError(functionName, error))
        .finally(() => inWork.delete(work));
      inWork.add(work);
    }
    // An empty queue is asked less and less often, up to the setting.
    nap = messages.length > 0 ? SHORTEST_POLL_MS : Math.min(settings.maxPollingIntervalMs, nap * 2);
    if (messages.length === 0) await Promise.race([sleep(nap, signal), ...inWork]);
  }
  await Promise.all(inWork);
}

async function deliver(options: QueueListenerOptions, message: QueueMessage): Promise<void> {
  const { app, functionName, binding, queue, queueName, settings, onError } = options;
  try {
    await app.invoke(functionName, {
      invocationId: randomUUID(),
      inputData: [{ name: binding, data: { string: message.body } }],
      triggerMetadata: {
        Id: { string: message.id },
        DequeueCount: { json: String(message.dequeueCount) },
      },
    });
    await queue.complete(queueName, message);
  } catch (error) {
    onError(functionName, error);
    if (message.dequeueCount < settings.maxDequeueCount) {
      await queue.release(queueName, message, settings.visibilityTimeoutSeconds);
    } else if (queueName.endsWith('-poison')) {
      // The platform has no poison queue of a poison queue: it comes again after the lease.
      await queue.release(queueName, message, options.leaseSeconds);
    } else {
      await queue.poison(queueName, message, `delivered ${message.dequeueCount} times without success`);
    }
  }
}
