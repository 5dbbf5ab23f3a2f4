/**
 * How many requests one process has under way at one host. Additive increase, multiplicative decrease: it starts at the
 * vendor's advice, halves when the host throttles, fails or grows slow, and climbs back one by one, never above it.
 */

export interface AdaptiveLimit {
  /** Waits for a place; rejects with the signal's reason. The returned function gives the place back, once. */
  acquire(signal: AbortSignal): Promise<Release>;
  /** Present limit, for reports. */
  readonly limit: number;
}

export type Outcome = 'ok' | 'pushed-back';
export type Release = (outcome: Outcome, milliseconds: number) => void;

/** A request this many times slower than the fastest recent ones counts as push-back (facts/jamf-pro.md §2.5). */
const SLOW_FACTOR = 4;
/** Times below this are noise, whatever their ratio. */
const SLOW_FLOOR_MS = 2_000;

export function makeAdaptiveLimit(maximum: number): AdaptiveLimit {
  let limit = maximum;
  let active = 0;
  let successes = 0;
  let usual = Infinity;
  const waiting: (() => void)[] = [];

  const admit = (): void => {
    while (active < limit) {
      const next = waiting.shift();
      if (next === undefined) return;
      next();
    }
  };

  const release: (outcome: Outcome, milliseconds: number) => void = (outcome, milliseconds) => {
    active -= 1;
    const slow = milliseconds > SLOW_FLOOR_MS && milliseconds > usual * SLOW_FACTOR;
    if (outcome === 'pushed-back' || slow) {
      limit = Math.max(1, Math.floor(limit / 2));
      successes = 0;
    } else {
      usual = usual === Infinity ? milliseconds : Math.min(usual * 1.02, milliseconds);
      successes += 1;
      if (successes >= limit && limit < maximum) {
        limit += 1;
        successes = 0;
      }
    }
    admit();
  };

  return {
    get limit() {
      return limit;
    },
    async acquire(signal) {
      signal.throwIfAborted();
      if (active < limit) {
        active += 1;
      } else {
        await new Promise<void>((resolve, reject) => {
          const enter = (): void => {
            signal.removeEventListener('abort', leave);
            active += 1;
            resolve();
          };
          const leave = (): void => {
            const at = waiting.indexOf(enter);
            if (at >= 0) waiting.splice(at, 1);
            reject(signal.reason as Error);
          };
          signal.addEventListener('abort', leave, { once: true });
          waiting.push(enter);
        });
      }
      let released = false;
      return (outcome, milliseconds) => {
        if (released) return;
        released = true;
        release(outcome, milliseconds);
      };
    },
  };
}
