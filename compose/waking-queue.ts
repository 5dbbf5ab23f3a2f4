/** A queue that tells its one worker when something was sent. */
import type { PumpOptions } from '../core/sweep/pump';
import type { WorkQueue } from '../core/ports/work-queue';
import { sleep } from './system';

/** Messages that another process put on the queue are seen after this long. */
const LONGEST_NAP_MS = 1000;

/** A queue that tells when something was sent, so that the one process that works it off need not poll. */
export function makeWakingQueue(queue: WorkQueue): { readonly queue: WorkQueue; readonly idle: PumpOptions['idle'] } {
  // Several waits may be open at once: one whose caller went on with other work is not over yet.
  const asleep = new Set<() => void>();
  return {
    queue: {
      async send(name, body, options) {
        await queue.send(name, body, options);
        for (const wake of asleep) wake();
      },
      receive: (name, options) => queue.receive(name, options),
      complete: (name, message) => queue.complete(name, message),
      release: (name, message, delaySeconds) => queue.release(name, message, delaySeconds),
      poison: (name, message, reason) => queue.poison(name, message, reason),
      depth: (name) => queue.depth(name),
    },
    async idle(milliseconds, _busy, signal) {
      if (milliseconds <= 0) return;
      const woken = new AbortController();
      const wake = (): void => woken.abort();
      asleep.add(wake);
      await sleep(Math.min(milliseconds, LONGEST_NAP_MS), AbortSignal.any([woken.signal, signal]));
      asleep.delete(wake);
    },
  };
}
