/**
 * Runs a sweep inside one process: takes messages off the queues and hands them to the use cases, a bounded number
 * at a time. On Azure Functions the platform does this; nothing else is different there.
 */
import type { QueueMessage, WorkQueue } from '../ports/work-queue';
import { finishMessage, pageMessage, QUEUES, readMessage } from './messages';
import type { FinishMessage, PageMessage } from './messages';

export interface PumpHandlers {
  page(message: PageMessage, signal: AbortSignal): Promise<void>;
  finish(message: FinishMessage): Promise<void>;
  /** A message that cannot be read, or that failed too often, was parked. */
  parked(queue: string, body: string, reason: string): Promise<void>;
}

export interface PumpOptions {
  readonly queue: WorkQueue;
  readonly handlers: PumpHandlers;
  /** Messages under way at the same time; each page in work holds one page of devices in memory. */
  readonly concurrency: number;
  /**
   * Resolves after the given time at the latest, at once when something was sent or the signal aborts.
   * Infinity where no message waits for a time; busy while other messages are in work.
   */
  readonly idle: (milliseconds: number, busy: boolean, signal: AbortSignal) => Promise<void>;
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** True when there is nothing left to wait for. */
  readonly isOver: () => Promise<boolean>;
}

/** What the command works off itself; it starts its run without a message. The finish queue first: a run that can end should end. */
export const PUMPED = [QUEUES.finish, QUEUES.page] as const;

/** Longer than any page takes; a message that is not done by then was in a process that died. */
const VISIBILITY_SECONDS = 600;
const MAX_DELIVERIES = 5;

/** @returns when the run is over or the signal aborts; messages in work are finished first. */
export async function pump(options: PumpOptions): Promise<void> {
  const { queue, concurrency, signal } = options;
  const inWork = new Set<Promise<void>>();
  let failure: unknown = null;
  const stop = (): boolean => signal.aborted || failure !== null;

  while (!stop()) {
    let took = 0;
    for (const name of PUMPED) {
      const room = concurrency - inWork.size;
      if (room <= 0) break;
      for (const message of await queue.receive(name, {
        max: Math.min(room, 32),
        visibilitySeconds: VISIBILITY_SECONDS,
      })) {
        took += 1;
        const work = handle(name, message, options)
          .catch((error: unknown) => {
            failure ??= error;
          })
          .finally(() => inWork.delete(work));
        inWork.add(work);
      }
    }
    if (stop()) break;
    if (inWork.size >= concurrency) {
      await Promise.race(inWork);
    } else if (took === 0) {
      if (inWork.size === 0 && (await options.isOver())) break;
      const wait = options.idle(await untilNext(queue, options.now()), inWork.size > 0, signal);
      await Promise.race([wait, ...inWork]);
    }
  }
  await Promise.allSettled(inWork);
  if (failure !== null) throw failure instanceof Error ? failure : new Error('a handler failed', { cause: failure });
}

async function untilNext(queue: WorkQueue, now: number): Promise<number> {
  let wait = Infinity;
  for (const name of PUMPED) {
    const { visible, nextVisibleAt } = await queue.depth(name);
    if (visible > 0) return 0;
    if (nextVisibleAt !== null) wait = Math.min(wait, Math.max(1, nextVisibleAt - now));
  }
  return wait;
}

async function handle(name: string, message: QueueMessage, { queue, handlers, signal }: PumpOptions): Promise<void> {
  const park = async (reason: string): Promise<void> => {
    await queue.poison(name, message, reason);
    await handlers.parked(name, message.body, reason);
  };
  if (message.dequeueCount > MAX_DELIVERIES) {
    await park(`delivered ${message.dequeueCount} times without an end`);
    return;
  }
  try {
    if (name === QUEUES.page) {
      const parsed = readMessage(pageMessage, message.body);
      if (parsed === null) await park('not a page message of a known version');
      else await handlers.page(parsed, signal);
    } else {
      const parsed = readMessage(finishMessage, message.body);
      if (parsed === null) await park('not a finish message of a known version');
      else await handlers.finish(parsed);
    }
    await queue.complete(name, message);
  } catch (error) {
    // Interrupted, not failed: the message is given back untouched, for whoever takes the run up again.
    await queue.release(name, message, 0);
    if (!signal.aborted) throw error;
  }
}
