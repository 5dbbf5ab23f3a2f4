/**
 * The bodies of messages that are in our hands. The port names a message by id and receipt alone, and the service gives
 * a body only with a delivery: to move a message to its poison queue, we have to have kept what we received.
 */
import type { Clock } from '../../core/ports/clock';

export interface HeldBodies {
  /** @param seconds after which the receipt has ended and the body is of no more use. */
  keep(receipt: string, body: string, seconds: number): void;
  find(receipt: string): string | null;
  forget(receipt: string): void;
}

export function makeHeldBodies(clock: Clock): HeldBodies {
  const held = new Map<string, { readonly body: string; readonly until: number }>();
  return {
    keep: (receipt, body, seconds) => {
      const now = clock.now();
      // Few are in hand at a time, and each delivery looks once: no timer has to run.
      for (const [old, { until }] of held) if (until < now) held.delete(old);
      held.set(receipt, { body, until: now + seconds * 1000 });
    },
    find: (receipt) => held.get(receipt)?.body ?? null,
    forget: (receipt) => void held.delete(receipt),
  };
}
