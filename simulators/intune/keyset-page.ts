/** Collections of Graph: pages by `@odata.nextLink`, with the content faults a script may ask for. */
import { faultOf, faultyRows, statedTotal } from '../kit/content-faults';
import { writeRows } from '../kit/json-template';
import type { JsonTemplate } from '../kit/json-template';
import type { JsonWriter } from '../kit/json-writer';
import type { SimAnswer, SimRequest } from '../kit/route';
import type { SkipToken } from './skip-token';
import { writeSkipToken } from './skip-token';

/** Rows of a page at most, asked or not: facts/intune-graph.md §1.3. */
export const MAX_PAGE_SIZE = 1000;

export interface KeysetPage<T> {
  readonly rows: readonly T[];
  /** Null on the last page. */
  readonly next: SkipToken | null;
  /** Of the whole collection; null leaves `@odata.count` out. */
  readonly total: number | null;
}

export interface Collection<T> extends KeysetPage<T> {
  /** What stands after `$metadata#`. */
  readonly context: string;
  /** Token of the page asked for, null for the first: where `repeat-next` leads. */
  readonly current: SkipToken | null;
  readonly row: JsonTemplate<T>;
}

const JSON_HEADERS = { 'content-type': 'application/json;odata.metadata=minimal;charset=utf-8' };

/** @param writer is empty before and after. */
export function collectionAnswer<T>(writer: JsonWriter, request: SimRequest, collection: Collection<T>): SimAnswer {
  const { context, current, row, rows, next, total } = collection;
  const link = nextLinkOf(request, current, next);
  writer.text('{"@odata.context":');
  writer.value(`${request.base}/v1.0/$metadata#${context}`);
  if (total !== null) writer.text(`,"@odata.count":${statedTotal(request, total)}`);
  if (link !== null) {
    writer.text(',"@odata.nextLink":');
    writer.value(link);
  }
  writer.text(',"value":[');
  writeRows(writer, faultyRows(request, rows), row);
  writer.text(']}');
  return { status: 200, headers: JSON_HEADERS, body: writer.take() };
}

/** Rows that are few and need no template. */
export function plainRow(writer: JsonWriter, row: unknown): void {
  writer.text(JSON.stringify(row));
}

function nextLinkOf(request: SimRequest, current: SkipToken | null, next: SkipToken | null): string | null {
  // An emptied inventory is a whole answer: it promises no second page.
  if (faultOf(request, 'empty') !== null) return null;
  if (faultOf(request, 'foreign-next') !== null) return linkTo(request, request.foreignBase, next);
  if (faultOf(request, 'repeat-next') !== null) return linkTo(request, request.base, current);
  return next === null ? null : linkTo(request, request.base, next);
}

function linkTo(request: SimRequest, base: string, token: SkipToken | null): string {
  const options = [...request.query]
    .filter(([name]) => name !== '$skiptoken' && name !== '$skip')
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  if (token !== null) options.push(`$skiptoken=${writeSkipToken(token)}`);
  return `${base}${request.path}${options.length === 0 ? '' : `?${options.join('&')}`}`;
}

/** @returns the page size that `$top` asks for, `usual` without it, null when it is no positive whole number. */
export function askedPageSize(query: URLSearchParams, usual: number): number | null {
  const top = query.get('$top');
  if (top === null) return usual;
  return /^[1-9]\d{0,8}$/.test(top) ? Math.min(Number(top), MAX_PAGE_SIZE) : null;
}
