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

/** @param link null for the first page; otherwise the nextLink of the page before, sent back byte for byte. */
export async function readListPage(
  client: IntuneClient,
  link: string | null,
  { request, meter, signal }: PullContext,
): Promise<ListPage> {
  const page = await client.devicePage(link ?? firstListUrl(request), meter, signal);
  const { nextLink } = page;
  if (nextLink !== null && (nextLink === link || nextLink.length > MAX_LINK)) {
    // facts/intune-graph.md §7 T3. A link to another host is refused by the transport when it is followed.
    throw new PartialRunError('the device list links to itself', {
      connectorId: client.connectorId,
      endpoint: 'GET /v1.0/deviceManagement/managedDevices',
      hint: 'Graph repeats a page of the list. Nothing is concluded from this pull; the next sweep starts anew.',
    });
  }
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
