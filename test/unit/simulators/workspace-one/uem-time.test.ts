import fc from 'fast-check';
import { readQueryTime, zonedTime, zonelessTime } from '../../../../simulators/workspace-one/uem-time';

describe('times of UEM', () => {
  it('are an hour apart in search and device, to the millisecond, for an account an hour ahead', () => {
    // The recorded pair: facts/workspace-one.md §2.1.
    const at = Date.parse('2021-06-28T01:59:29.077Z');
    expect(zonelessTime(at, 60)).toBe('2021-06-28T02:59:29.077');
    expect(zonedTime(at)).toBe('2021-06-28T01:59:29.077Z');
  });

  it.each([
    ['date only', '2021-06-28', '2021-06-27T23:00:00.000Z'],
    ['slashes and a space', '2021/06/28 02:59:29.077', '2021-06-28T01:59:29.077Z'],
    ['T', '2021-06-28T02:59:29.077', '2021-06-28T01:59:29.077Z'],
    ['no fraction', '2021-06-28T02:59:29', '2021-06-28T01:59:29.000Z'],
    ['one digit of fraction', '2021-06-28T02:59:29.5', '2021-06-28T01:59:29.500Z'],
    ['with a zone it is no longer local', '2021-06-28T02:59:29.077Z', '2021-06-28T02:59:29.077Z'],
  ])('are read from a query: %s', (_reason, text, expected) => {
    expect(readQueryTime(text, 60)).toBe(Date.parse(expected));
  });

  it.each(['28/06/2021', 'yesterday', '', '2021-13-01', '2021-06-28T25:00:00'])('are not read from "%s"', (text) => {
    expect(readQueryTime(text, 60)).toBeNull();
  });

  it('are read back as they were written, in every zone', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: Date.parse('2001-01-01'), max: Date.parse('2099-12-31') }),
        fc.integer({ min: -720, max: 840 }),
        (at, offset) => {
          expect(readQueryTime(zonelessTime(at, offset), offset)).toBe(at);
        },
      ),
    );
  });
});
