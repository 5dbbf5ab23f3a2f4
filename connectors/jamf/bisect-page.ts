/**
 * Servers before 11.29 answer 500 for a whole page when one device of it is broken (facts/jamf-pro.md §8 case 11).
 * The page is read again in smaller pages until the broken rows stand alone; those are quarantined, the rest is kept.
 */
import { TransientError } from '../../core/errors';
import type { DetailPage } from './client';

export interface BisectedPage extends DetailPage {
  /** Positions (0-based in the whole list) that the server cannot print. */
  readonly broken: readonly number[];
}

/** A server that cannot print this many rows is not a server with a broken device: the page fails as a whole. */
const MAX_BROKEN = 10;

/**
 * @param read reads page `page` of size `size`; throws TransientError with status 500 where the server fails.
 * @param page and `size` describe the page that failed.
 * @throws the server's own error when more than {@link MAX_BROKEN} rows of the page, or all of them, are broken.
 */
export async function bisectPage(
  read: (page: number, size: number) => Promise<DetailPage>,
  page: number,
  size: number,
): Promise<BisectedPage> {
  const results: unknown[] = [];
  const broken: number[] = [];
  // Told by every part that can be read; a page without such a part throws.
  let totalCount = 0;

  const split = async (whole: number, wholeSize: number): Promise<void> => {
    const factor = smallestFactor(wholeSize);
    const small = wholeSize / factor;
    for (let at = whole * factor; at < (whole + 1) * factor; at += 1) {
      try {
        const answer = await read(at, small);
        totalCount = answer.totalCount;
        results.push(...answer.results);
      } catch (error) {
        if (!isServerFault(error)) throw error;
        if (small > 1) {
          await split(at, small);
          continue;
        }
        broken.push(at);
        // Counted over the whole page: a server that is down must not become a fleet of broken devices.
        if (broken.length > MAX_BROKEN || broken.length === size) throw error;
      }
    }
  };

  await split(page, size);
  return { totalCount, results, broken };
}

/** 500 is how a server says that a row cannot be printed; 502 to 504 come from what stands before it. */
export function isServerFault(error: unknown): boolean {
  return error instanceof TransientError && error.context.status === 500;
}

function smallestFactor(size: number): number {
  for (let factor = 2; factor * factor <= size; factor += 1) if (size % factor === 0) return factor;
  return size;
}
