import fc from 'fast-check';
import { readRetryAfter } from '../../../../connectors/http/retry-after';

const NOW = Date.parse('2026-11-25T08:00:00.000Z');
const S = 1000;

describe('Retry-After', () => {
  test.each([
    { header: '120', at: NOW + 120 * S, reason: 'whole seconds from now' },
    { header: ' 120 ', at: NOW + 120 * S, reason: 'blanks around a header value mean nothing' },
    { header: '0', at: NOW, reason: 'at once is a wait of nothing' },
    { header: '86400', at: NOW + 86_400 * S, reason: 'a day is a day: nothing is clipped' },
    { header: 'Wed, 25 Nov 2026 08:05:00 GMT', at: NOW + 300 * S, reason: 'an HTTP date' },
    { header: 'Wednesday, 25-Nov-26 08:05:00 GMT', at: NOW + 300 * S, reason: 'the obsolete RFC 850 form' },
    { header: 'Wed Nov 25 08:05:00 2026 GMT', at: NOW + 300 * S, reason: 'the obsolete asctime form' },
    { header: 'Wed, 25 Nov 2026 07:00:00 GMT', at: NOW, reason: 'a date in the past is now, never before' },
  ])('$header: $reason', ({ header, at }) => {
    expect(readRetryAfter(header, NOW)).toBe(at);
  });

  test.each([
    { header: undefined, reason: 'no header' },
    { header: '', reason: 'an empty header' },
    { header: 'soon', reason: 'a word' },
    { header: '-5', reason: 'a negative number, which Date.parse would take for a year' },
    { header: '1.5', reason: 'a fraction is not in the grammar' },
  ])('$header says nothing: $reason', ({ header }) => {
    expect(readRetryAfter(header, NOW)).toBeNull();
  });

  test('four digits are seconds, not a year', () => {
    expect(readRetryAfter('2026', NOW)).toBe(NOW + 2026 * S);
  });

  test('no header leads before now', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.nat().map(String),
          fc.date({ noInvalidDate: true }).map((d) => d.toUTCString()),
        ),
        (header) => {
          const at = readRetryAfter(header, NOW);
          return at === null || at >= NOW;
        },
      ),
    );
  });
});
