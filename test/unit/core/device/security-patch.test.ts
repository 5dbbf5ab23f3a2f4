import fc from 'fast-check';
import { isSuspiciousPatch, parsePatchLevel, patchAgeDays } from '../../../../core/device/security-patch';

const NOW = Date.parse('2026-11-25T12:00:00.000Z');

describe('a security patch level', () => {
  test.each([
    ['2026-09-05', 'the form that the platform demands'],
    ['2026-09-01', 'the first level of a month'],
    ['2024-02-29', 'a leap day'],
  ])('%s is one: %s', (text) => {
    expect(parsePatchLevel(text)).toBe(text);
  });

  test.each<[string | null, string]>([
    ['', 'empty'],
    [null, 'absent'],
    ['Unknown', 'a word'],
    ['2026-13-05', 'no month'],
    ['2026-02-30', 'no day'],
    ['2025-02-29', 'no leap year'],
    ['2026-9-5', 'not in the strict form'],
    ['2026-09-05T00:00:00', 'a time'],
    ['05/09/2026', 'another layout'],
    ['0001-01-01', 'a sentinel'],
    ['1970-01-01', 'a sentinel'],
  ])('%p is none: %s', (text) => {
    expect(parsePatchLevel(text)).toBeNull();
  });

  test('levels compare as text, in the order of their dates', () => {
    const level = fc
      .date({ min: new Date('2015-11-01'), max: new Date('2040-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10));
    fc.assert(
      fc.property(level, level, (one, other) => {
        expect(parsePatchLevel(one)).toBe(one);
        expect(one < other).toBe(Date.parse(one) < Date.parse(other));
      }),
    );
  });

  test.each([
    ['2026-11-25', 0, 'of today'],
    ['2026-11-24', 1, 'of yesterday'],
    ['2026-08-17', 100, 'a quarter old'],
    ['2026-12-05', -10, 'shipped ahead of its date'],
  ])('%s is %p days old: %s', (level, days) => {
    expect(patchAgeDays(level, NOW)).toBe(days);
  });

  test.each([
    ['2026-12-05', false, 'makers ship some days ahead'],
    ['2027-01-09', false, '45 days ahead'],
    ['2027-01-10', true, '46 days ahead'],
    ['2030-01-01', true, 'a lie or a mistake'],
  ])('%s is suspicious: %p, %s', (level, expected) => {
    expect(isSuspiciousPatch(level, NOW)).toBe(expected);
  });
});
