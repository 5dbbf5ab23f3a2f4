import type { QueueMessage, WorkQueue } from '../../core/ports/work-queue';

/**
 * A queue that does everything an at-least-once queue may do: hands messages out in another order, twice, and again
 * after they were worked off. `chance` gives numbers in [0, 1).
 */
export function makeChaoticQueue(inner: WorkQueue, chance: () => number): WorkQueue {
  return {
    async send(queue, body, options) {
      await inner.send(queue, body, options);
      if (chance() < 0.3) await inner.send(queue, body, { delaySeconds: Math.floor(chance() * 5) });
    },
    async receive(queue, options) {
      const messages = [...(await inner.receive(queue, { ...options, max: 32 }))];
      const taken: QueueMessage[] = [];
      while (messages.length > 0) {
        const [message] = messages.splice(Math.floor(chance() * messages.length), 1);
        if (message === undefined) break;
        if (taken.length < options.max) taken.push(message);
        else await inner.release(queue, message, 0);
      }
      return taken;
    },
    async complete(queue, message) {
      // The acknowledgement is lost: the message comes again although its work is done.
      if (chance() < 0.2) return inner.release(queue, message, 1);
      return inner.complete(queue, message);
    },
    release: (queue, message, delaySeconds) => inner.release(queue, message, delaySeconds),
    poison: (queue, message, reason) => inner.poison(queue, message, reason),
    depth: (queue) => inner.depth(queue),
  };
}
