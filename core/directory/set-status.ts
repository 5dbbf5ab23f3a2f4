/** Suspends, reinstates and revokes. Asking for what is already so changes nothing and signs nothing. */
import type { DirectoryContext } from './context';
import type { Entry, EntryStatus } from './entry';
import { checkIfMatch } from './entry-tag';
import { EntryDamagedError, EntryRevokedError } from './errors';
import { locate } from './read-entries';
import { readReason } from './read-reason';
import { changeEntry } from './write-revision';
import type { Draft, Written } from './write-revision';

/** Reason that reconciliation gives where what is stored is not what was signed. */
const BAD_SIGNATURE = 'bad-signature';

export interface StatusRequest {
  readonly entryId: string;
  readonly reason: string;
  /** Header `If-Match`. */
  readonly ifMatch?: string | null;
}

/** @throws {NotFoundError} {EntryRevokedError} {PreconditionFailedError} {EntryBusyError} {BadRequestError} */
export async function setStatus(
  context: DirectoryContext,
  status: EntryStatus,
  { entryId, reason, ifMatch = null }: StatusRequest,
): Promise<Written> {
  const checked = readReason(reason);
  const where = await locate(context, entryId);
  return changeEntry(context, where, (entry) => {
    checkIfMatch(ifMatch, entry);
    if (entry.status === status) return null;
    if (entry.status === 'revoked') throw new EntryRevokedError();
    // What is signed now was read from a row whose own signature did not hold: nobody may call it good by reinstating it.
    if (status === 'active' && entry.reason === BAD_SIGNATURE) throw new EntryDamagedError();
    return withStatus(entry, status, checked);
  });
}

/** The next revision with another status; everything else stays. */
export function withStatus(entry: Entry, status: EntryStatus, reason: string): Draft {
  const { phone, keyType, publicKey, fingerprint, device, keySource, notBefore, notAfter } = entry;
  return { phone, status, keyType, publicKey, fingerprint, device, keySource, notBefore, notAfter, reason };
}
