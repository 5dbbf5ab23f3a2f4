/** What every Graph call passes first: a token of this tenant, and the rate that the service allows. */
import type { SimAnswer, SimRequest } from '../kit/route';
import type { TokenBook } from '../token/token-book';
import type { GraphErrors } from './graph-error';
import type { RateWindow } from './rate-window';

export type Handle = (request: SimRequest) => SimAnswer | Promise<SimAnswer>;
export type Guard = (handle: Handle) => Handle;

export interface GuardParts {
  readonly tokens: TokenBook;
  readonly errors: GraphErrors;
  /** Null: no limit. */
  readonly window: RateWindow | null;
}

/** @returns a wrapper: 401 without a live token, 429 above the rate, else the route's own answer. */
export function makeGuard({ tokens, errors, window }: GuardParts): Guard {
  return (handle) => (request) => {
    const verdict = tokens.check('entra', request.headers.authorization);
    if (verdict === 'missing') return errors.answer(401, 'Access token is empty.', { 'www-authenticate': 'Bearer' });
    if (verdict !== 'ok') return errors.answer(401, undefined, { 'www-authenticate': 'Bearer' });
    // Intune does not reliably send Retry-After, so this one never does: facts/intune-graph.md §2.1.
    if (window?.admit() === false) return errors.answer(429);
    return handle(request);
  };
}
