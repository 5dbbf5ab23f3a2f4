/**
 * Pages of Intune's device inventory.
 *
 * List: a chain of pages by nextLink, for small fleets and for incremental pulls. Export: one report job for the whole
 * fleet, then its rows in chunks, several at a time; it also tells ICCID and EID, which lists withhold. `auto` takes the
 * report from 50,000 devices on. Where the report does not come, the same stage goes on with the list, and says so.
 * App versions come from an optional stage before (app-versions.ts). Never a call per device.
 */
import * as z from 'zod';
import { PartialRunError, PermanentError } from '../../core/errors';
import { formatTime } from '../../core/device/iso-time';
import type { Platform } from '../../core/device/managed-device';
import type { Clock } from '../../core/ports/clock';
import type { InventoryPage, InventorySource, PageRef, PullContext, Stage } from '../../core/ports/inventory-source';
import { decodeRows } from '../http/decode-rows';
import { makeAppStage, reportedPlatforms } from './app-versions';
import type { IntuneClient } from './client';
import { readCsv } from './csv-rows';
import { readListPage } from './device-list';
import { deviceRows, DEVICE_REPORT, DEVICE_REPORT_SELECT, hasDeviceColumns } from './export-columns';
import { advanceJobs, isSettled, jobState, NEW_JOB, pollDelay } from './export-job';
import type { WantedReport } from './export-job';
import { INTUNE_SOURCE_FIELDS, mapIntuneDevice } from './map-device';
import { chunkName } from './report-archive';
import { intuneRow } from './schema';
import type { IntuneDevice } from './schema';
import type { IntuneSettings } from './settings';

const apps = z.array(z.enum(['android', 'ios']));

const cursorSchema = z.discriminatedUnion('at', [
  z.object({ at: z.literal('list'), link: z.string().nullable(), apps }),
  z.object({
    at: z.literal('job'),
    job: jobState,
    polls: z.number().int(),
    /** Devices of the tenant when the pull began; null where it did not say. */
    devices: z.number().int().nullable(),
    apps,
  }),
  z.object({
    at: z.literal('chunk'),
    folder: z.string(),
    /** Number of the page that reads chunk 0. */
    first: z.number().int(),
    chunks: z.number().int(),
    rows: z.number().int(),
    apps,
  }),
]);
type Cursor = z.output<typeof cursorSchema>;
type CursorAt<At extends Cursor['at']> = Extract<Cursor, { at: At }>;

const REPORT: WantedReport = {
  names: [DEVICE_REPORT],
  select: DEVICE_REPORT_SELECT,
  accept: (line) => hasDeviceColumns(readCsv(Buffer.from(line)).header),
};

/** From here on one report is quicker than a chain of pages, whose latencies add up. */
const EXPORT_FROM = 50_000;

/** Chunks lie ready: a lane is decoded while another is stored. */
const LANES = 4;

/** The fleet moves while the report is made; a report that is shorter than this share of it is a broken one. */
const PLAUSIBLE_SHARE = 0.95;

export function makeIntuneInventory(settings: IntuneSettings, client: IntuneClient, clock: Clock): InventorySource {
  const appStage = makeAppStage(settings, client, clock);

  const decoder = (reported: readonly Platform[]) => {
    const mapping = {
      connectorId: settings.id,
      defaultCountry: settings.defaultCountry,
      observedAt: formatTime(clock.now()),
      appsReported: new Set(reported),
    };
    return {
      schema: intuneRow,
      idOf: (row: object) => ('id' in row ? row.id : null),
      map: (row: IntuneDevice) => mapIntuneDevice(row, mapping),
    };
  };

  const listPage = async (pageNo: number, at: CursorAt<'list'>, context: PullContext): Promise<InventoryPage> => {
    const pageAfter = (link: string): PageRef => {
      const next: Cursor = { ...at, link };
      return { pageNo: pageNo + 1, cursor: JSON.stringify(next) };
    };
    const { rows, received, expected, nextLink, warnings } = await readListPage(
      client,
      at.link,
      context,
      context.announce === undefined ? undefined : (link) => context.announce?.(pageAfter(link)) ?? Promise.resolve(),
    );
    return {
      rows: received,
      expected,
      next: nextLink === null ? [] : [pageAfter(nextLink)],
      lastPage: nextLink === null ? pageNo : null,
      warnings,
      decode: () => decodeRows(rows, decoder(at.apps)),
    };
  };

  const jobPage = async (pageNo: number, at: CursorAt<'job'>, context: PullContext): Promise<InventoryPage> => {
    const { jobs, notBefore } = await advanceJobs([REPORT], [at.job], at.polls, { client, clock, context });
    const job = jobs[0] ?? NEW_JOB;
    if (!isSettled(job)) {
      const pause = notBefore === null ? 0 : Math.ceil((notBefore - clock.now()) / 1000);
      const next = { ...at, job, polls: at.polls + 1 };
      return pointer(
        [
          {
            pageNo: pageNo + 1,
            cursor: next,
            delaySeconds: Math.max(pause, pollDelay(at.polls, settings.pollSeconds)),
          },
        ],
        null,
      );
    }
    const { stored } = job;
    const problem =
      stored === null
        ? (job.failed ?? 'no job')
        : stored.rows < (at.devices ?? 0) * PLAUSIBLE_SHARE
          ? `it holds ${stored.rows} of ${at.devices ?? 0} devices`
          : null;
    if (stored === null || problem !== null) {
      const list: CursorAt<'list'> = { at: 'list', link: null, apps: at.apps };
      const warning = `${DEVICE_REPORT} is not usable, the device list is read instead: ${problem ?? ''}`;
      return { ...pointer([{ pageNo: pageNo + 1, cursor: list }], null), warnings: [warning] };
    }
    const chunk: CursorAt<'chunk'> = { at: 'chunk', first: pageNo + 1, ...stored, apps: at.apps };
    const lanes = Array.from({ length: Math.min(LANES, stored.chunks) }, (_, lane) => ({
      pageNo: pageNo + 1 + lane,
      cursor: chunk,
    }));
    return { ...pointer(lanes, pageNo + stored.chunks), expected: stored.rows };
  };

  const chunkPage = async (pageNo: number, at: CursorAt<'chunk'>, context: PullContext): Promise<InventoryPage> => {
    const blob = await context.spool.get(chunkName(at.folder, pageNo - at.first));
    if (blob === null) {
      throw new PartialRunError('a part of the device report is gone from the scratch space', {
        connectorId: settings.id,
        hint: 'The next sweep fetches the report again.',
      });
    }
    const rows = deviceRows(readCsv(blob.bytes));
    const last = at.first + at.chunks - 1;
    const ahead = pageNo + LANES;
    return {
      ...pointer(ahead <= last ? [{ pageNo: ahead, cursor: at }] : [], last),
      rows: rows.length,
      expected: at.rows,
      decode: () => decodeRows(rows, decoder(at.apps)),
    };
  };

  /** Which way to go, and the size of the fleet where it had to be asked. */
  const begin = async (context: PullContext): Promise<{ cursor: Cursor; warnings: readonly string[] }> => {
    if (context.request.mode === 'incremental') return { cursor: { at: 'list', link: null, apps: [] }, warnings: [] };
    const reported = apps.parse(await reportedPlatforms(context.spool));
    const list: Cursor = { at: 'list', link: null, apps: reported };
    if (settings.strategy === 'list') return { cursor: list, warnings: [] };
    let devices: number | null = null;
    const warnings: string[] = [];
    try {
      devices = await client.deviceCount(context.meter, context.signal);
    } catch (error) {
      if (!(error instanceof PermanentError)) throw error;
      warnings.push(`the size of the fleet is not known: ${error.message}`);
    }
    if (settings.strategy === 'auto' && (devices ?? 0) < (settings.exportFrom ?? EXPORT_FROM)) {
      return { cursor: list, warnings };
    }
    return { cursor: { at: 'job', job: NEW_JOB, polls: 0, devices, apps: reported }, warnings };
  };

  return {
    connectorId: settings.id,
    vendor: 'intune',
    sourceFields: INTUNE_SOURCE_FIELDS,
    // Incremental pulls filter by this very property; there is no delta (facts/intune-graph.md §1.3).
    watermark: 'lastSeenAt',
    // The list leaves ICCID and EID null, and an incremental pull reads no app reports: facts/intune-graph.md §7 T7.
    withheldFields: ['lines', 'apps'],
    // Ids are GUIDs: a page of 1000 devices makes one batch of under 100 rows in nearly every bucket.
    buckets: { kind: 'hash', count: 12 },
    stages(request): readonly Stage[] {
      const devices: Stage = { name: 'devices', optional: false };
      return request.mode === 'full' && settings.watchedApps.length > 0
        ? [{ name: 'apps', optional: true }, devices]
        : [devices];
    },
    async fetchPage(ref, context): Promise<InventoryPage> {
      if (context.stage === 'apps') return appStage.fetchPage(ref, context);
      const { cursor, warnings } =
        ref.cursor === null
          ? await begin(context)
          : { cursor: cursorSchema.parse(JSON.parse(ref.cursor)), warnings: [] };
      const page = await pageAt(ref.pageNo, cursor, context);
      return warnings.length === 0 ? page : { ...page, warnings: [...warnings, ...page.warnings] };
    },
  };

  function pageAt(pageNo: number, cursor: Cursor, context: PullContext): Promise<InventoryPage> {
    switch (cursor.at) {
      case 'list':
        return listPage(pageNo, cursor, context);
      case 'job':
        return jobPage(pageNo, cursor, context);
      case 'chunk':
        return chunkPage(pageNo, cursor, context);
    }
  }
}

interface Pointed {
  readonly pageNo: number;
  readonly cursor: Cursor;
  readonly delaySeconds?: number;
}

/** A page without rows, which points on. */
function pointer(next: readonly Pointed[], lastPage: number | null): InventoryPage {
  return {
    rows: 0,
    expected: null,
    next: next.map((page) => ({ ...page, cursor: JSON.stringify(page.cursor) })),
    lastPage,
    warnings: [],
    decode: () => ({ devices: [], apps: [], quarantined: [], duplicates: 0 }),
  };
}
