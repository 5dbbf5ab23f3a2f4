import fc from 'fast-check';
import { formatTime, isCalendarDate, parseTime } from '../../../../core/device/iso-time';

describe('reading a vendor time', () => {
  test.each([
    ['2026-11-21T08:15:30Z', '2026-11-21T08:15:30.000Z', 'no fraction'],
    ['2026-11-21T08:15:30.6Z', '2026-11-21T08:15:30.600Z', 'Jamf Pro drops trailing zeros'],
    ['2026-11-21T08:15:30.05Z', '2026-11-21T08:15:30.050Z', 'two digits'],
    ['2026-11-21T08:15:30.123Z', '2026-11-21T08:15:30.123Z', 'as it should be'],
    ['2022-01-16T09:13:59.5720125Z', '2022-01-16T09:13:59.572Z', 'seven digits: cut, not rounded'],
    ['2026-08-22T18:45:03.083466422+00:00', '2026-08-22T18:45:03.083Z', 'nine digits and a zone'],
    ['2026-11-21T08:15:30+01:00', '2026-11-21T07:15:30.000Z', 'a zone ahead of UTC'],
    ['2026-11-21T08:15:30.1-0530', '2026-11-21T13:45:30.100Z', 'a zone behind, without colon'],
    ['2021-06-28T04:35:20.150', '2021-06-28T04:35:20.150Z', 'no zone: UTC unless told otherwise'],
    ['2021-06-28 04:35:20', '2021-06-28T04:35:20.000Z', 'a blank between'],
    ['2022-10-28 08:27:37.0000000', '2022-10-28T08:27:37.000Z', 'a blank and seven digits'],
    ['2021-06-28', '2021-06-28T00:00:00.000Z', 'a date alone'],
    ['06/28/2021', '2021-06-28T00:00:00.000Z', 'month first'],
    ['06/28/2021 14:05:06', '2021-06-28T14:05:06.000Z', 'month first, with a time'],
    ['10/27/2023 3:05:53 PM', '2023-10-27T15:05:53.000Z', 'twelve hours'],
    ['10/27/2023 12:05:53 AM', '2023-10-27T00:05:53.000Z', 'midnight'],
    ['10/27/2023 12:05:53 PM', '2023-10-27T12:05:53.000Z', 'noon'],
    ['/Date(1368076195887)/', '2013-05-09T05:09:55.887Z', 'old Workspace ONE events'],
    [' 2026-11-21T08:15:30Z ', '2026-11-21T08:15:30.000Z', 'blanks around it'],
    ['2026-11-21t08:15:30z', '2026-11-21T08:15:30.000Z', 'small letters'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z', 'a leap day'],
  ])('%s → %s: %s', (text, expected) => {
    expect(parseTime(text)).toBe(expected);
  });

  test.each<[string | null | undefined, string]>([
    [null, 'absent'],
    [undefined, 'absent'],
    ['', 'empty'],
    ['0001-01-01T00:00:00Z', '"never"'],
    ['0001-01-01T00:00:00', '"never" without a zone'],
    ['0001-01-01T00:00:00.000', '"never" as Workspace ONE prints it'],
    ['01/01/0001 00:00:00', '"never" in another layout'],
    ['9999-12-31T23:59:59.9999999Z', '"no end"'],
    ['9999-12-31', '"no end"'],
    ['2026-02-30T00:00:00Z', 'no such day'],
    ['2026-13-01T00:00:00Z', 'no such month'],
    ['2026-11-21T24:00:00Z', 'no such hour'],
    ['2026-11-21T08:60:00Z', 'no such minute'],
    ['27/10/2023 08:00:00', 'day before month is never guessed'],
    ['10/27/2023 13:05:53 PM', 'no such hour of twelve'],
    ['2026-11-21T08:15:30.Z', 'a point without digits'],
    ['2026-11-21T08:15:30.1a3Z', 'a letter in the fraction'],
    ['2026_11-21T08:15:30Z', 'another separator'],
    ['1700000000', 'a bare number tells no unit'],
    ['yesterday', 'a word'],
  ])('%p is null: %s', (text) => {
    expect(parseTime(text)).toBeNull();
  });

  test('a measured offset moves times without a zone, and no others', () => {
    expect(parseTime('2021-06-28T02:59:29.077', 60)).toBe('2021-06-28T01:59:29.077Z');
    expect(parseTime('10/27/2023 3:05:53 PM', -300)).toBe('2023-10-27T20:05:53.000Z');
    expect(parseTime('2021-06-28T01:59:29.077Z', 60)).toBe('2021-06-28T01:59:29.077Z');
    expect(parseTime('/Date(1368076195887)/', 60)).toBe('2013-05-09T05:09:55.887Z');
  });

  const moment = fc.integer({ min: Date.UTC(1971, 0, 1), max: Date.UTC(2199, 0, 1) });

  test('what is printed reads back to the same millisecond', () => {
    fc.assert(
      fc.property(moment, (time) => {
        expect(parseTime(formatTime(time))).toBe(new Date(time).toISOString());
      }),
    );
  });

  test('every layout of one moment reads the same', () => {
    fc.assert(
      fc.property(moment, fc.integer({ min: -840, max: 840 }), (time, offset) => {
        const iso = formatTime(time);
        const local = new Date(time + offset * 60_000).toISOString().slice(0, 23);
        const minutes = Math.abs(offset);
        const zone = `${offset < 0 ? '-' : '+'}${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
        expect(parseTime(local + zone)).toBe(iso);
        expect(parseTime(local, offset)).toBe(iso);
        expect(parseTime(local.replace('T', ' '), offset)).toBe(iso);
        expect(parseTime(`${iso.slice(0, -1)}4567Z`)).toBe(iso);
        expect(parseTime(`/Date(${time})/`)).toBe(iso);
      }),
    );
  });

  test('no text makes it throw, and what it gives sorts as times do', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9TZ:. /+-]{0,28}$/), (text) => {
        const time = parseTime(text);
        if (time !== null) expect(new Date(time).toISOString()).toBe(time);
      }),
    );
  });

  test('a date exists exactly when the calendar has it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1900, max: 2100 }),
        fc.integer({ min: 0, max: 13 }),
        fc.integer({ min: 0, max: 32 }),
        (year, month, day) => {
          const date = new Date(Date.UTC(year, month - 1, day));
          const same = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
          expect(isCalendarDate(year, month, day)).toBe(same);
        },
      ),
    );
  });
});
