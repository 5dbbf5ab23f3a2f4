import fc from 'fast-check';
import { UNUSED, blockUntil, chargeUnits, describeUse, takeUnits } from '../../../../../core/directory/limits/gcra';
import type { Rate } from '../../../../../core/directory/limits/gcra';
import { rateLimitFields } from '../../../../../core/directory/limits/rate-limit-fields';

const START = Date.parse('2026-11-25T00:00:00.000Z');
const PERSON: Rate = { limit: 100, perMinute: 2 };

describe('the use of a limit as one number', () => {
  test('says what is left and when it is whole again', () => {
    const first = takeUnits(UNUSED, 20, PERSON, START);
    expect(first.answer).toEqual({
      allowed: true,
      limit: 100,
      remaining: 80,
      resetSeconds: 600,
      retryAfterSeconds: 0,
      windowSeconds: 3000,
    });
    const late = describeUse(first.tat, PERSON, START + 300_000);
    expect([late.remaining, late.resetSeconds]).toEqual([90, 300]);
  });

  test('a refusal takes nothing and says when the same call will be let in, to the second', () => {
    const { tat } = takeUnits(UNUSED, 100, PERSON, START);
    const refused = takeUnits(tat, 1, PERSON, START);
    expect(refused).toMatchObject({ tat, answer: { allowed: false, remaining: 0, retryAfterSeconds: 30 } });
    expect(takeUnits(tat, 1, PERSON, START + 29_999).answer.allowed).toBe(false);
    expect(takeUnits(tat, 1, PERSON, START + 30_000).answer.allowed).toBe(true);
  });

  test('a debt beyond the limit is paid by waiting', () => {
    const tat = chargeUnits(UNUSED, 150, PERSON, START);
    expect(takeUnits(tat, 1, PERSON, START).answer).toMatchObject({
      allowed: false,
      remaining: 0,
      retryAfterSeconds: 51 * 30,
    });
  });

  test('a block holds to its end and no longer', () => {
    const tat = blockUntil(UNUSED, PERSON, START + 60_000);
    expect(takeUnits(tat, 1, PERSON, START + 59_999).answer.allowed).toBe(false);
    expect(takeUnits(tat, 1, PERSON, START + 60_000).answer.allowed).toBe(true);
    expect(blockUntil(tat, PERSON, START)).toBe(tat);
  });

  test('header fields', () => {
    const { tat, answer } = takeUnits(UNUSED, 100, PERSON, START);
    expect(rateLimitFields('caller', answer)).toEqual({
      'RateLimit-Policy': '"caller";q=100;w=3000',
      RateLimit: '"caller";r=0;t=3000',
    });
    expect(rateLimitFields('caller', takeUnits(tat, 1, PERSON, START).answer)['Retry-After']).toBe('30');
  });
});

/** Waits between calls, in milliseconds; and what each costs. */
const rates = fc.record({
  limit: fc.integer({ min: 1, max: 500 }),
  perMinute: fc.double({ min: 0.01, max: 60_000, noNaN: true }),
});
const call = (least: number) =>
  fc.record({
    wait: fc.oneof(fc.integer({ min: least, max: 100 }), fc.integer({ min: least, max: 600_000 })),
    cost: fc.integer({ min: 1, max: 30 }),
    rest: fc.integer({ min: 0, max: 30 }),
  });

describe('whatever the calls', () => {
  test('what was admitted in any window is at most the limit and what came back in it', () => {
    fc.assert(
      fc.property(rates, fc.array(call(0), { maxLength: 60 }), (rate, calls) => {
        let now = START;
        let tat = UNUSED;
        const admitted: { readonly at: number; readonly cost: number }[] = [];
        for (const { wait, cost } of calls) {
          now += wait;
          const taken = takeUnits(tat, cost, rate, now);
          tat = taken.tat;
          if (taken.answer.allowed) admitted.push({ at: now, cost });
        }
        admitted.forEach((first, from) => {
          let sum = 0;
          for (const { at, cost } of admitted.slice(from)) {
            sum += cost;
            const most = rate.limit + ((at - first.at) / 60_000) * rate.perMinute;
            expect(sum).toBeLessThanOrEqual(most + 1e-6);
          }
        });
      }),
    );
  });

  test('a call is admitted only while all that was taken and owed before fits with it', () => {
    fc.assert(
      fc.property(rates, fc.array(call(0), { maxLength: 60 }), (rate, calls) => {
        let now = START;
        let tat = UNUSED;
        const charged: { readonly at: number; readonly cost: number }[] = [];
        for (const { wait, cost, rest } of calls) {
          now += wait;
          const taken = takeUnits(tat, cost, rate, now);
          tat = taken.tat;
          if (!taken.answer.allowed) continue;
          charged.push({ at: now, cost });
          for (const [from, { at }] of charged.entries()) {
            const sum = charged.slice(from).reduce((total, one) => total + one.cost, 0);
            expect(sum).toBeLessThanOrEqual(rate.limit + ((now - at) / 60_000) * rate.perMinute + 1e-6);
          }
          tat = chargeUnits(tat, rest, rate, now);
          charged.push({ at: now, cost: rest });
        }
      }),
    );
  });

  test('a clock that goes back admits nothing that the latest clock would not', () => {
    fc.assert(
      fc.property(rates, fc.array(call(-600_000), { maxLength: 60 }), (rate, calls) => {
        // The latest that a call of this key has seen.
        let [now, latest] = [START, Number.NEGATIVE_INFINITY];
        let [tat, steady] = [UNUSED, UNUSED];
        for (const { wait, cost } of calls) {
          now += wait;
          if (cost > rate.limit) continue;
          latest = Math.max(latest, now);
          const taken = takeUnits(tat, cost, rate, now);
          tat = taken.tat;
          if (!taken.answer.allowed) continue;
          // The same admissions under a clock that never goes back are all within the limit.
          const under = takeUnits(steady, cost, rate, latest);
          expect(under.answer.allowed).toBe(true);
          steady = under.tat;
        }
      }),
    );
  });
});
