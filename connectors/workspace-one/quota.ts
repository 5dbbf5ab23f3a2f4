/**
 * The daily quota, read from the headers of every answer and kept above a reserve.
 *
 * The quota differs per tenant, belongs to the organization group and is shared by all its API clients
 * (facts/workspace-one.md §3): whoever spends it all takes it from everyone, event follow-ups included. So a pull stops
 * while there still is a reserve. Only the present window is remembered; after its reset nothing is known.
 */
import { PartialRunError, ThrottledError } from '../../core/errors';
import type { Clock } from '../../core/ports/clock';
import type { HttpAnswer } from '../http/transport';

export interface QuotaState {
  /** Calls of the window. */
  readonly limit: number;
  readonly remaining: number;
  /** End of the window, milliseconds since the epoch. */
  readonly resetAt: number;
}

export interface Quota {
  /** Reads `X-RateLimit-*`; an answer without them changes nothing. @throws ThrottledError for a 429 with nothing left. */
  read(answer: Pick<HttpAnswer, 'status' | 'headers'>, endpoint: string): void;
  /** Called before each call. @throws ThrottledError when the reset is near, PartialRunError when it is far. */
  check(endpoint: string): void;
  /** The window as last told; null when nothing is known of the present one. */
  readonly state: QuotaState | null;
}

/** A reset this near is waited for: the pull goes on after it instead of ending. */
export const NEAR_RESET_MS = 15 * 60_000;

/** Resets of one window may be told a little differently by several servers. */
const SAME_WINDOW_MS = 60_000;

/** @param reservePercent share of the limit that a pull leaves untouched, 0 to 100. */
export function makeQuota(connectorId: string, reservePercent: number, clock: Clock): Quota {
  let state: QuotaState | null = null;
  let exhausted = false;

  const present = (): QuotaState | null => {
    if (state !== null && state.resetAt <= clock.now()) {
      state = null;
      exhausted = false;
    }
    return state;
  };

  const usedUp = (endpoint: string, resetAt: number): ThrottledError =>
    new ThrottledError(`the daily API quota is used up; it resets at ${instant(resetAt)}`, resetAt, {
      connectorId,
      endpoint,
      status: 429,
      hint: `The pull goes on after ${instant(resetAt)}. ${ADVICE}`,
    });

  return {
    get state() {
      return present();
    },
    read({ status, headers }, endpoint) {
      const told = readHeaders(headers);
      if (told !== null) {
        const known = present();
        const same =
          known !== null && known.limit === told.limit && Math.abs(known.resetAt - told.resetAt) < SAME_WINDOW_MS;
        // Answers overtake each other: within a window the smallest remainder is the newest.
        state = same && known.remaining < told.remaining ? known : told;
      }
      if (status === 429 && told?.remaining === 0 && told.resetAt > clock.now()) {
        exhausted = true;
        throw usedUp(endpoint, told.resetAt);
      }
    },
    check(endpoint) {
      const known = present();
      if (known === null) return;
      if (exhausted) throw usedUp(endpoint, known.resetAt);
      const reserve = Math.ceil((known.limit * reservePercent) / 100);
      if (known.remaining >= reserve) return;
      const says = `${known.remaining} of ${known.limit} API calls are left, below the reserve of ${reserve} (${reservePercent} %); the quota resets at ${instant(known.resetAt)}`;
      if (known.resetAt - clock.now() <= NEAR_RESET_MS) {
        const hint = 'Nothing to do: the pull goes on after the reset.';
        throw new ThrottledError(says, known.resetAt, { connectorId, endpoint, hint });
      }
      throw new PartialRunError(says, {
        connectorId,
        endpoint,
        hint: `Run the sweep again after ${instant(known.resetAt)}, or lower dailyReservePercent. ${ADVICE}`,
      });
    },
  };
}

const ADVICE =
  'See which client spends the quota at System > Advanced > API > REST API > Usage; Omnissa raises it on request.';

function instant(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

function readHeaders(headers: HttpAnswer['headers']): QuotaState | null {
  const [limit, remaining, reset] = ['limit', 'remaining', 'reset'].map((name) => {
    const text = headers[`x-ratelimit-${name}`];
    return text !== undefined && /^\d{1,12}$/.test(text.trim()) ? Number(text) : null;
  });
  if (limit === undefined || remaining === undefined || reset === undefined) return null;
  // `X-RateLimit-Reset` is in seconds since the epoch: facts/workspace-one.md §3.
  return limit === null || remaining === null || reset === null ? null : { limit, remaining, resetAt: reset * 1000 };
}
