/**
 * Access tokens of one client: cached, renewed before they end, asked for once even if many want one at the same time.
 */
import type { Clock } from '../../core/ports/clock';
import type { RequestMeter } from '../../core/ports/inventory-source';

export interface AccessToken {
  readonly value: string;
  readonly expiresInSeconds: number;
}

export interface TokenSource {
  /** A token with life left in it; the meter counts the token request where one is made. */
  get(meter: RequestMeter): Promise<string>;
  /** The server refused this token: the next {@link get} asks for another. A newer token is left alone. */
  invalidate(token: string): void;
}

/**
 * Renewal margin in milliseconds: 30 s, but never more than a fifth of the life, since a margin as long as the life
 * asks for a token with every request (facts/jamf-pro.md §1.1, §8 case 7).
 */
export function renewalMargin(expiresInSeconds: number): number {
  return Math.min(30_000, expiresInSeconds * 200);
}

export function makeTokenSource(fetchToken: (meter: RequestMeter) => Promise<AccessToken>, clock: Clock): TokenSource {
  let current: { value: string; renewAt: number } | null = null;
  let pending: Promise<string> | null = null;

  const renew = async (meter: RequestMeter): Promise<string> => {
    const { value, expiresInSeconds } = await fetchToken(meter);
    current = { value, renewAt: clock.now() + expiresInSeconds * 1000 - renewalMargin(expiresInSeconds) };
    return value;
  };

  return {
    async get(meter) {
      if (current !== null && clock.now() < current.renewAt) return current.value;
      pending ??= renew(meter).finally(() => {
        pending = null;
      });
      return pending;
    },
    invalidate(token) {
      if (current?.value === token) current = null;
    },
  };
}
