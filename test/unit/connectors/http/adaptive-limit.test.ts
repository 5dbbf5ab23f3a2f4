import fc from 'fast-check';
import { makeAdaptiveLimit } from '../../../../connectors/http/adaptive-limit';
import type { AdaptiveLimit, Release } from '../../../../connectors/http/adaptive-limit';

const never = new AbortController().signal;

/** Requests that are let in at once. */
async function admitted(limit: AdaptiveLimit, wanted: number): Promise<Release[]> {
  const releases: Release[] = [];
  for (let i = 0; i < wanted; i += 1) void limit.acquire(never).then((release) => releases.push(release));
  await new Promise(setImmediate);
  return releases;
}

describe('adaptive limit', () => {
  test('no more than the advice are under way', async () => {
    const limit = makeAdaptiveLimit(5);
    const releases = await admitted(limit, 9);
    expect(releases).toHaveLength(5);
    releases[0]?.('ok', 10);
    await new Promise(setImmediate);
    expect(releases).toHaveLength(6);
  });

  test('push-back halves it, successes bring it back one by one, never above the advice', async () => {
    const limit = makeAdaptiveLimit(4);
    const once = async (outcome: 'ok' | 'pushed-back', times = 1): Promise<number> => {
      for (let i = 0; i < times; i += 1) (await limit.acquire(never))(outcome, 10);
      return limit.limit;
    };
    expect(await once('pushed-back')).toBe(2);
    expect(await once('pushed-back')).toBe(1);
    expect(await once('pushed-back')).toBe(1);
    expect(await once('ok')).toBe(2);
    expect(await once('ok', 2)).toBe(3);
    expect(await once('ok', 3)).toBe(4);
    expect(await once('ok', 50)).toBe(4);
  });

  test.each([
    { milliseconds: 1_900, limit: 4, reason: 'four times slower, but below the floor of two seconds' },
    { milliseconds: 9_000, limit: 2, reason: 'much slower than usual is push-back without a status' },
  ])('$milliseconds ms after answers of 300 ms: $reason', async ({ milliseconds, limit: expected }) => {
    const limit = makeAdaptiveLimit(4);
    for (let i = 0; i < 5; i += 1) (await limit.acquire(never))('ok', 300);
    (await limit.acquire(never))('ok', milliseconds);
    expect(limit.limit).toBe(expected);
  });

  test('a place is given back once, however often the caller says so', async () => {
    const limit = makeAdaptiveLimit(1);
    const releases = await admitted(limit, 3);
    expect(releases).toHaveLength(1);
    releases[0]?.('ok', 1);
    releases[0]?.('ok', 1);
    await new Promise(setImmediate);
    expect(releases).toHaveLength(2);
  });

  test('who gives up waiting takes no place', async () => {
    const limit = makeAdaptiveLimit(1);
    const [first] = await admitted(limit, 1);
    const abort = new AbortController();
    const waiting = limit.acquire(abort.signal);
    abort.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
    first?.('ok', 1);
    expect(await admitted(limit, 1)).toHaveLength(1);
  });

  test('the limit stays between one and the advice', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 8 }), fc.array(fc.boolean(), { maxLength: 60 }), async (max, good) => {
        const limit = makeAdaptiveLimit(max);
        for (const isGood of good) {
          (await limit.acquire(never))(isGood ? 'ok' : 'pushed-back', 10);
          expect(limit.limit).toBeGreaterThanOrEqual(1);
          expect(limit.limit).toBeLessThanOrEqual(max);
        }
      }),
    );
  });
});
