/**
 * Messages that could not be handled, kept with their reason until someone has looked at them. What a handler last failed
 * with is noted beside the message, since the platform moves a message to its poison queue without saying why.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { formatTime } from '../device/iso-time';
import type { Clock } from '../ports/clock';
import type { EntityStore } from '../ports/entity-store';
import { TABLES } from './tables';

const PARKED = TABLES.parked;
const FAILURES = 'failures';

export const parkedMessage = z.object({
  v: z.literal(1),
  queue: z.string(),
  reason: z.string(),
  at: z.string(),
  body: z.string(),
});
export type ParkedMessage = z.infer<typeof parkedMessage>;

const failure = z.object({ reason: z.string(), at: z.string() });

export interface ParkedMessages {
  /** Notes why a message failed this time; the last note is what parking tells. */
  noteFailure(queue: string, body: string, reason: string): Promise<void>;
  /** Keeps the message. The same message parked twice is kept once. @returns the reason that was kept. */
  park(queue: string, body: string, otherwise: string): Promise<string>;
  /** Oldest first, at most `limit`. */
  list(queue: string, limit: number): Promise<readonly ParkedMessage[]>;
}

const LONGEST_REASON = 1000;

export function makeParkedMessages(store: EntityStore, clock: Clock): ParkedMessages {
  /** A message is known by what it says: the platform gives it another id in the poison queue. */
  const rowOf = (body: string): string => createHash('sha256').update(body).digest('hex').slice(0, 32);
  const write = async (partition: string, row: string, value: unknown): Promise<void> => {
    await store.batch(PARKED, partition, [{ kind: 'upsert', row, body: JSON.stringify(value) }]);
  };
  return {
    async noteFailure(queue, body, reason) {
      const note = { reason: reason.slice(0, LONGEST_REASON), at: formatTime(clock.now()) };
      await write(`${queue}|${FAILURES}`, rowOf(body), note);
    },
    async park(queue, body, otherwise) {
      const row = rowOf(body);
      const noted = await store.get(PARKED, { partition: `${queue}|${FAILURES}`, row });
      const reason = noted === null ? otherwise : `${otherwise}; last: ${failure.parse(JSON.parse(noted.body)).reason}`;
      const parked = { v: 1, queue, reason, at: formatTime(clock.now()), body } satisfies ParkedMessage;
      await write(queue, row, parked);
      if (noted !== null) await store.batch(PARKED, `${queue}|${FAILURES}`, [{ kind: 'delete', row }]);
      return reason;
    },
    async list(queue, limit) {
      const found: ParkedMessage[] = [];
      let continuation: string | undefined;
      do {
        const page = await store.scan(PARKED, queue, continuation === undefined ? {} : { continuation });
        found.push(...page.entities.map(({ body }) => parkedMessage.parse(JSON.parse(body))));
        continuation = page.continuation ?? undefined;
      } while (continuation !== undefined);
      return found.sort((one, other) => (one.at < other.at ? -1 : 1)).slice(0, limit);
    },
  };
}
