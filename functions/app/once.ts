/** Things that are opened with the first invocation that needs them, and kept: nothing is done when a module is loaded. */
import type { Clock } from '../../core/ports/clock';

/** A failed opening is tried again by the next caller. */
export function once<T>(open: () => Promise<T>): () => Promise<T> {
  let opened: Promise<T> | null = null;
  return () => {
    opened ??= open().catch((error: unknown) => {
      opened = null;
      throw error;
    });
    return opened;
  };
}

/**
 * The same, opened anew after some time, so that a process that lives for days sees a new release feed and a rotated secret.
 * @param close called with the old one once nobody uses it.
 */
export function renewed<T>(
  open: () => Promise<T>,
  close: (old: T) => void,
  { clock, milliseconds }: { readonly clock: Clock; readonly milliseconds: number },
): <R>(work: (opened: T) => Promise<R>) => Promise<R> {
  let present: { readonly get: () => Promise<T>; readonly until: number; users: number; stale: boolean } | null = null;
  return async (work) => {
    if (present !== null && clock.now() >= present.until) {
      present.stale = true;
      if (present.users === 0) void present.get().then(close, () => undefined);
      present = null;
    }
    present ??= { get: once(open), until: clock.now() + milliseconds, users: 0, stale: false };
    const mine = present;
    mine.users += 1;
    try {
      return await work(await mine.get());
    } finally {
      mine.users -= 1;
      if (mine.stale && mine.users === 0) void mine.get().then(close, () => undefined);
    }
  };
}
