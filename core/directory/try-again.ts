/** Reads and decides anew until nobody else was first: what optimistic concurrency asks of a writer. */
import { EntryBusyError } from './errors';
import type { DirectoryPorts } from './ports';

/**
 * `again` says until when another writer has the record, milliseconds since the epoch; null where it was merely first, so
 * that another look pays at once.
 */
export type Attempt<T> = { readonly done: T } | { readonly again: number | null };

/** Some ten seconds of pauses: twenty writers of one number take their turns in this time. */
const MAX_ATTEMPTS = 250;
const PAUSE_MS = 40;

/** @throws {EntryBusyError} when others were first all the time. */
export async function tryAgain<T>(
  { clock, random, wait }: Pick<DirectoryPorts, 'clock' | 'random' | 'wait'>,
  attempt: () => Promise<Attempt<T>>,
): Promise<T> {
  let until: number | null = null;
  for (let round = 0; round < MAX_ATTEMPTS; round += 1) {
    const outcome = await attempt();
    if ('done' in outcome) return outcome.done;
    until = outcome.again;
    // Writers that were refused together do not come back together.
    if (until !== null) await wait(PAUSE_MS * (0.5 + random.next()));
  }
  throw new EntryBusyError(until ?? clock.now());
}
