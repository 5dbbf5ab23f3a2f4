import fc from 'fast-check';
import { readAccountTime } from '../../../../connectors/workspace-one/account-time';
import { parseTime } from '../../../../core/device/iso-time';

describe('times in the zone of the API account', () => {
  test.each([
    { text: '2021-06-28T02:59:29.077', offset: 60, is: '2021-06-28T01:59:29.077Z', reason: 'the recorded pair' },
    { text: '2026-01-01T00:30:00.000', offset: 60, is: '2025-12-31T23:30:00.000Z', reason: 'over the year’s edge' },
    { text: '2026-02-28T23:30:00.000', offset: -300, is: '2026-03-01T04:30:00.000Z', reason: 'over the month’s edge' },
    { text: '2026-11-25T08:00:00.000', offset: 330, is: '2026-11-25T02:30:00.000Z', reason: 'half an hour' },
    { text: '2026-11-25T08:00:00.000', offset: 0, is: '2026-11-25T08:00:00.000Z', reason: 'UTC' },
    { text: '2026-11-25T08:00:00.000Z', offset: 60, is: '2026-11-25T08:00:00.000Z', reason: 'a zone of its own' },
    { text: '0001-01-01T00:00:00.000', offset: 60, is: null, reason: '"never"' },
    { text: '2026-02-30T08:00:00.000', offset: 60, is: null, reason: 'no such day' },
    { text: '2026-11-25T25:00:00.000', offset: 60, is: null, reason: 'no such hour' },
    { text: '2026-11-25T08:61:00.000', offset: 60, is: null, reason: 'no such minute' },
    { text: '', offset: 60, is: null, reason: 'blank' },
  ])('$text at $offset minutes: $reason', ({ text, offset, is }) => {
    expect(readAccountTime(text, offset)).toBe(is);
    // Once more, now that the hour is known.
    expect(readAccountTime(text, offset)).toBe(is);
  });

  test('is the general reading of the same text, whatever the moment and the zone', () => {
    const moment = fc.date({ min: new Date('1960-01-01'), max: new Date('2210-01-01'), noInvalidDate: true });
    const layout = fc.constantFrom(23, 19, 10);
    fc.assert(
      fc.property(moment, fc.integer({ min: -48, max: 56 }), layout, (date, quarters, length) => {
        const text = date.toISOString().slice(0, length);
        expect(readAccountTime(text, quarters * 15)).toBe(parseTime(text, quarters * 15));
      }),
    );
  });
});
