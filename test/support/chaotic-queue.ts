import type { QueueMessage, WorkQueue } from '../../core/ports/work-queue';

/**
 * A queue that does everything an at-least-once queue may do: hands messages out in another order, twice, and again
 * after they were worked off. `chance` gives numbers in [0, 1).
 */
export function makeChaoticQueue(inner: WorkQueue, chance: () => number): WorkQueue {
  const lostAcknowledgements = new Map<string, number>();
  return {
    async send(queue, body, options) {
      await inner.send(queue, body, options);
      if (chance() < 0.3) await inner.send(queue, body, { delaySeconds: Math.floor(chance() * 5) });
    },
    async receive(queue, options) {
      const messages = [...(await inner.receive(queue, options))];
      const shuffled: QueueMessage[] = [];
      while (messages.length > 0) shuffled.push(...messages.splice(Math.floor(chance() * messages.length), 1));
      return shuffled;
    },
    async complete(queue, message) {
      // The acknowledgement is lost: the message comes again although its work is done. Never so often that it is parked.
      const lost = lostAcknowledgements.get(message.id) ?? 0;
      if (lost < 3 && chance() < 0.2) {
        lostAcknowledgements.set(message.id, lost + 1);
        return inner.release(queue, message, 1);
      }
      return inner.complete(queue, message);
    },
    release: (queue, message, delaySeconds) => inner.release(queue, message, delaySeconds),
    poison: (queue, message, reason) => inner.poison(queue, message, reason),
    depth: (queue) => inner.depth(queue),
  };
}
