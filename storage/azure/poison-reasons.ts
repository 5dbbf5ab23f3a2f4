/** Why messages lie in poison queues: a queue keeps only a body, so the reasons are rows of table `poison`. */
import * as z from 'zod';
import type { Clock } from '../../core/ports/clock';
import type { EntityStore } from '../../core/ports/entity-store';
import type { Poisoned, QueueMessage } from '../../core/ports/work-queue';

const TABLE = 'poison';
const POISON_SUFFIX = '-poison';

const Reason = z.object({ queue: z.string(), reason: z.string(), at: z.number() });

export interface PoisonReasons {
  /** @param id of the message in the poison queue. */
  keep(poisonQueue: string, id: string, poisoned: Poisoned): Promise<void>;
  /**
   * The messages with their reasons, where they lie in a poison queue; the host's own moves leave none. When this fails,
   * the messages come back with the end of their visibility.
   */
  attach(queue: string, messages: readonly QueueMessage[]): Promise<readonly QueueMessage[]>;
  /** To be called when the message is done. */
  forget(queue: string, id: string): Promise<void>;
}

/** One partition for each poison queue, one row for each message in it. */
export function makePoisonReasons(entities: EntityStore, clock: Clock): PoisonReasons {
  return {
    async keep(poisonQueue, id, { queue, reason }) {
      const body = JSON.stringify({ queue, reason, at: clock.now() });
      await entities.batch(TABLE, poisonQueue, [{ kind: 'upsert', row: id, body }]);
    },

    async attach(queue, messages) {
      if (!queue.endsWith(POISON_SUFFIX) || messages.length === 0) return messages;
      const rows = await entities.getMany(
        TABLE,
        queue,
        messages.map(({ id }) => id),
      );
      const known = new Map(rows.map(({ row, body }) => [row, Reason.safeParse(JSON.parse(body)).data]));
      return messages.map((message) => {
        const found = known.get(message.id);
        return found === undefined ? message : { ...message, poisoned: { queue: found.queue, reason: found.reason } };
      });
    },

    async forget(queue, id) {
      if (!queue.endsWith(POISON_SUFFIX)) return;
      await entities.batch(TABLE, queue, [{ kind: 'delete', row: id }]);
    },
  };
}
