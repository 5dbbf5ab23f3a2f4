/** ETag of an entry and what `If-Match` makes of it. */
import { createHash } from 'node:crypto';
import type { EntryFields } from './entry';
import { PreconditionFailedError } from './errors';

const LENGTH = 22;

/** Opaque, strong, with its quotes; one for every revision of every entry. */
export function entryTag({ entryId, revision }: Pick<EntryFields, 'entryId' | 'revision'>): string {
  const digest = createHash('sha256').update(`${entryId}\n${revision}`).digest('base64url');
  return `"${digest.slice(0, LENGTH)}"`;
}

/**
 * @param ifMatch the header as it came: `*`, or tags with commas between; null where there was none. Weak tags never match.
 * @param entry the present revision; null where there is no entry.
 * @throws {PreconditionFailedError}
 */
export function checkIfMatch(ifMatch: string | null, entry: Pick<EntryFields, 'entryId' | 'revision'> | null): void {
  if (ifMatch === null) return;
  const matches =
    entry !== null && (ifMatch.trim() === '*' || ifMatch.split(',').some((tag) => tag.trim() === entryTag(entry)));
  if (!matches) throw new PreconditionFailedError();
}
