/** How a route honours the content faults of its request: paging routes need nothing but these. */
import type { ContentFault } from './fault';

type Faulty = { readonly faults: readonly ContentFault[] };

/** @returns the content fault of that kind that this request must show, or null. */
export function faultOf<K extends ContentFault['kind']>(
  request: Faulty,
  kind: K,
): Extract<ContentFault, { kind: K }> | null {
  const is = (fault: ContentFault): fault is Extract<ContentFault, { kind: K }> => fault.kind === kind;
  return request.faults.find(is) ?? null;
}

/** @returns the page size after `page-size-cap`. */
export function cappedPageSize(request: Faulty, asked: number): number {
  const cap = faultOf(request, 'page-size-cap');
  return cap === null ? asked : Math.min(asked, cap.size);
}

/** @returns the rows after `empty`, `missing-rows` and `duplicate-rows`. */
export function faultyRows<T>(request: Faulty, rows: readonly T[]): readonly T[] {
  if (request.faults.length === 0) return rows;
  if (faultOf(request, 'empty') !== null) return [];
  const missing = faultOf(request, 'missing-rows');
  const left = missing === null ? rows : rows.slice(missing.count);
  const doubled = faultOf(request, 'duplicate-rows');
  return doubled === null ? left : [...left.slice(0, doubled.count), ...left];
}

/** @returns the total that the answer states, after `empty` and `wrong-total`; never below 0. */
export function statedTotal(request: Faulty, total: number): number {
  if (faultOf(request, 'empty') !== null) return 0;
  const wrong = faultOf(request, 'wrong-total');
  return wrong === null ? total : Math.max(0, total + wrong.by);
}
