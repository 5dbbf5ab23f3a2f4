/** The daily call quota: its window starts with the first call, and every answer tells what is left. */
import type { SimClock } from '../kit/route';

const DAY_MS = 86_400_000;

export interface QuotaState {
  readonly limit: number;
  readonly remaining: number;
  /** Epoch seconds at which the window ends. */
  readonly reset: number;
  /** False: the quota was spent before this call. */
  readonly isAdmitted: boolean;
}

export interface DailyQuota {
  /** Counts one call. */
  spend(): QuotaState;
  reset(): void;
}

/** facts/workspace-one.md §3. @param limit calls in 24 hours. */
export function makeDailyQuota(limit: number, clock: SimClock): DailyQuota {
  let used = 0;
  let startedAt: number | null = null;
  return {
    spend() {
      const now = clock.now();
      if (startedAt === null || now >= startedAt + DAY_MS) {
        startedAt = now;
        used = 0;
      }
      const isAdmitted = used < limit;
      if (isAdmitted) used += 1;
      return { limit, remaining: limit - used, reset: Math.ceil((startedAt + DAY_MS) / 1000), isAdmitted };
    },
    reset() {
      used = 0;
      startedAt = null;
    },
  };
}
