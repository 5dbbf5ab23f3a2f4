import { PartialRunError, ThrottledError } from '../../../../core/errors';
import { makeQuota } from '../../../../connectors/workspace-one/quota';
import { makeMovableClock } from '../../../support/walk-pull';

const START = Date.parse('2026-11-25T08:00:00.000Z');
const MINUTE = 60_000;
const ENDPOINT = 'GET /api/mdm/devices/search';

function headers(limit: number, remaining: number, resetAt: number): Record<string, string> {
  return {
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': String(resetAt / 1000),
  };
}

function makeWatch(reservePercent = 20) {
  const clock = makeMovableClock(START);
  const quota = makeQuota('ws1', reservePercent, clock);
  const read = (limit: number, remaining: number, inMinutes: number, status = 200): void =>
    quota.read({ status, headers: headers(limit, remaining, clock.now() + inMinutes * MINUTE) }, ENDPOINT);
  const check = (): unknown => {
    try {
      quota.check(ENDPOINT);
      return 'go';
    } catch (error) {
      return error;
    }
  };
  return { clock, quota, read, check };
}

describe('the daily quota', () => {
  test('nothing is known before the first answer, and nothing is held back', () => {
    const { quota, check } = makeWatch();
    expect(quota.state).toBeNull();
    expect(check()).toBe('go');
  });

  test.each([
    { remaining: 10_000, stops: false, reason: 'exactly the reserve is left' },
    { remaining: 9_999, stops: true, reason: 'one call would eat into the reserve' },
    { remaining: 0, stops: true, reason: 'nothing is left' },
  ])('$remaining of 50000 with a reserve of 20 %: $reason', ({ remaining, stops }) => {
    const { read, check } = makeWatch();
    read(50_000, remaining, 600);
    expect(check() === 'go').toBe(!stops);
  });

  test('a far reset ends the pull as partial and names it and what to do', () => {
    const { read, check } = makeWatch();
    read(50_000, 100, 600);
    const error = check();
    expect(error).toBeInstanceOf(PartialRunError);
    expect(error).toMatchObject({
      message: expect.stringMatching(/100 of 50000 .* 10000 \(20 %\).*2026-11-25T18:00:00.000Z/),
      context: { connectorId: 'ws1', endpoint: ENDPOINT, hint: expect.stringContaining('dailyReservePercent') },
    });
  });

  test.each([
    { minutes: 15, kind: ThrottledError, reason: 'near enough to wait for' },
    { minutes: 16, kind: PartialRunError, reason: 'too far to wait for' },
  ])('a reset in $minutes minutes is $reason', ({ minutes, kind }) => {
    const { read, check } = makeWatch();
    read(50_000, 100, minutes);
    expect(check()).toBeInstanceOf(kind);
  });

  test('the pause for a near reset ends at the reset, and then everything goes on', () => {
    const { clock, read, check, quota } = makeWatch();
    read(50_000, 100, 10);
    expect(check()).toMatchObject({ retryAt: START + 10 * MINUTE });
    clock.advance(10 * MINUTE);
    expect(check()).toBe('go');
    expect(quota.state).toBeNull();
  });

  test('a 429 with nothing left waits until the reset, however far, and so do all other calls', () => {
    const { clock, read, check } = makeWatch();
    expect(() => read(50_000, 0, 600, 429)).toThrow(ThrottledError);
    expect(check()).toMatchObject({ name: 'ThrottledError', retryAt: START + 600 * MINUTE });
    clock.advance(600 * MINUTE);
    expect(check()).toBe('go');
  });

  test('a 429 with calls left today is about the minute, and not this watch’s business', () => {
    const { read, check } = makeWatch();
    expect(() => read(50_000, 40_000, 600, 429)).not.toThrow();
    expect(check()).toBe('go');
  });

  test('answers that overtake each other do not raise what is left', () => {
    const { read, quota } = makeWatch();
    read(50_000, 20_000, 600);
    read(50_000, 20_001, 600);
    expect(quota.state?.remaining).toBe(20_000);
  });

  test.each([
    { limit: 250_000, remaining: 240_000, minutes: 600, reason: 'the quota was raised' },
    { limit: 50_000, remaining: 49_000, minutes: 2_040, reason: 'another window began' },
  ])('a higher remainder counts when $reason', ({ limit, remaining, minutes }) => {
    const { read, quota } = makeWatch();
    read(50_000, 100, 600);
    read(limit, remaining, minutes);
    expect(quota.state).toMatchObject({ limit, remaining });
  });

  test.each([
    { told: {}, reason: 'no headers' },
    { told: { 'x-ratelimit-limit': 'many', 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': '1' }, reason: 'a word' },
    { told: { 'x-ratelimit-limit': '50000', 'x-ratelimit-remaining': '1' }, reason: 'no reset' },
  ])('$reason changes nothing', ({ told }) => {
    const { read, quota } = makeWatch();
    read(50_000, 30_000, 600);
    quota.read({ status: 200, headers: told }, ENDPOINT);
    expect(quota.state?.remaining).toBe(30_000);
  });
});
