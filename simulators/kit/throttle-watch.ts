/** Watches whether a client comes back for a throttled URL before the time it was told. */

export interface ThrottleWatch {
  /** This address was refused until so many seconds from now. */
  note(address: string, seconds: number): void;
  /** @returns whether this address was told to wait and the wait is not over. */
  tooEarly(address: string): boolean;
  reset(): void;
}

export function makeThrottleWatch(clock: { now(): number }): ThrottleWatch {
  const until = new Map<string, number>();
  return {
    note(address, seconds) {
      until.set(address, clock.now() + seconds * 1000);
    },
    tooEarly(address) {
      const end = until.get(address);
      if (end === undefined) return false;
      if (clock.now() < end) return true;
      until.delete(address);
      return false;
    },
    reset() {
      until.clear();
    },
  };
}
