/** The WorkQueue port on SQLite. */
import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../core/ports/clock';
import { MAX_MESSAGE_BYTES } from '../../core/ports/work-queue';
import type { QueueMessage, ReceiveOptions, SendOptions, WorkQueue } from '../../core/ports/work-queue';
import { transaction } from './database';

const SEVEN_DAYS = 7 * 24 * 3600;
const QUEUE_NAME = /^[a-z0-9](?:[a-z0-9]|-(?!-)){1,61}[a-z0-9]$/;

export function makeWorkQueue(database: DatabaseSync, clock: Clock): WorkQueue {
  const insert = database.prepare('insert into message (queue, body, visible_at) values (?, ?, ?)');
  const visible = database.prepare(
    'select seq, body, dequeued from message where queue = ? and visible_at <= ? order by visible_at, seq limit ?',
  );
  const take = database.prepare(
    'update message set visible_at = ?, receipt = ?, dequeued = dequeued + 1 where seq = ?',
  );
  const remove = database.prepare('delete from message where seq = ? and queue = ? and receipt = ?');
  const giveBack = database.prepare(
    'update message set visible_at = ?, receipt = null where seq = ? and queue = ? and receipt = ?',
  );
  const bodyOf = database.prepare('select body, dequeued from message where seq = ? and queue = ? and receipt = ?');
  const count = database.prepare(
    `select count(*) filter (where visible_at <= ?1) as visible, count(*) filter (where visible_at > ?1) as invisible,
            min(visible_at) filter (where visible_at > ?1) as next from message where queue = ?2`,
  );

  return {
    async send(queue: string, body: string, { delaySeconds = 0 }: SendOptions = {}) {
      checkQueue(queue);
      checkDelay(delaySeconds);
      if (Buffer.byteLength(body) > MAX_MESSAGE_BYTES) {
        throw new RangeError(`a message has at most ${MAX_MESSAGE_BYTES} bytes, not ${Buffer.byteLength(body)}`);
      }
      insert.run(queue, body, clock.now() + Math.ceil(delaySeconds * 1000));
    },
    async receive(queue: string, { max, visibilitySeconds }: ReceiveOptions) {
      checkQueue(queue);
      if (!Number.isInteger(max) || max < 1 || max > 32) throw new RangeError(`1 to 32 messages at a time, not ${max}`);
      checkDelay(visibilitySeconds);
      const now = clock.now();
      return transaction(database, () =>
        (visible.all(queue, now, max) as unknown as { seq: number; body: string; dequeued: number }[]).map(
          ({ seq, body, dequeued }): QueueMessage => {
            const receipt = randomUUID();
            take.run(now + Math.ceil(visibilitySeconds * 1000), receipt, seq);
            return { id: String(seq), body, dequeueCount: dequeued + 1, receipt };
          },
        ),
      );
    },
    async complete(queue, { id, receipt }) {
      return remove.run(Number(id), queue, receipt).changes === 1;
    },
    async release(queue, { id, receipt }, delaySeconds) {
      checkDelay(delaySeconds);
      return giveBack.run(clock.now() + Math.ceil(delaySeconds * 1000), Number(id), queue, receipt).changes === 1;
    },
    async poison(queue, { id, receipt }, reason) {
      return transaction(database, () => {
        const found = bodyOf.get(Number(id), queue, receipt) as { body: string; dequeued: number } | undefined;
        if (found === undefined) return false;
        const body = JSON.stringify({
          queue,
          reason: reason.slice(0, 500),
          deliveries: found.dequeued,
          body: found.body,
        });
        remove.run(Number(id), queue, receipt);
        insert.run(`${queue}-poison`, body, clock.now());
        return true;
      });
    },
    async depth(queue) {
      checkQueue(queue);
      const found = count.get(clock.now(), queue) as { visible: number; invisible: number; next: number | null };
      return { visible: found.visible, invisible: found.invisible, nextVisibleAt: found.next };
    },
  };
}

/** The names Azure Storage takes, so that what runs here runs there. */
function checkQueue(queue: string): void {
  if (!QUEUE_NAME.test(queue))
    throw new RangeError(`"${queue}" is no queue name: 3 to 63 of a-z, 0-9 and single hyphens`);
}

function checkDelay(seconds: number): void {
  if (!(seconds >= 0 && seconds <= SEVEN_DAYS))
    throw new RangeError(`a delay is 0 to ${SEVEN_DAYS} seconds, not ${seconds}`);
}
