/** Signs and stores the next revision of an entry: lock, one signature, one transaction. */
import type { IsoTime } from '../device/managed-device';
import { formatTime } from '../device/iso-time';
import type { DirectoryContext } from './context';
import type { Entry, EntryFields } from './entry';
import type { EntryRow } from './entry-repository';
import { NotFoundError } from './errors';
import type { Locator } from './records';
import { signEntry } from './sign-entry';
import { tryAgain } from './try-again';
import type { Attempt } from './try-again';

/** What a use case decides about a revision; its number, its time and its key are given here. */
export type Draft = Omit<EntryFields, 'entryId' | 'revision' | 'changedAt' | 'kid'>;

/** Longer than a vault that throttles is asked again: facts/key-directory.md §2.2. */
export const LOCK_MS = 60_000;

export interface Written {
  readonly entry: Entry;
  /** False where the entry was already as wanted: nothing was signed. */
  readonly changed: boolean;
}

/**
 * @param row as it was read; null where the row does not exist.
 * @throws what signing throws. The lock is given back then, and nothing has changed.
 */
export async function writeRevision(
  { ports: { kms, clock, random }, entries }: DirectoryContext,
  where: Locator,
  row: EntryRow | null,
  draft: Draft,
): Promise<Attempt<Entry>> {
  const held = row?.head.lock ?? null;
  if (held !== null && held.until > clock.now()) return { again: held.until };
  const before = row?.entry ?? null;
  // Before the lock: where the key is unreachable, nobody need wait for it.
  const signingKey = await kms.signingKey();
  const now = clock.now();
  const etag = await entries.lock(where, row, { by: random.id(), until: now + LOCK_MS });
  if (etag === null) return { again: null };
  const next = {
    ...draft,
    entryId: where.entryId,
    revision: (before?.revision ?? 0) + 1,
    // Clocks of two machines differ; a history does not go back.
    changedAt: later(formatTime(now), before?.changedAt ?? null),
  };
  const entry = await signEntry(next, signingKey).catch(async (error: unknown) => {
    // Without this the lock runs out by itself, so that a failure of it changes nothing; the reason is the first error.
    await entries.unlock(where, before, etag).catch(() => undefined);
    throw error;
  });
  return (await entries.publish(where, entry, etag)) ? { done: entry } : { again: null };
}

/**
 * Changes a published entry.
 * @param decide from the present revision to the next; null where it is as wanted. Called anew whenever another was first.
 * @throws {NotFoundError} where nothing is published.
 */
export function changeEntry(
  context: DirectoryContext,
  where: Locator,
  decide: (entry: Entry) => Draft | null,
): Promise<Written> {
  return tryAgain<Written>(context.ports, async () => {
    const row = await context.entries.getEntry(where);
    const entry = row?.entry ?? null;
    if (entry === null) throw new NotFoundError('entry');
    const draft = decide(entry);
    if (draft === null) return { done: { entry, changed: false } };
    const attempt = await writeRevision(context, where, row, draft);
    return 'done' in attempt ? { done: { entry: attempt.done, changed: true } } : attempt;
  });
}

function later(one: IsoTime, other: IsoTime | null): IsoTime {
  return other !== null && other > one ? other : one;
}
