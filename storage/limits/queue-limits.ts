/** What the WorkQueue port allows: the limits of Azure Storage queues, so that what runs here runs there. */
import { MAX_MESSAGE_BYTES } from '../../core/ports/work-queue';
import type { ReceiveOptions } from '../../core/ports/work-queue';
import { isWellFormed } from './well-formed';

const MAX_SECONDS = 7 * 24 * 3600;
const POISON_SUFFIX = '-poison';
const QUEUE = /^[a-z0-9](?:[a-z0-9]|-(?!-)){1,61}[a-z0-9]$/;
const MAX_NAME = 63;
/** Reasons are for people: what is longer than this is a dump. */
const MAX_REASON = 1000;

/** @throws {RangeError} when Azure would refuse the name of the queue or of its poison queue. */
export function checkQueue(queue: string): void {
  if (!QUEUE.test(queue) || (!queue.endsWith(POISON_SUFFIX) && queue.length > MAX_NAME - POISON_SUFFIX.length)) {
    throw new RangeError(
      `"${queue}" is no queue name: 3 to ${MAX_NAME - POISON_SUFFIX.length} characters of a-z, 0-9 and single hyphens`,
    );
  }
}

/** Where messages of a queue go that cannot be worked off. */
export function poisonQueueOf(queue: string): string {
  return `${queue}${POISON_SUFFIX}`;
}

export function cutReason(reason: string): string {
  return Array.from(reason).slice(0, MAX_REASON).join('');
}

/** @throws {RangeError} when the body is too large or has no UTF-8 form. */
export function checkMessage(body: string): void {
  const bytes = Buffer.byteLength(body);
  if (bytes > MAX_MESSAGE_BYTES) throw new RangeError(`a message has at most ${MAX_MESSAGE_BYTES} bytes, not ${bytes}`);
  if (!isWellFormed(body)) throw new RangeError('the message is not valid Unicode');
}

/** @throws {RangeError} unless 0 to 7 days. */
export function checkDelay(seconds: number): void {
  if (!(seconds >= 0 && seconds <= MAX_SECONDS)) {
    throw new RangeError(`a delay is 0 to ${MAX_SECONDS} seconds, not ${seconds}`);
  }
}

/** @throws {RangeError} unless 1 to 32 messages for 1 second to 7 days. */
export function checkReceive({ max, visibilitySeconds }: ReceiveOptions): void {
  if (!Number.isInteger(max) || max < 1 || max > 32) throw new RangeError(`1 to 32 messages at a time, not ${max}`);
  if (!(visibilitySeconds >= 1 && visibilitySeconds <= MAX_SECONDS)) {
    throw new RangeError(`messages are received for 1 to ${MAX_SECONDS} seconds, not ${visibilitySeconds}`);
  }
}
