/** Pages by number: `page` from 0, `pagesize` cut at 500 without a word (facts/workspace-one.md §2.1). */
import { cappedPageSize, faultyRows, statedTotal } from '../kit/content-faults';
import type { MutableFleet, SyntheticDevice } from '../fleet/synthetic-device';
import type { UemRequest } from './versioned-api';

export const MAX_PAGE_SIZE = 500;

export interface AskedPage {
  readonly page: number;
  readonly size: number;
}

/** @returns null when a number is not one. */
export function askedPage(request: UemRequest, sizeName: 'pagesize' | 'page_size' = 'pagesize'): AskedPage | null {
  const page = wholeNumber(request.query.get('page') ?? '0');
  const size = wholeNumber(request.query.get(sizeName) ?? String(MAX_PAGE_SIZE));
  if (page === null || size === null || size < 1) return null;
  return { page, size: cappedPageSize(request, Math.min(size, MAX_PAGE_SIZE)) };
}

export interface DevicePage {
  readonly devices: readonly SyntheticDevice[];
  readonly total: number;
}

/** @param ordinals those to choose from, ascending; null: the whole fleet. */
export function devicePage(
  request: UemRequest,
  fleet: MutableFleet,
  ordinals: Uint32Array | null,
  { page, size }: AskedPage,
  isDescending: boolean,
): DevicePage {
  const total = ordinals === null ? fleet.size : ordinals.length;
  const end = isDescending ? total - page * size : Math.min(total, (page + 1) * size);
  const start = isDescending ? Math.max(0, end - size) : page * size;
  const devices =
    end <= start
      ? []
      : ordinals === null
        ? fleet.slice(start, end - start)
        : [...ordinals.subarray(start, end)].flatMap((ordinal) => fleet.device(ordinal) ?? []);
  return {
    devices: faultyRows(request, isDescending ? devices.toReversed() : devices),
    total: statedTotal(request, total),
  };
}

function wholeNumber(text: string): number | null {
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}
