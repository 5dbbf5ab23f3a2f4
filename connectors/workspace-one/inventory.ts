/**
 * Pages of Workspace ONE's inventory.
 *
 * Full: app versions by app, then the device search in numbered pages, then the devices whose enrollment ended lately.
 * Incremental: devices seen since, and the same list of ended enrollments. Never a call per device, save the one that
 * measures the time zone: 2,000 pages are 2,000 calls of a quota that all API clients of the tenant share.
 */
import * as z from 'zod';
import { formatTime } from '../../core/device/iso-time';
import { PermanentError } from '../../core/errors';
import type { Clock } from '../../core/ports/clock';
import type { InventoryPage, InventorySource, PageRef, PullContext, Stage } from '../../core/ports/inventory-source';
import { decodeRows } from '../http/decode-rows';
import { followNumberedPage } from '../http/numbered-pages';
import { makeAppPages } from './app-versions';
import type { DeviceRows, WorkspaceOneClient, WorkspaceOneSettings } from './client';
import { MAX_CONCURRENCY } from './errors';
import { mapExtensiveRow, mapSearchRow, UEM_SOURCE_FIELDS } from './map-device';
import { extensiveRow, searchRow } from './schema';
import { measureOffset } from './time-offset';
import type { LocalTimes, MeasuredOffset } from './time-offset';

/** Default and maximum of the server: facts/workspace-one.md §2.1. */
export const MAX_PAGE_SIZE = 500;

/** One more lane than connections: while one page is being judged, its connection already fetches another. */
const LANES = MAX_CONCURRENCY + 1;

const DAY_MS = 86_400_000;

/** The filters read times in the account's zone, which lies within a day of UTC: facts/workspace-one.md §2.1. */
const OVERLAP_MS = DAY_MS;

/** How far a full pull looks back for ended enrollments: far enough for a month of failed pulls. */
const UNENROLLED_WINDOW_MS = 30 * DAY_MS;

/** Where a pull keeps the measured offset for its other stages. */
const OFFSET_BLOB = 'time-offset.json';

const cursorShape = z.object({ lane: z.string(), offset: z.number().int() });
const offsetShape = z.object({ minutes: z.number().int(), warnings: z.array(z.string()) });

export function makeWorkspaceOneInventory(
  settings: WorkspaceOneSettings,
  client: WorkspaceOneClient,
  clock: Clock,
): InventorySource {
  const pageSize = settings.pageSize ?? MAX_PAGE_SIZE;
  const apps = makeAppPages(client, settings.watchedApps, Math.min(pageSize, MAX_PAGE_SIZE), LANES);

  const search = (page: number, context: PullContext): Promise<DeviceRows> => {
    const { request, meter, signal } = context;
    const query = { page, pageSize };
    if (context.stage === 'unenrolled') {
      const from =
        request.mode === 'full' ? clock.now() - UNENROLLED_WINDOW_MS : Date.parse(request.since) - OVERLAP_MS;
      return client.searchUnenrolled({ ...query, changedSince: filterTime(from) }, meter, signal);
    }
    const seenSince = request.mode === 'full' ? null : filterTime(Date.parse(request.since) - OVERLAP_MS);
    return client.searchDevices({ ...query, seenSince }, meter, signal);
  };

  /** Measured on the first page with rows, once per pull: later pages have it in their cursor, later stages in the spool. */
  const offsetFor = async (rows: readonly unknown[], context: PullContext): Promise<MeasuredOffset> => {
    const kept = await context.spool.get(OFFSET_BLOB);
    if (kept !== null) return offsetShape.parse(JSON.parse(kept.bytes.toString('utf8')));
    if (rows.length === 0) return { minutes: 0, warnings: [] };
    const measured = await measureOffset(rows.flatMap(localTimesOf), async (uuid) => {
      try {
        return await client.deviceTimes(uuid, context.meter, context.signal);
      } catch (error) {
        // Not being allowed to read one device is no reason to read none: the offset is then assumed, with a warning.
        if (error instanceof PermanentError) return null;
        throw error;
      }
    });
    await context.spool.put(OFFSET_BLOB, Buffer.from(JSON.stringify(measured)));
    return measured;
  };

  const fetchDevices = async ({ pageNo, cursor }: PageRef, context: PullContext): Promise<InventoryPage> => {
    const at = cursor === null ? null : cursorShape.parse(JSON.parse(cursor));
    const { rows, total, pageSize: echoed, warnings } = await search(pageNo, context);
    const observedAt = formatTime(clock.now());
    const offset = at === null ? await offsetFor(rows, context) : { minutes: at.offset, warnings: [] };
    // The size that numbers the pages is the server's own, which may be smaller than the one asked for and is told by the
    // answer; a first page can hold fewer rows than that (§8 case 3).
    const size = at === null && rows.length > 0 ? Math.max(rows.length, echoed ?? 0) : rows.length;
    const { next, lastPage } = followNumberedPage(pageNo, at?.lane ?? null, size, total ?? 0, LANES);
    const mapping = {
      connectorId: settings.id,
      defaultCountry: settings.defaultCountry,
      offsetMinutes: offset.minutes,
      observedAt,
    };
    return {
      rows: rows.length,
      // An empty answer states no total; on the first page it says that there is nothing at all.
      expected: total ?? (pageNo === 0 ? 0 : null),
      next: next.map((page) => ({
        ...page,
        cursor: JSON.stringify({ lane: page.cursor ?? '', offset: offset.minutes }),
      })),
      lastPage,
      warnings: [...warnings, ...offset.warnings],
      decode: () =>
        context.stage === 'unenrolled'
          ? decodeRows(rows, {
              schema: extensiveRow,
              idOf: (row) => ('DeviceUuid' in row ? row.DeviceUuid : 'DeviceId' in row ? row.DeviceId : null),
              map: (row) => mapExtensiveRow(row, mapping),
            })
          : decodeRows(rows, {
              schema: searchRow,
              idOf: (row) => ('Uuid' in row ? row.Uuid : null),
              map: (row) => mapSearchRow(row, mapping),
            }),
    };
  };

  return {
    connectorId: settings.id,
    vendor: 'workspace-one',
    sourceFields: UEM_SOURCE_FIELDS,
    // `seensince` looks at the last contact.
    watermark: 'lastSeenAt',
    // The search never lists apps: what the app stage of an earlier pull brought is kept.
    withheldFields: ['apps'],
    // Uuids are random: few buckets keep a page of 500 within a few transactions.
    buckets: { kind: 'hash', count: 16 },
    stages(request): readonly Stage[] {
      const devices: Stage[] = [
        { name: 'devices', optional: false },
        { name: 'unenrolled', optional: false, partial: true },
      ];
      // By app is by fleet: too dear for an incremental pull.
      return request.mode === 'full' && settings.watchedApps.length > 0
        ? [{ name: 'apps', optional: true }, ...devices]
        : devices;
    },
    fetchPage(page, context) {
      return context.stage === 'apps' ? apps.fetchPage(page, context) : fetchDevices(page, context);
    },
  };
}

/** `yyyy-MM-ddTHH:mm:ss.fff`: the layout the filters take (facts/workspace-one.md §2.3). */
function filterTime(milliseconds: number): string {
  return formatTime(milliseconds).slice(0, -1);
}

/** The times of a row of either search. */
function localTimesOf(row: unknown): readonly LocalTimes[] {
  const found = searchRow.safeParse(row);
  if (found.success) {
    const { Uuid, LastEnrolledOn, LastSeen } = found.data;
    return [{ uuid: Uuid, enrolledOn: LastEnrolledOn ?? null, lastSeen: LastSeen ?? null }];
  }
  const other = extensiveRow.safeParse(row);
  if (!other.success) return [];
  const { DeviceUuid, EnrollmentDate, LastSeen } = other.data;
  return [{ uuid: DeviceUuid, enrolledOn: EnrollmentDate ?? null, lastSeen: LastSeen ?? null }];
}
