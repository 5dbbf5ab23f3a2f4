/** The WorkQueue port on SQLite: messages are rows, ordered by the moment they become visible and then by their number. */
import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../core/ports/clock';
import type { QueueDepth, QueueMessage, ReceiveOptions, SendOptions, WorkQueue } from '../../core/ports/work-queue';
import { checkDelay, checkMessage, checkQueue, checkReceive, cutReason, poisonQueueOf } from '../limits/queue-limits';
import type { Cells } from './query';
import { integerAt, prepareQuery, textAt } from './query';
import { transaction } from './transaction';

/** @param database opened with STATE_SCHEMA. */
export function makeWorkQueue(database: DatabaseSync, clock: Clock): WorkQueue {
  const insert = database.prepare('insert into message (queue, body, visible_at) values (?, ?, ?)');
  const visible = prepareQuery(
    database,
    `select seq, body, dequeued, origin, reason from message
     where queue = ? and visible_at <= ? order by visible_at, seq limit ?`,
  );
  const take = database.prepare(
    'update message set visible_at = ?, receipt = ?, dequeued = dequeued + 1 where seq = ?',
  );
  const current = 'seq = ? and queue = ? and receipt = ?';
  const remove = database.prepare(`delete from message where ${current}`);
  const giveBack = database.prepare(`update message set visible_at = ?, receipt = null where ${current}`);
  const copyToPoison = database.prepare(
    `insert into message (queue, body, visible_at, origin, reason)
     select ?, body, ?, queue, ? from message where ${current}`,
  );
  const count = prepareQuery(
    database,
    `select count(*) filter (where visible_at <= ?1), count(*) filter (where visible_at > ?1),
            min(visible_at) filter (where visible_at > ?1) from message where queue = ?2`,
  );
  const after = (seconds: number): number => clock.now() + Math.ceil(seconds * 1000);

  return {
    async send(queue: string, body: string, { delaySeconds = 0 }: SendOptions = {}): Promise<void> {
      checkQueue(queue);
      checkMessage(body);
      checkDelay(delaySeconds);
      transaction(database, () => insert.run(queue, body, after(delaySeconds)));
    },

    async receive(queue: string, options: ReceiveOptions): Promise<readonly QueueMessage[]> {
      checkQueue(queue);
      checkReceive(options);
      const now = clock.now();
      // An empty queue is asked often: that costs no write lock.
      if (visible.first(queue, now, 1) === undefined) return [];
      const until = after(options.visibilitySeconds);
      return transaction(database, () =>
        visible.all(queue, now, options.max).map((row) => {
          const receipt = randomUUID();
          take.run(until, receipt, integerAt(row, 0));
          return messageOf(row, receipt);
        }),
      );
    },

    async complete(queue, { id, receipt }): Promise<boolean> {
      checkQueue(queue);
      return transaction(database, () => remove.run(Number(id), queue, receipt).changes === 1);
    },

    async release(queue, { id, receipt }, delaySeconds): Promise<boolean> {
      checkQueue(queue);
      checkDelay(delaySeconds);
      return transaction(database, () => giveBack.run(after(delaySeconds), Number(id), queue, receipt).changes === 1);
    },

    async poison(queue, { id, receipt }, reason): Promise<boolean> {
      checkQueue(queue);
      return transaction(database, () => {
        const known = [Number(id), queue, receipt] as const;
        copyToPoison.run(poisonQueueOf(queue), clock.now(), cutReason(reason), ...known);
        return remove.run(...known).changes === 1;
      });
    },

    async depth(queue): Promise<QueueDepth> {
      checkQueue(queue);
      const found = count.first(clock.now(), queue);
      if (found === undefined) throw new Error('an aggregate gives one row');
      const next = found[2];
      return {
        visible: integerAt(found, 0),
        invisible: integerAt(found, 1),
        nextVisibleAt: typeof next === 'number' ? next : null,
      };
    },
  };
}

function messageOf(row: Cells, receipt: string): QueueMessage {
  const [, , , origin, reason] = row;
  return {
    id: String(integerAt(row, 0)),
    body: textAt(row, 1),
    dequeueCount: integerAt(row, 2) + 1,
    receipt,
    ...(typeof origin === 'string' && typeof reason === 'string' ? { poisoned: { queue: origin, reason } } : {}),
  };
}
