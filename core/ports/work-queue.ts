/**
 * Messages delivered at least once: the semantics of Azure Storage queues, no more.
 * A body is at most 48 KiB of UTF-8 text (a 64 KiB message in base64, facts/azure-functions.md §2.3).
 */

export const MAX_MESSAGE_BYTES = 48 * 1024;

export interface QueueMessage {
  readonly id: string;
  readonly body: string;
  /** 1 on the first delivery. */
  readonly dequeueCount: number;
  /** Proof of this delivery; a later delivery of the same message has another one. */
  readonly receipt: string;
  /** On a message that {@link WorkQueue.poison} moved here: where it came from and why. */
  readonly poisoned?: Poisoned;
}

export interface Poisoned {
  readonly queue: string;
  readonly reason: string;
}

export interface SendOptions {
  /** Invisible for this long; at most 7 days. */
  readonly delaySeconds?: number;
}

export interface ReceiveOptions {
  /** 1 to 32. */
  readonly max: number;
  /** How long the messages stay invisible to other receivers; without {@link WorkQueue.complete} they come back. */
  readonly visibilitySeconds: number;
}

export interface QueueDepth {
  readonly visible: number;
  /** Delayed, or in the hands of a receiver. */
  readonly invisible: number;
  /** Milliseconds since the epoch when the next invisible message becomes visible; null when there is none. */
  readonly nextVisibleAt: number | null;
}

export interface WorkQueue {
  /** @throws {RangeError} when the body or the delay is too large. */
  send(queue: string, body: string, options?: SendOptions): Promise<void>;
  receive(queue: string, options: ReceiveOptions): Promise<readonly QueueMessage[]>;
  /** Done with it. False when the receipt is no longer the current one: someone else has the message now. */
  complete(queue: string, message: Pick<QueueMessage, 'id' | 'receipt'>): Promise<boolean>;
  /** Gives it back, visible again after the delay. False as for {@link complete}. */
  release(queue: string, message: Pick<QueueMessage, 'id' | 'receipt'>, delaySeconds: number): Promise<boolean>;
  /** Moves it, its body unchanged, with a reason (cut at 1000 characters) to `<queue>-poison`. False as for {@link complete}. */
  poison(queue: string, message: Pick<QueueMessage, 'id' | 'receipt'>, reason: string): Promise<boolean>;
  depth(queue: string): Promise<QueueDepth>;
}
