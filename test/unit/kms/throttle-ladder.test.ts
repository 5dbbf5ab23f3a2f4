import { readRetryAfter } from '../../../kms/azure/retry-after';
import { makeThrottleLadder } from '../../../kms/azure/throttle-ladder';

const NOW = Date.parse('2026-11-25T08:00:00Z');
const ladderWith = (chance: number) => makeThrottleLadder({ now: () => NOW, random: () => chance });

describe('consecutive refusals without Retry-After', () => {
  it.each([
    ['without jitter', 0, [1000, 2000, 4000, 8000, 16_000, 16_000, 16_000]],
    ['with half of it', 0.5, [1250, 2500, 5000, 10_000, 20_000, 20_000, 20_000]],
  ])('climb 1-2-4-8-16 s and stay there, %s', (_how, chance, waits) => {
    const ladder = ladderWith(chance);
    expect(waits.map(() => ladder.refused(ladder.rung(), null) - NOW)).toEqual(waits);
  });

  it('begin again after a success', () => {
    const ladder = ladderWith(0);
    ladder.refused(ladder.rung(), null);
    ladder.refused(ladder.rung(), null);
    ladder.succeeded();
    expect(ladder.refused(ladder.rung(), null) - NOW).toBe(1000);
  });

  it('of many that were sent together climb once', () => {
    const ladder = ladderWith(0);
    const sentAt = Array.from({ length: 20 }, () => ladder.rung());
    expect(new Set(sentAt.map((rung) => ladder.refused(rung, null) - NOW))).toEqual(new Set([1000]));
    expect(ladder.refused(ladder.rung(), null) - NOW).toBe(2000);
  });
});

it('Retry-After is kept in full, and counts as a refusal', () => {
  const ladder = ladderWith(1);
  expect(ladder.refused(ladder.rung(), NOW + 3_600_000)).toBe(NOW + 3_600_000);
  expect(ladder.rung()).toBe(1);
});

it.each([
  ['7', 7000],
  [' 0 ', 0],
  ['Wed, 25 Nov 2026 08:01:00 GMT', 60_000],
  ['Wed, 25 Nov 2026 07:00:00 GMT', 0],
  ['soon', null],
  ['-1', null],
  ['1.5', null],
  ['', null],
  [null, null],
])('Retry-After: %s', (header, wait) => {
  expect(readRetryAfter(header, NOW)).toBe(wait === null ? null : NOW + wait);
});
