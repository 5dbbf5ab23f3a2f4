import { once, renewed } from '../../../functions/app/once';
import { makeManualClock } from '../../support/sweep-fixture';

/** A promise and the two ends of it. */
function gate(): { readonly passed: Promise<void>; open(): void; fail(error: Error): void } {
  let open: () => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const passed = new Promise<void>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { passed, open: () => open(), fail: (error) => fail(error) };
}

/** Lets everything that waits for nothing but its turn go on. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('what is opened once', () => {
  test('is not opened before somebody needs it', async () => {
    let opened = 0;
    const get = once(async () => (opened += 1));
    await settled();
    expect(opened).toBe(0);
    expect(await get()).toBe(1);
  });

  test('is the same for everyone, also for those who ask while it is being opened', async () => {
    const door = gate();
    let opened = 0;
    const get = once(async () => {
      opened += 1;
      await door.passed;
      return { opened };
    });
    const asked = [get(), get(), get()];
    door.open();
    const [first, ...others] = await Promise.all(asked);
    for (const other of [...others, await get()]) expect(other).toBe(first);
    expect(opened).toBe(1);
  });

  test('is tried again by the next caller when opening it failed; all who waited get the failure', async () => {
    let tries = 0;
    const get = once(async () => {
      tries += 1;
      if (tries < 3) throw new Error(`try ${tries}`);
      return 'open';
    });
    const both = await Promise.allSettled([get(), get()]);
    expect(both).toMatchObject([{ reason: { message: 'try 1' } }, { reason: { message: 'try 1' } }]);
    await expect(get()).rejects.toThrow('try 2');
    expect(await get()).toBe('open');
    expect(await get()).toBe('open');
    expect(tries).toBe(3);
  });
});

describe('what is renewed', () => {
  const HOUR = 3_600_000;

  function makeThings(open: (number: number) => Promise<void> = async () => undefined) {
    const clock = makeManualClock('2026-11-25T00:00:00.000Z');
    const closed: number[] = [];
    let opened = 0;
    const use = renewed(
      async () => {
        opened += 1;
        const number = opened;
        await open(number);
        return number;
      },
      (old: number) => void closed.push(old),
      { clock, milliseconds: HOUR },
    );
    return { clock, closed, use, opened: () => opened };
  }
  const same = async (thing: number): Promise<number> => thing;

  test('is one thing for all until its time has passed, to the millisecond', async () => {
    const { clock, closed, use } = makeThings();
    expect(await Promise.all([use(same), use(same)])).toEqual([1, 1]);
    clock.advance(HOUR - 1);
    expect(await use(same)).toBe(1);
    clock.advance(1);
    expect(await use(same)).toBe(2);
    await settled();
    expect(closed).toEqual([1]);
  });

  test('stays open for those who still use the old one, and is closed by the last of them', async () => {
    const { clock, closed, use } = makeThings();
    const [slow, slower] = [gate(), gate()];
    const working = [use(() => slow.passed), use(() => slower.passed)];
    await settled();
    clock.advance(HOUR);
    expect(await use(same)).toBe(2);
    await settled();
    expect(closed).toEqual([]);
    slow.open();
    await settled();
    expect(closed).toEqual([]);
    slower.open();
    await Promise.all(working);
    await settled();
    expect(closed).toEqual([1]);
  });

  test('is closed once, however often it is asked for afterwards', async () => {
    const { clock, closed, use } = makeThings();
    for (let hour = 0; hour < 4; hour += 1) {
      await use(same);
      await use(same);
      clock.advance(HOUR);
    }
    await settled();
    expect(closed).toEqual([1, 2, 3]);
  });

  test('gives the failure of the work to whoever gave the work, and stays open', async () => {
    const { closed, use, opened } = makeThings();
    await expect(
      use(async () => {
        throw new Error('page');
      }),
    ).rejects.toThrow('page');
    expect(await use(same)).toBe(1);
    expect({ closed, opened: opened() }).toEqual({ closed: [], opened: 1 });
  });

  test('is opened again by the next caller when opening it failed', async () => {
    const { closed, use } = makeThings(async (number) => {
      if (number === 1) throw new Error('no policy');
    });
    await expect(use(same)).rejects.toThrow('no policy');
    expect(await use(same)).toBe(2);
    expect(closed).toEqual([]);
  });

  test('is not opened in order to be closed, where it never was open', async () => {
    const { clock, closed, use, opened } = makeThings(async (number) => {
      if (number === 1) throw new Error('no policy');
    });
    await expect(use(same)).rejects.toThrow('no policy');
    clock.advance(HOUR);
    expect(await use(same)).toBe(2);
    await settled();
    expect({ closed, opened: opened() }).toEqual({ closed: [], opened: 2 });
  });

  test('nor where opening failed after its time had passed', async () => {
    const door = gate();
    const { clock, closed, use, opened } = makeThings(async (number) => {
      if (number === 1) await door.passed;
    });
    const waiting = use(same).catch((error: unknown) => error);
    clock.advance(HOUR);
    expect(await use(same)).toBe(2);
    door.fail(new Error('too late'));
    expect(await waiting).toMatchObject({ message: 'too late' });
    await settled();
    expect({ closed, opened: opened() }).toEqual({ closed: [], opened: 2 });
  });
});
