/**
 * Moving a message to its poison queue in four steps that a crash may end anywhere without losing it:
 * 1. make it ours for a while longer, which proves the receipt and gives a new one;
 * 2. put a copy into the poison queue, invisible;
 * 3. keep the reason and then show the copy, so that nobody meets it without its reason;
 * 4. remove the message.
 * After a crash the copy shows by itself and the message comes back: it may then be moved twice.
 */
import type { QueueClient } from '@azure/storage-queue';
import { PermanentError } from '../../core/errors';
import { cutReason, poisonQueueOf } from '../limits/queue-limits';
import type { PoisonReasons } from './poison-reasons';
import { ifCurrent } from './receipts';

/** More than all requests of a move take, retries included. */
const MOVE_SECONDS = 300;
const NEVER_EXPIRES = -1;

export interface PoisonMoverOptions {
  readonly queue: (name: string) => QueueClient;
  /** Creates the queue where it is missing and may be. */
  readonly sending: <T>(queue: string, work: () => Promise<T>) => Promise<T>;
  readonly encode: (body: string) => string;
  readonly reasons: PoisonReasons;
}

export interface MovedMessage {
  readonly id: string;
  readonly receipt: string;
  /** Null when nobody kept it. */
  readonly body: string | null;
}

/** The mover says false when the receipt is not the current one. @throws {PermanentError} when the body is not known. */
export function makePoisonMover({ queue: clientOf, sending, encode, reasons }: PoisonMoverOptions) {
  return async (client: QueueClient, queue: string, message: MovedMessage, reason: string): Promise<boolean> => {
    const { id, receipt, body } = message;
    const ours = await ifCurrent(() => client.updateMessage(id, receipt, undefined, MOVE_SECONDS));
    if (ours === null) return false;
    if (body === null) {
      throw new PermanentError(`a message of queue ${queue} was received elsewhere: its body is not known here`, {
        hint: 'Pass the message with its body.',
      });
    }
    const poisonQueue = poisonQueueOf(queue);
    const poisonClient = clientOf(poisonQueue);
    const copy = await sending(poisonQueue, () =>
      poisonClient.sendMessage(encode(body), { visibilityTimeout: MOVE_SECONDS, messageTimeToLive: NEVER_EXPIRES }),
    );
    try {
      await reasons.keep(poisonQueue, copy.messageId, { queue, reason: cutReason(reason) });
    } catch (error) {
      // Every new attempt would leave one more copy.
      await ifCurrent(() => poisonClient.deleteMessage(copy.messageId, copy.popReceipt));
      throw error;
    }
    await ifCurrent(() => poisonClient.updateMessage(copy.messageId, copy.popReceipt, undefined, 0));
    await ifCurrent(() => client.deleteMessage(id, ours.popReceipt ?? ''));
    return true;
  };
}
