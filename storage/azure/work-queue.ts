/**
 * The WorkQueue port on Azure Storage queues. Bodies travel in base64, as the Functions host writes and expects them
 * (facts/azure-functions.md §2.3), and messages never expire.
 *
 * A try whose answer is lost is made again: a message may then be sent twice, deliveries that nobody saw come back when
 * their visibility ends, and complete, release and poison may say false of a receipt that the first try has used up. All
 * of that is what "at least once" means to a receiver anyway.
 */
import type { QueueClient } from '@azure/storage-queue';
import type { Clock } from '../../core/ports/clock';
import type { EntityStore } from '../../core/ports/entity-store';
import type { QueueMessage, WorkQueue } from '../../core/ports/work-queue';
import { checkDelay, checkMessage, checkQueue, checkReceive } from '../limits/queue-limits';
import { inCall } from './call';
import type { AzureClients } from './clients';
import { makeHeldBodies } from './held-bodies';
import type { MissingPolicy } from './missing';
import { makePoisonMover } from './poison-mover';
import { makePoisonReasons } from './poison-reasons';
import { ifCurrent } from './receipts';

async function isCurrent(work: () => Promise<unknown>): Promise<boolean> {
  return (await ifCurrent(work)) !== null;
}

const NEVER_EXPIRES = -1;
/** The most that the service shows at once of what is visible. */
const MAX_PEEK = 32;

export interface WorkQueueOptions {
  readonly clock: Clock;
  /** Where the reasons of poisoned messages are kept, in table `poison`. */
  readonly reasons: EntityStore;
}

export function makeWorkQueue(clients: AzureClients, missing: MissingPolicy, options: WorkQueueOptions): WorkQueue {
  const { clock } = options;
  const reasons = makePoisonReasons(options.reasons, clock);
  const bodies = makeHeldBodies(clock);
  const calling = <T>(operation: string, queue: string, work: (client: QueueClient) => Promise<T>): Promise<T> =>
    inCall({ service: 'queue', operation, resource: queue }, () => work(clients.queue(queue)));
  const sending = <T>(queue: string, work: () => Promise<T>): Promise<T> =>
    missing.writing('queue', queue, () => clients.queue(queue).createIfNotExists(), work);
  const reading = <T>(operation: string, queue: string, empty: T, work: (client: QueueClient) => Promise<T>) =>
    calling(operation, queue, (client) => missing.reading('queue', queue, empty, () => work(client)));

  const park = makePoisonMover({ queue: clients.queue, sending, encode, reasons });

  return {
    async send(queue, body, { delaySeconds = 0 } = {}) {
      checkQueue(queue);
      checkMessage(body);
      checkDelay(delaySeconds);
      const times = { visibilityTimeout: Math.ceil(delaySeconds), messageTimeToLive: NEVER_EXPIRES };
      await calling('send', queue, (client) => sending(queue, () => client.sendMessage(encode(body), times)));
    },

    async receive(queue, receive) {
      checkQueue(queue);
      checkReceive(receive);
      const visibilityTimeout = Math.ceil(receive.visibilitySeconds);
      const received = await reading('receive', queue, [], async (client) => {
        const answer = await client.receiveMessages({ numberOfMessages: receive.max, visibilityTimeout });
        return answer.receivedMessageItems;
      });
      const messages = received.map(({ messageId, popReceipt, messageText, dequeueCount }): QueueMessage => {
        const body = decode(messageText);
        bodies.keep(popReceipt, body, visibilityTimeout);
        return { id: messageId, receipt: popReceipt, body, dequeueCount };
      });
      return reasons.attach(queue, messages);
    },

    async complete(queue, { id, receipt }) {
      checkQueue(queue);
      bodies.forget(receipt);
      const done = await calling('complete', queue, (client) => isCurrent(() => client.deleteMessage(id, receipt)));
      if (done) await reasons.forget(queue, id);
      return done;
    },

    async release(queue, { id, receipt }, delaySeconds) {
      checkQueue(queue);
      checkDelay(delaySeconds);
      bodies.forget(receipt);
      const visibility = Math.ceil(delaySeconds);
      return calling('release', queue, (client) =>
        isCurrent(() => client.updateMessage(id, receipt, undefined, visibility)),
      );
    },

    /** The message must have been received here, or be given with its body. */
    async poison(queue, message: { readonly id: string; readonly receipt: string; readonly body?: string }, reason) {
      checkQueue(queue);
      const { id, receipt, body = bodies.find(receipt) } = message;
      bodies.forget(receipt);
      return calling('poison', queue, (client) => park(client, queue, { id, receipt, body }, reason));
    },

    /** The service tells how many messages there are, and shows at most 32 visible ones: beyond that all count as visible. */
    async depth(queue) {
      checkQueue(queue);
      const empty = { visible: 0, invisible: 0, nextVisibleAt: null };
      return reading('depth', queue, empty, async (client) => {
        const { approximateMessagesCount: total = 0 } = await client.getProperties();
        const { peekedMessageItems } = await client.peekMessages({ numberOfMessages: MAX_PEEK });
        const seen = peekedMessageItems.length;
        const visible = seen === MAX_PEEK ? Math.max(total, seen) : Math.min(total, seen);
        return { visible, invisible: Math.max(0, total - visible), nextVisibleAt: null };
      });
    },
  };
}

function encode(body: string): string {
  return Buffer.from(body).toString('base64');
}

/** What another sender left as plain text is taken as it is. */
function decode(text: string): string {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes.toString('utf8') : text;
}
