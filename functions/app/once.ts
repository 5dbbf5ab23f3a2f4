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
  interface Opening {
    readonly get: () => Promise<T>;
    readonly until: number;
    /** What came of it; null while it is being opened, and where that failed: then there is nothing to close. */
    opened: { readonly value: T } | null;
    users: number;
    stale: boolean;
  }
  let present: Opening | null = null;
  const closeUnused = ({ opened, stale, users }: Opening): void => {
    if (stale && users === 0 && opened !== null) close(opened.value);
  };
  return async (work) => {
    if (present !== null && clock.now() >= present.until) {
      const old = present;
      present = null;
      old.stale = true;
      closeUnused(old);
    }
    present ??= { get: once(open), until: clock.now() + milliseconds, opened: null, users: 0, stale: false };
    const mine = present;
    mine.users += 1;
    try {
      const value = await mine.get();
      mine.opened = { value };
      return await work(value);
    } finally {
      mine.users -= 1;
      closeUnused(mine);
    }
  };
}
