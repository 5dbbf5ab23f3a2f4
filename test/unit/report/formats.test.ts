import { countOf, formatCount, formatShare } from '../../../report/format-number';
import { formatAge, formatSeconds, formatTime } from '../../../report/format-time';
import { seenClass } from '../../../report/last-seen';
import { maskPhone } from '../../../report/mask-phone';
import { iso, NOW } from './fleet-fixture';

const plain = (text: string): string => text.replace(/[\u00a0\u202f]/g, ' ');

describe('numbers', () => {
  test.each([
    [0, '0'],
    [999, '999'],
    [1204, '1 204'],
    [1_000_000, '1 000 000'],
  ])('%d reads %s', (value, text) => expect(plain(formatCount(value))).toBe(text));

  test('never break over two lines', () => expect(formatCount(1204)).not.toContain(' '));

  test.each([
    [1, 3, '33 %', 'rounded'],
    [0, 3, '0 %', 'none is none'],
    [1, 1000, '< 1 %', 'one phone of a thousand is not nothing'],
    [999, 1000, '> 99 %', 'all but one is not all'],
    [5, 5, '100 %', 'all is all'],
    [0, 0, '–', 'a share of nothing is no number'],
  ])('%d of %d is %s: %s', (part, whole, text) => expect(plain(formatShare(part, whole))).toBe(text));

  test.each([
    [1, '1 phone'],
    [0, '0 phones'],
    [2000, '2 000 phones'],
  ])('%d phones read %s', (value, text) => expect(plain(countOf(value, 'phone', 'phones'))).toBe(text));
});

describe('times', () => {
  test('are UTC and need no locale', () =>
    expect(formatTime('2026-03-05T07:08:09.123Z')).toBe('5 Mar 2026, 07:08 UTC'));
  test('that never were say so', () => expect(formatTime(null)).toBe('never'));

  test.each([
    [59_000, 'less than a minute'],
    [60_000, '1 minute'],
    [3 * 3_600_000, '3 hours'],
    [47 * 3_600_000, '47 hours'],
    [49 * 3_600_000, '2 days'],
    [-5000, 'less than a minute'],
  ])('an age of %d ms reads %s', (ms, text) => expect(formatAge(ms)).toBe(text));

  test.each([
    [4.3, '4 s'],
    [184, '3 min 4 s'],
  ])('%d seconds read %s', (seconds, text) => expect(formatSeconds(seconds)).toBe(text));
});

describe('the class of the last contact', () => {
  const DAY = 86_400_000;
  test.each<[time: string | null, expected: string, reason: string]>([
    [iso(NOW - DAY), 'day', 'the bound belongs to the younger class'],
    [iso(NOW - DAY - 1), 'week', 'a moment later it is older'],
    [iso(NOW - 8 * DAY), 'month', 'more than a week'],
    [iso(NOW - 89 * DAY), 'quarter', 'less than 90 days'],
    [iso(NOW - 4000 * DAY), 'older', 'years'],
    [iso(NOW + DAY), 'day', 'clocks differ: the future is now'],
    [null, 'never', 'no time stated'],
    ['no date', 'never', 'not a time'],
  ])('%s is %s: %s', (time, expected) => expect(seenClass(time, NOW)).toBe(expected));
});

describe('a masked phone number', () => {
  test.each<[phone: string | null, masked: string | null, reason: string]>([
    ['+442079460017', '+••••••••••17', 'the last two digits tell lines apart'],
    ['5550100', '•••••00', 'without plus'],
    ['17', '••', 'too short to show anything'],
    [null, null, 'nothing stays nothing'],
  ])('%s becomes %s: %s', (phone, masked) => expect(maskPhone(phone)).toBe(masked));
});
