/** How a contract suite lets time pass: by the implementation's own clock where it has one, else by waiting for the effect. */

/** An implementation with an injected clock offers this; one on a server of its own cannot. */
export interface ControlledClock {
  advance(milliseconds: number): void;
}

const POLL_MS = 50;

/**
 * Lets `seconds` pass and then expects `look` to give a value. Without a controlled clock it asks again and again until
 * there is one, at most ten seconds longer than that.
 */
export async function afterSeconds<T>(
  seconds: number,
  clock: ControlledClock | undefined,
  look: () => Promise<T | null>,
): Promise<T> {
  clock?.advance(seconds * 1000);
  const deadline = Date.now() + (clock === undefined ? (seconds + 10) * 1000 : 0);
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (Date.now() >= deadline) throw new Error(`nothing happened within ${seconds} seconds`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
