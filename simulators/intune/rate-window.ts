/** So many requests in any span of so many seconds, as Intune's limits are worded (facts/intune-graph.md §2.1). */
import type { SimClock } from '../kit/route';

export interface RateLimit {
  readonly requests: number;
  readonly seconds: number;
}

export interface RateWindow {
  /** @returns whether the request fits; a refused one does not count. */
  admit(): boolean;
  reset(): void;
}

export function makeRateWindow({ requests, seconds }: RateLimit, clock: SimClock): RateWindow {
  let admitted: number[] = [];
  return {
    admit() {
      const now = clock.now();
      admitted = admitted.filter((at) => at > now - seconds * 1000);
      if (admitted.length >= requests) return false;
      admitted.push(now);
      return true;
    },
    reset() {
      admitted = [];
    },
  };
}
