/**
 * When to come back after a 429. Key Vault names no time (facts/key-directory.md §2.4 #5); Microsoft's advice is 1, 2, 4, 8
 * and 16 seconds for refusals that follow each other.
 */
const RUNGS_SECONDS = [1, 2, 4, 8, 16] as const;

export interface ThrottleLadder {
  /** To be asked before a request is sent. */
  rung(): number;
  succeeded(): void;
  /**
   * @param sentAt what {@link rung} said when the request went out: of many refused together, only the first climbs.
   * @param asked moment of `Retry-After`; null without one.
   * @returns the moment to come back, in milliseconds since the epoch.
   */
  refused(sentAt: number, asked: number | null): number;
}

export function makeThrottleLadder({
  now,
  random,
}: {
  readonly now: () => number;
  readonly random: () => number;
}): ThrottleLadder {
  let current = 0;
  return {
    rung: () => current,
    succeeded() {
      current = 0;
    },
    refused(sentAt, asked) {
      const seconds = RUNGS_SECONDS[Math.min(sentAt, RUNGS_SECONDS.length - 1)] ?? 0;
      current = Math.max(current, sentAt + 1);
      // Never before its rung, and spread over half of it, so that those refused together do not return together.
      return asked ?? now() + Math.ceil(seconds * 1000 * (1 + random() / 2));
    },
  };
}
