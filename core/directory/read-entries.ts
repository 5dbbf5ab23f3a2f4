/** Reading the directory: no signature is made, and none but stored bytes are answered. */
import type { DirectoryContext } from './context';
import type { Entry } from './entry';
import type { EntryPage } from './entry-repository';
import { entryTag } from './entry-tag';
import { BadRequestError, NotFoundError } from './errors';
import { readPhone } from './read-publish-request';
import type { Locator } from './records';
import { validityAt } from './validity';
import type { Validity } from './validity';
import { decodeEntry } from './verify-entry';

/** An entry at this moment. A revoked one is an answer like any other: when and why stands in it. */
export interface EntryAnswer {
  readonly entry: Entry;
  readonly etag: string;
  readonly validity: Validity;
}

/** Ids of the Random port; anything else need not be looked for, and might be no key of a table. */
const ENTRY_ID = /^[0-9a-z-]{1,64}$/;
const CONNECTOR_ID = /^[a-z0-9-]{1,32}$/;
const MAX_PAGE = 1000;
const DEFAULT_PAGE = 100;

export function answerOf({ ports }: DirectoryContext, entry: Entry): EntryAnswer {
  return { entry, etag: entryTag(entry), validity: validityAt(entry, ports.clock.now()) };
}

/**
 * Two point reads: who holds the number, and the entry.
 * @throws {BadPhoneError} {NotFoundError}
 */
export async function lookup(context: DirectoryContext, phone: string): Promise<EntryAnswer> {
  const { entries } = context;
  const number = await entries.getNumber(readPhone(phone));
  if (number === null) throw new NotFoundError('entry');
  const row = await entries.getEntry(number.value.holder);
  const { previous } = number.value;
  // Until a new holder has published, the entry before has the last word.
  const entry = row?.entry ?? (previous === null ? null : decodeEntry(previous));
  if (entry === null) throw new NotFoundError('entry');
  return answerOf(context, entry);
}

/** Two point reads. @throws {NotFoundError} */
export async function show(context: DirectoryContext, entryId: string): Promise<EntryAnswer> {
  const where = await locate(context, entryId);
  const entry = (await context.entries.getEntry(where))?.entry ?? null;
  if (entry === null) throw new NotFoundError('entry');
  return answerOf(context, entry);
}

/** Every revision as it was signed, oldest first. @throws {NotFoundError} {DirectoryDamagedError} */
export async function history(context: DirectoryContext, entryId: string): Promise<readonly Entry[]> {
  const revisions = await context.entries.history(await locate(context, entryId));
  if (revisions.length === 0) throw new NotFoundError('entry');
  return revisions;
}

export interface ListRequest {
  readonly connectorId?: string | null;
  /** 1 to 1000; default 100. */
  readonly limit?: number;
  /** What the page before gave. */
  readonly continuation?: string | null;
}

/** Present revisions of all entries, in no order that means anything. The last page may be empty. @throws {BadRequestError} */
export async function list(
  { entries }: DirectoryContext,
  { connectorId = null, limit = DEFAULT_PAGE, continuation = null }: ListRequest,
): Promise<EntryPage> {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE) {
    throw new BadRequestError('limit', `must be a number from 1 to ${MAX_PAGE}`);
  }
  if (connectorId !== null && !CONNECTOR_ID.test(connectorId)) {
    throw new BadRequestError('connectorId', 'must be the id of a connector');
  }
  return entries.list(connectorId, limit, continuation);
}

/** @throws {NotFoundError} for what is not the id of an entry, too. */
export async function locate({ entries }: DirectoryContext, entryId: string): Promise<Locator> {
  if (!ENTRY_ID.test(entryId)) throw new NotFoundError('entry');
  const where = await entries.findId(entryId);
  if (where === null) throw new NotFoundError('entry');
  return where;
}
