/** Time and chance as the machine gives them: the outside of the Clock and Random ports. */
import { randomInt } from 'node:crypto';
import type { Clock, Random } from '../core/ports/clock';

export function makeSystemClock(): Clock {
  return { now: () => Date.now() };
}

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';

/** Identifiers begin with the time, so that newer ones sort later, and end with chance, so that nobody guesses them. */
export function makeSystemRandom(clock: Clock): Random {
  return {
    next: () => Math.random(),
    id() {
      const time = clock.now().toString(36).padStart(9, '0');
      let rest = '';
      while (time.length + rest.length < 26) rest += ALPHABET[randomInt(ALPHABET.length)] ?? '';
      return time + rest;
    },
  };
}

/** Resolves after the time or when the signal aborts, whichever is first; never rejects. */
export function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener('abort', end, { once: true });
  });
}
