/** Delivery on one machine, on the real embedded queue; waiting moves the clock instead of passing time. */
import type { LoadedApp } from '../../../host/functions-core';
import { listenToQueue } from '../../../host/queue-listener';
import type { QueueSettings } from '../../../host/queue-listener';
import type { WorkQueue } from '../../../core/ports/work-queue';
import { openEmbeddedSubject } from '../../contract/storage/embedded-subject';
import type { EmbeddedSubject } from '../../contract/storage/embedded-subject';

const SETTINGS: QueueSettings = {
  batchSize: 4,
  newBatchThreshold: 2,
  visibilityTimeoutSeconds: 30,
  maxDequeueCount: 3,
  maxPollingIntervalMs: 5_000,
};
const QUEUE = 'sweep-page';

interface Delivery {
  readonly name: string;
  readonly body: string | undefined;
  readonly dequeueCount: number;
  readonly at: number;
  readonly invocationId: string;
}

let subject: EmbeddedSubject;
let start: number;

beforeEach(async () => {
  subject = await openEmbeddedSubject();
  start = subject.now();
});
afterEach(() => subject.close());

interface Listening {
  readonly deliveries: Delivery[];
  readonly errors: string[];
  readonly naps: number[];
  /** Aborts. */
  readonly stop: () => void;
  /** Resolves when the listener has ended. */
  readonly ended: Promise<void>;
}

interface Handling {
  readonly handle: (delivery: Delivery) => Promise<void>;
  /** Ends the listening as soon as this is so; looked at whenever the listener waits. */
  readonly until?: (listening: Listening) => boolean | Promise<boolean>;
  readonly queueName?: string;
  readonly settings?: Partial<QueueSettings>;
  readonly queue?: WorkQueue;
}

function listen({ handle, until = () => false, queueName = QUEUE, settings, queue }: Handling): Listening {
  const stopping = new AbortController();
  const deliveries: Delivery[] = [];
  const errors: string[] = [];
  const naps: number[] = [];
  const app: LoadedApp = {
    functions: [],
    async invoke(name, { invocationId, inputData, triggerMetadata }) {
      const delivery = {
        name,
        invocationId,
        body: inputData[0]?.data.string,
        dequeueCount: Number(triggerMetadata?.['DequeueCount']?.json),
        at: subject.now() - start,
      };
      deliveries.push(delivery);
      await handle(delivery);
      return null;
    },
  };
  let rounds = 0;
  const ended = listenToQueue(
    {
      app,
      functionName: 'the-function',
      binding: 'in',
      queueName,
      queue: queue ?? subject.state.queue,
      settings: { ...SETTINGS, ...settings },
      leaseSeconds: 600,
      async sleep(milliseconds) {
        rounds += 1;
        naps.push(milliseconds);
        if ((await until(listening)) || rounds > 1000) stopping.abort();
        subject.clock.advance(milliseconds);
        await new Promise((resolve) => setImmediate(resolve));
      },
      onError: (name, error) => void errors.push(`${name}: ${error instanceof Error ? error.message : String(error)}`),
    },
    stopping.signal,
  );
  const listening: Listening = { deliveries, errors, naps, ended, stop: () => stopping.abort() };
  return listening;
}

const empty = async (queue = QUEUE): Promise<boolean> => {
  const { visible, invisible } = await subject.state.queue.depth(queue);
  return visible + invisible === 0;
};
const send = (...bodies: readonly string[]): Promise<unknown> =>
  Promise.all(bodies.map((body) => subject.state.queue.send(QUEUE, body)));
const fail = async (): Promise<void> => {
  throw new Error('the page is ill');
};
/** Lets everything that waits for nothing but its turn go on. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

describe('a message', () => {
  test('that was handled is gone; the function got its body as it was sent, and that it was the first time', async () => {
    await send('{"v":1,"text":"é"}');
    const { deliveries, errors, ended } = listen({ handle: async () => undefined, until: () => empty() });
    await ended;
    expect(deliveries).toMatchObject([{ name: 'the-function', body: '{"v":1,"text":"é"}', dequeueCount: 1 }]);
    expect(errors).toEqual([]);
    expect(await empty()).toBe(true);
  });

  test('is invisible to others while it is in work', async () => {
    await send('one');
    let seen: unknown;
    const { ended } = listen({
      handle: async () => void (seen = await subject.state.queue.receive(QUEUE, { max: 1, visibilitySeconds: 1 })),
      until: () => empty(),
    });
    await ended;
    expect(seen).toEqual([]);
  });

  test('whose handler failed comes again after the visibility timeout, with a count that says so', async () => {
    await send('one');
    const { deliveries, errors, ended } = listen({
      handle: ({ dequeueCount }) => (dequeueCount < 3 ? fail() : Promise.resolve()),
      until: () => empty(),
    });
    await ended;
    expect(deliveries.map(({ dequeueCount }) => dequeueCount)).toEqual([1, 2, 3]);
    const [first, second, third] = deliveries.map(({ at }) => at);
    for (const wait of [second! - first!, third! - second!]) {
      expect(wait).toBeGreaterThanOrEqual(30_000);
      // One longest nap later at most.
      expect(wait).toBeLessThanOrEqual(35_000);
    }
    expect(errors).toEqual(['the-function: the page is ill', 'the-function: the page is ill']);
    expect(new Set(deliveries.map(({ invocationId }) => invocationId)).size).toBe(3);
  });

  test('that failed as often as is allowed lies in the poison queue, unchanged, with a reason', async () => {
    await send('one');
    const { deliveries, ended } = listen({ handle: fail, until: () => empty() });
    await ended;
    expect(deliveries).toHaveLength(3);
    expect(await subject.state.queue.receive(`${QUEUE}-poison`, { max: 32, visibilitySeconds: 1 })).toMatchObject([
      { body: 'one', dequeueCount: 1, poisoned: { queue: QUEUE, reason: 'delivered 3 times without success' } },
    ]);
  });

  test('that failed does not hold up the others', async () => {
    await send('ill', 'well-1', 'well-2');
    const { deliveries, ended } = listen({
      handle: ({ body }) => (body === 'ill' ? fail() : Promise.resolve()),
      until: ({ deliveries: all }) => all.length >= 3,
    });
    await ended;
    expect(deliveries.map(({ body }) => body).sort()).toEqual(['ill', 'well-1', 'well-2']);
    expect(await subject.state.queue.depth(QUEUE)).toMatchObject({ visible: 0, invisible: 1 });
  });

  test('of a poison queue that fails goes to no poison queue of its own: it comes again', async () => {
    const poison = `${QUEUE}-poison`;
    await subject.state.queue.send(poison, 'one');
    const { deliveries, ended } = listen({
      handle: fail,
      queueName: poison,
      until: ({ deliveries: all }) => all.length >= 6,
    });
    await ended;
    expect(deliveries.map(({ dequeueCount }) => dequeueCount)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await empty(`${poison}-poison`)).toBe(true);
    expect(await empty(poison)).toBe(false);
    // Not in a fast circle for ever.
    expect(deliveries[5]!.at - deliveries[4]!.at).toBeGreaterThanOrEqual(600_000);
  });
});

describe('how many at a time', () => {
  test.each<{ settings: Partial<QueueSettings>; most: number; why: string }>([
    { settings: { batchSize: 4, newBatchThreshold: 2 }, most: 6, why: 'a batch on top of the threshold' },
    { settings: { batchSize: 1, newBatchThreshold: 0 }, most: 1, why: 'strictly one' },
    { settings: { batchSize: 16, newBatchThreshold: 8 }, most: 24, why: 'the platform’s default on two cores' },
  ])('$settings: at most $most ($why)', async ({ settings, most }) => {
    await send(...Array.from({ length: 60 }, (_, at) => `message ${at}`));
    const working: (() => void)[] = [];
    let highest = 0;
    let random = 7;
    const { deliveries, ended } = listen({
      settings,
      until: () => empty(),
      async handle() {
        await new Promise<void>((resolve) => {
          working.push(resolve);
          highest = Math.max(highest, working.length);
          // Work ends in any order, each a few turns later.
          random = (random * 16_807) % 2_147_483_647;
          const turns = random % 7;
          const end = (left: number): void => {
            if (left > 0) setImmediate(() => end(left - 1));
            else {
              working.splice(working.indexOf(resolve), 1);
              resolve();
            }
          };
          end(turns);
        });
      },
    });
    await ended;
    expect(new Set(deliveries.map(({ body }) => body)).size).toBe(60);
    expect(deliveries).toHaveLength(60);
    expect(highest).toBeLessThanOrEqual(most);
    expect(highest).toBeGreaterThanOrEqual(Math.min(most, settings.batchSize ?? 0));
  });

  test('a new batch is fetched only when no more than the threshold are in work', async () => {
    await send(...Array.from({ length: 12 }, (_, at) => String(at)));
    const going: (() => void)[] = [];
    const { deliveries, stop, ended } = listen({
      handle: () => new Promise<void>((resolve) => void going.push(resolve)),
    });
    await settled();
    expect(deliveries).toHaveLength(4);
    going.shift()?.();
    await settled();
    // Three are in work, one more than the threshold.
    expect(deliveries).toHaveLength(4);
    going.shift()?.();
    await settled();
    expect(deliveries).toHaveLength(8);
    stop();
    for (const go of going.splice(0)) go();
    await ended;
  });
});

describe('an empty queue', () => {
  test('is asked less and less often, up to the setting, and at once again after a message', async () => {
    const { naps, ended } = listen({
      handle: async () => undefined,
      until: async ({ naps: all }) => {
        if (all.length === 8) await send('one');
        return all.length >= 10;
      },
    });
    await ended;
    expect(naps).toEqual([200, 400, 800, 1600, 3200, 5000, 5000, 5000, 200, 400]);
  });

  test('that cannot be asked is told, and asked again', async () => {
    await send('one');
    let asked = 0;
    const real = subject.state.queue;
    const { deliveries, errors, ended } = listen({
      handle: async () => undefined,
      until: ({ deliveries: all }) => all.length > 0,
      queue: {
        ...real,
        async receive(queue, options) {
          asked += 1;
          if (asked <= 2) throw new Error('storage is away');
          return real.receive(queue, options);
        },
      },
    });
    await ended;
    expect(errors).toEqual(['the-function: storage is away', 'the-function: storage is away']);
    expect(deliveries).toHaveLength(1);
  });
});

describe('the end', () => {
  test('waits for what is in work, and takes nothing more', async () => {
    await send('one', 'two', 'three', 'four', 'five', 'six', 'seven');
    const going: (() => void)[] = [];
    const { deliveries, stop, ended } = listen({
      handle: () => new Promise<void>((resolve) => void going.push(resolve)),
    });
    await settled();
    const inWork = deliveries.length;
    let over = false;
    void ended.then(() => (over = true));
    stop();
    await settled();
    expect(over).toBe(false);
    for (const go of going.splice(0, inWork - 1)) go();
    await settled();
    expect(over).toBe(false);
    for (const go of going.splice(0)) go();
    await ended;
    expect(deliveries).toHaveLength(inWork);
    // What was in work is done; the rest is there for the next start.
    expect(await subject.state.queue.depth(QUEUE)).toMatchObject({ visible: 7 - inWork, invisible: 0 });
  });

  test('comes at once where nothing is in work', async () => {
    const { stop, ended, deliveries } = listen({ handle: async () => undefined });
    stop();
    await ended;
    expect(deliveries).toEqual([]);
  });
});
