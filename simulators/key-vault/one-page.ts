/** Lists are given in pages of at most 25 entries; the next one's address is opaque to the client. */
import type { SimAnswer, SimRequest } from '../kit/route';
import { originOf } from './key-bundle';
import { PAGE_SIZE } from './options';
import { BadParameterError } from './read-key-request';
import { VAULT_HEADERS } from './vault-error';

export function onePage(request: SimRequest, all: readonly unknown[]): SimAnswer {
  const size = Number(request.query.get('maxresults') ?? PAGE_SIZE);
  if (!Number.isInteger(size) || size < 1 || size > PAGE_SIZE) {
    throw new BadParameterError(`maxresults must be between 1 and ${PAGE_SIZE}.`);
  }
  const from = offsetIn(request.query.get('$skiptoken'));
  const next = new URL(`${originOf(request)}${request.path}`);
  next.searchParams.set('api-version', request.query.get('api-version') ?? '');
  next.searchParams.set('$skiptoken', Buffer.from(`from ${from + size}`).toString('base64url'));
  next.searchParams.set('maxresults', String(size));
  const nextLink = from + size < all.length ? next.href : null;
  return { status: 200, headers: VAULT_HEADERS, body: { value: all.slice(from, from + size), nextLink } };
}

/** 0-based, for fault scripts. */
export function pageOf({ query }: Pick<SimRequest, 'query'>): number | null {
  const size = Number(query.get('maxresults') ?? PAGE_SIZE);
  try {
    return Math.floor(offsetIn(query.get('$skiptoken')) / size);
  } catch {
    return null;
  }
}

function offsetIn(token: string | null): number {
  if (token === null) return 0;
  const offset = /^from (\d+)$/.exec(Buffer.from(token, 'base64url').toString('latin1'))?.[1];
  if (offset === undefined) throw new BadParameterError('The skip token is not valid.');
  return Number(offset);
}
