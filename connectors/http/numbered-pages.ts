/**
 * Numbered pages (offset paging) fan out in lanes: after page 0 has told the total, lane i reads pages i, i+L, i+2L, …
 * and each page names only the one after it in its lane. So at most L pages of a pull are under way, whatever drives it.
 *
 * Page 0 also tells the page size the server really uses: servers cut what they are asked for silently, at 2000
 * (facts/jamf-pro.md §2.3) or 500 rows (facts/workspace-one.md §2.1). The list ends by the stated total or an empty page,
 * never by a short one.
 */
import * as z from 'zod';
import type { PageRef } from '../../core/ports/inventory-source';

const laneCursor = z.object({
  /** Rows per page as the server cuts them. */
  size: z.number().int().positive(),
  /** Last page as known when the cursor was made. */
  last: z.number().int().nonnegative(),
});

export interface Following {
  readonly next: readonly PageRef[];
  readonly lastPage: number;
}

/**
 * What follows page `pageNo`.
 * @param cursor the page's own cursor; null for page 0.
 * @param rows rows the page held.
 * @param total the total the server states now.
 * @param lanes pages under way at the same time.
 */
export function followNumberedPage(
  pageNo: number,
  cursor: string | null,
  rows: number,
  total: number,
  lanes: number,
): Following {
  if (cursor === null) {
    if (rows === 0 || rows >= total) return { next: [], lastPage: 0 };
    const last = Math.ceil(total / rows) - 1;
    const next = Array.from({ length: Math.min(lanes, last) }, (_, lane) => page(lane + 1, rows, last));
    return { next, lastPage: last };
  }
  const { size, last } = laneCursor.parse(JSON.parse(cursor));
  if (pageNo >= last && rows > 0 && (pageNo + 1) * size < total) {
    // The fleet grew while it was paged: the list goes on by one page at a time.
    return { next: [page(pageNo + 1, size, pageNo + 1)], lastPage: pageNo + 1 };
  }
  const ahead = pageNo + lanes;
  return { next: ahead <= last ? [page(ahead, size, last)] : [], lastPage: last };
}

function page(pageNo: number, size: number, last: number): PageRef {
  return { pageNo, cursor: JSON.stringify({ size, last }) };
}
