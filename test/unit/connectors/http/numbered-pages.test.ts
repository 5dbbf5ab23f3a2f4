import fc from 'fast-check';
import { followNumberedPage } from '../../../../connectors/http/numbered-pages';
import type { PageRef } from '../../../../core/ports/inventory-source';

interface Walk {
  readonly pages: number[];
  readonly rows: Set<number>;
  readonly lastPage: number;
  /** Most pages known and not yet read. */
  readonly widest: number;
}

/** Walks a list whose length may differ from page to page, first in, first out. */
function walk(total: (pagesRead: number) => number, size: number, lanes: number, maxPages = 500): Walk {
  const waiting: PageRef[] = [{ pageNo: 0, cursor: null }];
  const pages: number[] = [];
  const rows = new Set<number>();
  let [lastPage, widest] = [0, 0];
  for (let ref = waiting.shift(); ref !== undefined; ref = waiting.shift()) {
    if (pages.length >= maxPages) throw new Error('the walk does not end');
    const now = total(pages.length);
    const from = ref.pageNo * size;
    const count = Math.max(0, Math.min(size, now - from));
    for (let at = from; at < from + count; at += 1) rows.add(at);
    pages.push(ref.pageNo);
    const { next, lastPage: last } = followNumberedPage(ref.pageNo, ref.cursor, count, now, lanes);
    waiting.push(...next);
    lastPage = Math.max(lastPage, last);
    widest = Math.max(widest, waiting.length);
  }
  return { pages, rows, lastPage, widest };
}

describe('numbered pages in lanes', () => {
  test.each([
    { total: 0, pages: [0], reason: 'an empty list is one page' },
    { total: 100, pages: [0], reason: 'a full page that is the whole list' },
    { total: 101, pages: [0, 1], reason: 'one row more is one page more' },
    { total: 1000, pages: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], reason: 'every page once' },
  ])('$total rows in pages of 100: $reason', ({ total, pages }) => {
    const walked = walk(() => total, 100, 3);
    expect([...walked.pages].sort((a, b) => a - b)).toEqual(pages);
    expect(walked.lastPage).toBe(pages.length - 1);
    expect(walked.rows.size).toBe(total);
  });

  test('a list that grows while it is read goes on until the total is reached', () => {
    const walked = walk((read) => (read < 2 ? 300 : 650), 100, 2);
    expect(walked.rows.size).toBe(650);
    expect(new Set(walked.pages).size).toBe(walked.pages.length);
  });

  test('a list that shrinks ends with empty pages, not for ever', () => {
    const walked = walk((read) => (read < 2 ? 1000 : 250), 100, 3);
    expect(walked.pages).toHaveLength(10);
  });

  test('an empty first page ends the list, whatever total it states', () => {
    expect(followNumberedPage(0, null, 0, 5000, 3)).toEqual({ next: [], lastPage: 0 });
  });

  test('any list: every row, every page once, never more pages known than lanes', () => {
    fc.assert(
      fc.property(
        fc.nat(3000),
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 8 }),
        (total, size, lanes) => {
          const walked = walk(() => total, size, lanes, 4000);
          expect(walked.rows.size).toBe(total);
          expect(walked.pages).toHaveLength(Math.max(1, Math.ceil(total / size)));
          expect(new Set(walked.pages).size).toBe(walked.pages.length);
          expect(walked.widest).toBeLessThanOrEqual(lanes);
        },
      ),
    );
  });
});
