/** What is worth a person's look at a published key, and refuses nothing. */
import type { DirectoryContext } from './context';
import type { Entry } from './entry';
import { KeyRevokedError } from './errors';
import type { E164, IsoTime } from '../device/managed-device';
import { DAY_MS } from './ports';
import { LAB_MLS } from './read-publish-request';
import { isOwnReason } from './read-reason';
import { isLive } from './validity';

export type Finding =
  /** One key under two numbers: two entries share a device, or a key was copied. */
  | { readonly kind: 'duplicate-key'; readonly fingerprint: string; readonly entryIds: readonly string[] }
  /** Peers refuse an RCS certificate with less than 30 days left (facts/rcs-carrier.md §1.2). */
  | { readonly kind: 'expires-soon'; readonly notAfter: IsoTime };

const LAB_MLS_WARNING_DAYS = 30;

export async function findingsOf(context: DirectoryContext, entry: Entry): Promise<readonly Finding[]> {
  const { fingerprint, keySource, notAfter } = entry;
  const holders = await holdersOf(context, fingerprint);
  const entryIds = holders.filter(({ phone }) => phone !== entry.phone).map(({ entryId }) => entryId);
  const soon =
    keySource === LAB_MLS &&
    notAfter !== null &&
    Date.parse(notAfter) - context.ports.clock.now() < LAB_MLS_WARNING_DAYS * DAY_MS;
  return [
    ...(entryIds.length === 0 ? [] : [{ kind: 'duplicate-key', fingerprint, entryIds } as const]),
    ...(soon ? [{ kind: 'expires-soon', notAfter } as const] : []),
  ];
}

/** Live entries that hold the key now, of the first hundred that ever did: the index says where it may be, the entries say where it is. */
export async function holdersOf(context: DirectoryContext, fingerprint: string): Promise<readonly Entry[]> {
  const now = context.ports.clock.now();
  const entries = await entriesOf(context, fingerprint, null);
  return entries.filter((entry) => entry.fingerprint === fingerprint && isLive(entry, now));
}

/** A lost phone that publishes its revoked key again is not let back in. @throws {KeyRevokedError} */
export async function refuseRevoked(context: DirectoryContext, phone: E164, fingerprint: string): Promise<void> {
  const entries = await entriesOf(context, fingerprint, phone);
  const revoked = entries.some(({ status, reason }) => status === 'revoked' && !isOwnReason(reason));
  if (revoked) throw new KeyRevokedError();
}

async function entriesOf(
  { entries }: DirectoryContext,
  fingerprint: string,
  phone: E164 | null,
): Promise<readonly Entry[]> {
  const hints = await entries.keyHints(fingerprint, phone);
  const rows = await Promise.all(hints.map((where) => entries.getEntry(where)));
  return rows.flatMap((row) => row?.entry ?? []);
}
