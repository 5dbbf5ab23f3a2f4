/** The paged device list: first URL, link guards, the re-check of filters. */
import { PartialRunError } from '../../core/errors';
import { formatTime } from '../../core/device/iso-time';
import type { PullContext, PullRequest } from '../../core/ports/inventory-source';
import type { IntuneClient } from './client';

/**
 * The selection of facts/intune-graph.md §1.2 less what nothing reads, plus mail address and category. A property that
 * stays out costs nothing at a million devices.
 */
export const LIST_SELECT = [
  'id',
  'azureADDeviceId',
  'userId',
  'userPrincipalName',
  'emailAddress',
  'deviceName',
  'operatingSystem',
  'osVersion',
  'androidSecurityPatchLevel',
  'manufacturer',
  'model',
  'serialNumber',
  'imei',
  'phoneNumber',
  'subscriberCarrier',
  'managementState',
  'managementAgent',
  'deviceEnrollmentType',
  'deviceRegistrationState',
  'managedDeviceOwnerType',
  'enrolledDateTime',
  'lastSyncDateTime',
  'isSupervised',
  'jailBroken',
  'enrollmentProfileName',
  'deviceCategoryDisplayName',
] as const;

/** Check-ins reach the list with a delay: a delta reaches back further than its watermark. */
const OVERLAP_MS = 10 * 60_000;

/** A cursor holds at most 32 KiB; a longer link is no keyset. */
const MAX_LINK = 24_000;

export interface ListPage {
  readonly rows: readonly unknown[];
  /** Rows the server sent, also those that the re-check dropped. */
  readonly received: number;
  readonly expected: number | null;
  readonly nextLink: string | null;
  readonly warnings: readonly string[];
}

/** No `$top`, no `$skip`, no `$orderby`, never `ne` and never `in`: each is a trap of facts/intune-graph.md §1.3. */
export function firstListUrl(request: PullRequest): string {
  const select = `/v1.0/deviceManagement/managedDevices?$select=${LIST_SELECT.join(',')}`;
  if (request.mode === 'full') return select;
  return `${select}&$filter=${encodeURIComponent(`lastSyncDateTime gt ${formatTime(since(request.since))}`)}`;
}

function since(time: string): number {
  return Date.parse(time) - OVERLAP_MS;
}

/**
 * @param link null for the first page; otherwise the nextLink of the page before, sent back byte for byte.
 * @param announce told of the next link before the page is parsed, where it can be told from the bytes.
 */
export async function readListPage(
  client: IntuneClient,
  link: string | null,
  { request, meter, signal }: PullContext,
  announce?: (nextLink: string) => Promise<void>,
): Promise<ListPage> {
  const announced: string[] = [];
  const page = await client.devicePage(link ?? firstListUrl(request), meter, signal, async (body) => {
    const next = announce === undefined ? null : peekNextLink(body);
    if (next === null || !isSound(next, link)) return;
    announced.push(next);
    await announce?.(next);
  });
  const { nextLink } = page;
  if (nextLink !== null && !isSound(nextLink, link)) {
    // facts/intune-graph.md §7 T3. A link to another host is refused by the transport when it is followed.
    throw broken('the device list links to itself', client);
  }
  if (announced.some((next) => next !== nextLink)) throw broken('a page of the device list has two next links', client);
  const kept = request.mode === 'full' ? page.rows : page.rows.filter((row) => isNewer(row, since(request.since)));
  const dropped = page.rows.length - kept.length;
  return {
    rows: kept,
    received: page.rows.length,
    expected: link === null ? totalOf(page.count, page.rows.length, nextLink) : null,
    nextLink,
    // An unsupported filter is ignored without a word and brings every device: facts/intune-graph.md §7 T4.
    warnings:
      dropped === 0
        ? []
        : [`the server ignored the filter on lastSyncDateTime: ${dropped} rows of a page were dropped`],
  };
}

function broken(what: string, { connectorId }: IntuneClient): PartialRunError {
  return new PartialRunError(what, {
    connectorId,
    endpoint: 'GET /v1.0/deviceManagement/managedDevices',
    hint: 'Graph repeats a page of the list. Nothing is concluded from this pull; the next sweep starts anew.',
  });
}

function isSound(nextLink: string, link: string | null): boolean {
  return nextLink !== link && nextLink.length <= MAX_LINK;
}

const NEXT_LINK = '"@odata.nextLink":"';

/**
 * The next link as it stands in the bytes of a page; null where it is not found, not whole, or there twice. Quotes inside
 * of a value are escaped, so a value never looks like this; the parsed page must say the same.
 */
export function peekNextLink(body: Buffer): string | null {
  const at = body.indexOf(NEXT_LINK);
  if (at < 0) return null;
  const start = at + NEXT_LINK.length;
  const end = body.indexOf('"', start);
  if (end < 0 || end - start > MAX_LINK) return null;
  try {
    // A backslash before the quote leaves a text that does not parse: such a link waits for the whole page.
    const link: unknown = JSON.parse(body.toString('utf8', start - 1, end + 1));
    return typeof link === 'string' && link !== '' ? link : null;
  } catch {
    return null;
  }
}

/** A count that equals the rows of a first page, though more pages follow, counts that page and not the fleet. */
function totalOf(count: number | null, rows: number, nextLink: string | null): number | null {
  return nextLink !== null && count !== null && count <= rows ? null : count;
}

/** A row whose time cannot be read is kept: decoding will quarantine it, or the verdict call it stale. */
function isNewer(row: unknown, time: number): boolean {
  if (typeof row !== 'object' || row === null || !('lastSyncDateTime' in row)) return true;
  const at = typeof row.lastSyncDateTime === 'string' ? Date.parse(row.lastSyncDateTime) : NaN;
  return Number.isNaN(at) || at > time;
}
