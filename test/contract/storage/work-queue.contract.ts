/**
 * What every WorkQueue does. A new implementation calls {@link describeWorkQueue} with a factory and must pass unchanged.
 * Nothing here asks for more than Azure Storage queues give: the order of messages is looked at only where they became
 * visible apart in time, and counts only once the queue is at rest.
 */
import type { QueueMessage, WorkQueue } from '../../../core/ports/work-queue';
import { MAX_MESSAGE_BYTES } from '../../../core/ports/work-queue';
import { afterSeconds } from './passing-time';
import type { ControlledClock } from './passing-time';
import { uniqueName } from './unique-name';

export interface WorkQueueSubject {
  readonly queue: WorkQueue;
  /** Left out where time is the server's: the suite then uses short real times and waits for their effect. */
  readonly clock?: ControlledClock;
  /** Whether depth tells visible and invisible messages apart; Azure states only their sum. */
  readonly exactDepth: boolean;
  close(): Promise<void>;
}

/** The shortest visibility that Azure takes. */
const SHORT = 1;
const LONG = 300;

export function describeWorkQueue(name: string, open: () => Promise<WorkQueueSubject>): void {
  describe(`work queue: ${name}`, () => {
    let subject: WorkQueueSubject;
    let queue: WorkQueue;
    let pages: string;

    beforeAll(async () => {
      subject = await open();
      queue = subject.queue;
    });
    afterAll(async () => {
      await subject.close();
    });
    beforeEach(() => {
      pages = uniqueName('pages-');
    });

    const take = async (visibilitySeconds = LONG, from = pages): Promise<QueueMessage | null> =>
      (await queue.receive(from, { max: 1, visibilitySeconds }))[0] ?? null;
    const taken = async (visibilitySeconds = LONG, from = pages): Promise<QueueMessage> => {
      const message = await take(visibilitySeconds, from);
      if (message === null) throw new Error('the queue gave nothing');
      return message;
    };
    const later = (seconds: number, from = pages): Promise<QueueMessage> =>
      afterSeconds(seconds, subject.clock, () => take(LONG, from));

    describe('a message', () => {
      it('arrives with its body, counted as delivered once', async () => {
        await queue.send(pages, '{"v":1}');
        const message = await taken();
        expect(message).toMatchObject({ body: '{"v":1}', dequeueCount: 1 });
        expect(message.poisoned).toBeUndefined();
        expect(message.id).not.toBe('');
        expect(message.receipt).not.toBe('');
      });

      const bodies: readonly (readonly [string, string])[] = [
        ['letters beyond ASCII', 'Łukasz 電話'],
        ['characters beyond 16 bits', '📱🇪🇺'],
        ['markup and control characters', '<a>&amp;\u0001\r\n\u0000'],
        ['what is base64 already', 'eyJ2IjoxfQ=='],
      ];
      for (const [what, body] of bodies) {
        it(`keeps its body to the letter: ${what}`, async () => {
          await queue.send(pages, body);
          expect((await taken()).body).toBe(body);
        });
      }

      it('may have exactly 48 KiB, and not a byte more', async () => {
        const largest = 'x'.repeat(MAX_MESSAGE_BYTES);
        await queue.send(pages, largest);
        expect((await taken()).body === largest).toBe(true);
        await expect(queue.send(pages, `${largest}x`)).rejects.toThrow(RangeError);
        await expect(queue.send(pages, 'é'.repeat(MAX_MESSAGE_BYTES / 2 + 1))).rejects.toThrow(RangeError);
        expect(await take()).toBeNull();
      });

      it('is refused when it has no UTF-8 form', async () => {
        await expect(queue.send(pages, 'half \udc00')).rejects.toThrow(RangeError);
      });

      it('goes to its own queue only', async () => {
        await queue.send(pages, 'here');
        expect(await take(LONG, uniqueName('other-'))).toBeNull();
        expect((await taken()).body).toBe('here');
      });
    });

    describe('receive', () => {
      it('gives nothing from a queue that is empty or was never used', async () => {
        expect(await queue.receive(pages, { max: 32, visibilitySeconds: LONG })).toEqual([]);
      });

      it('gives at most as many as asked for, and every message in the end', async () => {
        for (let at = 0; at < 7; at += 1) await queue.send(pages, String(at));
        const bodies: string[] = [];
        while (bodies.length < 7) {
          const messages = await queue.receive(pages, { max: 3, visibilitySeconds: LONG });
          expect(messages.length).toBeGreaterThan(0);
          expect(messages.length).toBeLessThanOrEqual(3);
          bodies.push(...messages.map(({ body }) => body));
        }
        expect(bodies.sort()).toEqual(['0', '1', '2', '3', '4', '5', '6']);
      });

      it('gives one message to one of many receivers', async () => {
        for (let at = 0; at < 20; at += 1) await queue.send(pages, String(at));
        const batches = await Promise.all(
          Array.from({ length: 10 }, () => queue.receive(pages, { max: 4, visibilitySeconds: LONG })),
        );
        const bodies = batches.flat().map(({ body }) => body);
        expect(new Set(bodies).size).toBe(bodies.length);
        expect(bodies).toHaveLength(20);
      });

      for (const options of [
        { max: 0, visibilitySeconds: 30 },
        { max: 33, visibilitySeconds: 30 },
        { max: 1.5, visibilitySeconds: 30 },
        { max: 1, visibilitySeconds: 0 },
        { max: 1, visibilitySeconds: 7 * 86_400 + 1 },
        { max: 1, visibilitySeconds: Number.NaN },
      ]) {
        it(`refuses ${JSON.stringify(options)}`, async () => {
          await expect(queue.receive(pages, options)).rejects.toThrow(RangeError);
        });
      }
    });

    describe('time', () => {
      it('a delayed message is invisible until its delay is over', async () => {
        await queue.send(pages, 'late', { delaySeconds: 2 * SHORT });
        expect(await take()).toBeNull();
        expect(await later(2 * SHORT)).toMatchObject({ body: 'late', dequeueCount: 1 });
      });

      it('what became visible earlier is delivered earlier', async () => {
        await queue.send(pages, 'late', { delaySeconds: 2 * SHORT });
        await queue.send(pages, 'at once');
        expect((await taken()).body).toBe('at once');
        expect((await later(2 * SHORT)).body).toBe('late');
      });

      it('a delay may be seven days and no longer', async () => {
        await queue.send(pages, 'next week', { delaySeconds: 7 * 86_400 });
        expect(await take()).toBeNull();
        for (const delaySeconds of [7 * 86_400 + 1, -1, Number.NaN]) {
          await expect(queue.send(pages, 'x', { delaySeconds })).rejects.toThrow(RangeError);
        }
      });

      it('a message in the hands of a receiver is invisible to others', async () => {
        await queue.send(pages, 'mine');
        await taken();
        expect(await take()).toBeNull();
      });

      it('a message whose receiver was lost comes back, counted, with another receipt', async () => {
        await queue.send(pages, 'again');
        const first = await taken(SHORT);
        const second = await later(SHORT);
        expect(second).toMatchObject({ id: first.id, body: 'again', dequeueCount: 2 });
        expect(second.receipt).not.toBe(first.receipt);
      });

      it('the lost receiver can no longer complete, release or poison it', async () => {
        await queue.send(pages, 'again');
        const lost = await taken(SHORT);
        const current = await later(SHORT);
        expect(await queue.complete(pages, lost)).toBe(false);
        expect(await queue.release(pages, lost, 0)).toBe(false);
        expect(await queue.poison(pages, lost, 'too late')).toBe(false);
        expect(await take(LONG, `${pages}-poison`)).toBeNull();
        expect(await take()).toBeNull();
        expect(await queue.complete(pages, current)).toBe(true);
      });
    });

    describe('complete', () => {
      it('ends a message: it never comes back, and a second time is told apart', async () => {
        await queue.send(pages, 'once');
        const message = await taken(SHORT);
        expect(await queue.complete(pages, message)).toBe(true);
        expect(await queue.complete(pages, message)).toBe(false);
        // Something that does come after the visibility proves that the completed one would have come by then.
        await queue.send(pages, 'marker', { delaySeconds: 2 * SHORT });
        expect((await later(2 * SHORT)).body).toBe('marker');
        expect(await take()).toBeNull();
      });

      it('is refused with a receipt of another message', async () => {
        await queue.send(pages, 'a');
        await queue.send(pages, 'b');
        const [one, other] = [await taken(), await taken()];
        expect(await queue.complete(pages, { id: one.id, receipt: other.receipt })).toBe(false);
        expect(await queue.complete(pages, one)).toBe(true);
        expect(await queue.complete(pages, other)).toBe(true);
      });

      it('of two completions at once, one counts', async () => {
        await queue.send(pages, 'a');
        const message = await taken();
        const outcomes = await Promise.all([queue.complete(pages, message), queue.complete(pages, message)]);
        expect(outcomes.sort()).toEqual([false, true]);
      });
    });

    describe('release', () => {
      it('gives the message back at once, counted', async () => {
        await queue.send(pages, 'x');
        const first = await taken();
        expect(await queue.release(pages, first, 0)).toBe(true);
        const second = await afterSeconds(0, subject.clock, () => take());
        expect(second).toMatchObject({ id: first.id, body: 'x', dequeueCount: 2 });
      });

      it('gives it back after a delay', async () => {
        await queue.send(pages, 'x');
        expect(await queue.release(pages, await taken(), 2 * SHORT)).toBe(true);
        expect(await take()).toBeNull();
        expect((await later(2 * SHORT)).dequeueCount).toBe(2);
      });

      it('ends the receipt', async () => {
        await queue.send(pages, 'x');
        const message = await taken();
        await queue.release(pages, message, LONG);
        expect(await queue.complete(pages, message)).toBe(false);
        expect(await queue.release(pages, message, 0)).toBe(false);
      });

      it('refuses a delay of more than seven days, and the message stays where it is', async () => {
        await queue.send(pages, 'x');
        const message = await taken();
        await expect(queue.release(pages, message, 7 * 86_400 + 1)).rejects.toThrow(RangeError);
        expect(await queue.complete(pages, message)).toBe(true);
      });
    });

    describe('poison', () => {
      it('moves the message, its body unchanged, with the reason and where it came from', async () => {
        await queue.send(pages, '{"v":99}');
        expect(await queue.poison(pages, await taken(), 'unknown version 99')).toBe(true);
        expect(await take()).toBeNull();
        expect(await taken(LONG, `${pages}-poison`)).toMatchObject({
          body: '{"v":99}',
          dequeueCount: 1,
          poisoned: { queue: pages, reason: 'unknown version 99' },
        });
      });

      it('keeps the largest body together with a long reason', async () => {
        const largest = '"'.repeat(MAX_MESSAGE_BYTES);
        await queue.send(pages, largest);
        await queue.poison(pages, await taken(), 'r'.repeat(5000));
        const parked = await taken(LONG, `${pages}-poison`);
        expect(parked.body === largest).toBe(true);
        expect(parked.poisoned?.reason).toBe('r'.repeat(1000));
      });

      it('happens once', async () => {
        await queue.send(pages, 'x');
        const message = await taken();
        expect(await queue.poison(pages, message, 'a')).toBe(true);
        expect(await queue.poison(pages, message, 'b')).toBe(false);
        expect(await queue.complete(pages, message)).toBe(false);
        expect(await taken(LONG, `${pages}-poison`)).toMatchObject({ poisoned: { reason: 'a' } });
        expect(await take(LONG, `${pages}-poison`)).toBeNull();
      });

      it('a parked message is a message: it can be completed, or sent again', async () => {
        await queue.send(pages, 'x');
        await queue.poison(pages, await taken(), 'bad day');
        const parked = await taken(LONG, `${pages}-poison`);
        await queue.send(pages, parked.body);
        expect(await queue.complete(`${pages}-poison`, parked)).toBe(true);
        const again = await taken();
        expect(again).toMatchObject({ body: 'x', dequeueCount: 1 });
        expect(again.poisoned).toBeUndefined();
      });
    });

    describe('depth', () => {
      it('counts what was sent and is not completed', async () => {
        expect(await queue.depth(pages)).toMatchObject({ visible: 0, invisible: 0 });
        for (let at = 0; at < 5; at += 1) await queue.send(pages, String(at));
        await queue.complete(pages, await taken());
        await taken();
        const { visible, invisible } = await queue.depth(pages);
        expect(visible + invisible).toBe(4);
      });

      it('tells visible, held and delayed messages apart, and when the next one appears', async () => {
        if (!subject.exactDepth) {
          process.stdout.write(`${name}: depth is a sum here, its parts are not looked at\n`);
          return;
        }
        await queue.send(pages, 'a');
        await queue.send(pages, 'b');
        await queue.send(pages, 'c', { delaySeconds: 600 });
        const before = await queue.depth(pages);
        expect(before).toMatchObject({ visible: 2, invisible: 1 });
        await taken(60);
        const after = await queue.depth(pages);
        expect(after).toMatchObject({ visible: 1, invisible: 2 });
        const [delayed, held] = [before.nextVisibleAt!, after.nextVisibleAt!];
        expect(Math.abs(delayed - held - 540_000)).toBeLessThan(30_000);
      });

      it('states no next moment for a queue without invisible messages', async () => {
        await queue.send(pages, 'a');
        expect((await queue.depth(pages)).nextVisibleAt).toBeNull();
      });
    });

    describe('names', () => {
      for (const bad of ['', 'ab', 'Pages', 'a--b', '-ab', 'ab-', 'a_b', 'a b c', '../x', 'q'.repeat(57)]) {
        it(`refuses ${JSON.stringify(bad)}`, async () => {
          await expect(queue.send(bad, 'x')).rejects.toThrow(RangeError);
          await expect(queue.receive(bad, { max: 1, visibilitySeconds: 30 })).rejects.toThrow(RangeError);
          await expect(queue.depth(bad)).rejects.toThrow(RangeError);
        });
      }

      it('takes one that leaves room for its poison queue', async () => {
        const longest = uniqueName('q').padEnd(56, 'x');
        await queue.send(longest, 'x');
        expect(await queue.poison(longest, await taken(LONG, longest), 'why')).toBe(true);
        expect((await taken(LONG, `${longest}-poison`)).body).toBe('x');
      });
    });
  });
}
