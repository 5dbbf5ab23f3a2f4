/**
 * What must hold of a WorkQueue under any interleaving of senders, receivers, lost receivers and time:
 * no message is lost, none is in two hands at once, none comes back after it was completed, and deliveries are counted.
 */
import fc from 'fast-check';
import type { QueueMessage } from '../../../core/ports/work-queue';
import type { ControlledClock } from './passing-time';
import { uniqueName } from './unique-name';
import type { WorkQueueSubject } from './work-queue.contract';

type Step =
  | { readonly do: 'send'; readonly delaySeconds: number }
  | { readonly do: 'receive'; readonly max: number; readonly visibilitySeconds: number }
  | { readonly do: 'complete' | 'poison'; readonly delivery: number }
  | { readonly do: 'release'; readonly delivery: number; readonly delaySeconds: number }
  | { readonly do: 'wait'; readonly seconds: number };

const seconds = fc.integer({ min: 1, max: 60 });
// Counted from the newest delivery, so that programs touch old receipts as well.
const delivery = fc.nat({ max: 6 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('send' as const), delaySeconds: fc.oneof(fc.constant(0), seconds) }),
  fc.record({ do: fc.constant('receive' as const), max: fc.integer({ min: 1, max: 5 }), visibilitySeconds: seconds }),
  fc.record({ do: fc.constantFrom('complete' as const, 'poison' as const), delivery }),
  fc.record({ do: fc.constant('release' as const), delivery, delaySeconds: fc.oneof(fc.constant(0), seconds) }),
  fc.record({ do: fc.constant('wait' as const), seconds }),
);

/** What the model knows of one message. */
interface Known {
  visibleAt: number;
  deliveries: number;
  /** Receipt of the newest delivery, as long as it counts. */
  receipt: string | null;
  state: 'live' | 'completed' | 'poisoned';
}

/** Only for implementations whose clock the test controls: elsewhere each wait would be a real one. */
export interface ClockedQueueSubject extends WorkQueueSubject {
  readonly clock: ControlledClock;
}

export function describeWorkQueueModel(name: string, open: () => Promise<ClockedQueueSubject>, runs: number): void {
  describe(`work queue against its model: ${name}`, () => {
    it(`${runs} random programs lose nothing, double nothing and count every delivery`, async () => {
      const subject = await open();
      try {
        await fc.assert(
          fc.asyncProperty(fc.array(step, { maxLength: 60 }), (program) => runProgram(subject, program)),
          { numRuns: runs },
        );
      } finally {
        await subject.close();
      }
    });
  });
}

async function runProgram({ queue, clock }: ClockedQueueSubject, program: readonly Step[]): Promise<void> {
  const pages = uniqueName('pages-');
  const messages = new Map<string, Known>();
  const deliveries: QueueMessage[] = [];
  let now = 0;
  const pass = (amount: number): void => {
    clock.advance(amount * 1000);
    now += amount;
  };
  const ordered = (): [string, Known][] =>
    [...messages]
      .filter(([, known]) => known.state === 'live' && known.visibleAt <= now)
      .sort(([, one], [, other]) => one.visibleAt - other.visibleAt);

  const receive = async (max: number, visibilitySeconds: number): Promise<void> => {
    const due = ordered();
    const found = await queue.receive(pages, { max, visibilitySeconds });
    expect(found.length).toBe(Math.min(max, due.length));
    // Which of those that became visible at the same moment come first is left open.
    const latest = due[found.length - 1]?.[1].visibleAt ?? now;
    for (const message of found) {
      const known = messages.get(message.body)!;
      expect(known.state).toBe('live');
      expect(known.visibleAt).toBeLessThanOrEqual(latest);
      expect(message.dequeueCount).toBe(known.deliveries + 1);
      Object.assign(known, {
        visibleAt: now + visibilitySeconds,
        deliveries: message.dequeueCount,
        receipt: message.receipt,
      });
      deliveries.push(message);
    }
  };

  for (const each of program) {
    switch (each.do) {
      case 'send': {
        const body = String(messages.size);
        await queue.send(pages, body, { delaySeconds: each.delaySeconds });
        messages.set(body, { visibleAt: now + each.delaySeconds, deliveries: 0, receipt: null, state: 'live' });
        break;
      }
      case 'receive':
        await receive(each.max, each.visibilitySeconds);
        break;
      case 'wait':
        pass(each.seconds);
        break;
      default: {
        const message = deliveries.at(-1 - each.delivery);
        if (message === undefined) break;
        const known = messages.get(message.body)!;
        const counts = known.receipt === message.receipt;
        if (each.do === 'release') {
          expect(await queue.release(pages, message, each.delaySeconds)).toBe(counts);
          if (counts) Object.assign(known, { visibleAt: now + each.delaySeconds, receipt: null });
        } else {
          const done = each.do === 'complete' ? queue.complete(pages, message) : queue.poison(pages, message, 'why');
          expect(await done).toBe(counts);
          if (counts) Object.assign(known, { receipt: null, state: each.do === 'complete' ? 'completed' : 'poisoned' });
        }
      }
    }
    const live = [...messages.values()].filter(({ state }) => state === 'live');
    const later = live.filter(({ visibleAt }) => visibleAt > now);
    expect(await queue.depth(pages)).toMatchObject({ visible: live.length - later.length, invisible: later.length });
  }

  // In the end everything that was neither completed nor parked can still be had, and what was parked lies there.
  pass(3600);
  while (ordered().length > 0) await receive(32, 7200);
  expect(await queue.receive(pages, { max: 1, visibilitySeconds: 60 })).toEqual([]);
  const poisoned = [...messages].filter(([, { state }]) => state === 'poisoned').map(([body]) => body);
  const parked: string[] = [];
  for (let rounds = 0; rounds <= poisoned.length; rounds += 1) {
    const found = await queue.receive(`${pages}-poison`, { max: 32, visibilitySeconds: 7200 });
    parked.push(...found.map(({ body }) => body));
  }
  expect(parked.sort()).toEqual(poisoned.sort());
}
