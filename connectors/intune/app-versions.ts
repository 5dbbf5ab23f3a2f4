/**
 * The optional stage before the devices: versions of watched apps, by report. One page submits the reports, some poll, and
 * then one page per chunk of rows, in a chain, since each page adds to the tally that the last one seals.
 *
 * The seal says for which platforms the reports came in whole. Only there may silence about an app be read as "not
 * installed"; everywhere else it stays "not observable" (facts/intune-graph.md §7 T10).
 */
import * as z from 'zod';
import { PartialRunError, PermanentError } from '../../core/errors';
import type { Platform } from '../../core/device/managed-device';
import type { BlobStore } from '../../core/ports/blob-store';
import type { Clock } from '../../core/ports/clock';
import type { InventoryPage, PageRef, PullContext } from '../../core/ports/inventory-source';
import { labelOf } from './app-labels';
import { appReport, planAppReports, readAppRows, wantedReport } from './app-reports';
import type { AppReport } from './app-reports';
import type { CatalogApp, IntuneClient } from './client';
import { readCsv } from './csv-rows';
import { advanceJobs, isSettled, jobState, NEW_JOB, pollDelay } from './export-job';
import { chunkName } from './report-archive';
import type { IntuneSettings } from './settings';

const SEAL = 'apps/reported.json';

const tally = z.record(z.string(), z.object({ matched: z.number(), doubtful: z.number() }));
type Tally = z.output<typeof tally>;

const cursorSchema = z.discriminatedUnion('at', [
  z.object({ at: z.literal('jobs'), plan: z.array(appReport), jobs: z.array(jobState), polls: z.number().int() }),
  z.object({
    at: z.literal('rows'),
    /** Chunks still to read, report by report; `next` is the first unread chunk of the first. */
    parts: z.array(
      z.object({ report: appReport, folder: z.string(), chunks: z.number().int(), next: z.number().int() }),
    ),
    /** Apps of which a report is missing. */
    missing: z.array(z.string()),
    tally,
  }),
]);
type Cursor = z.output<typeof cursorSchema>;
type JobsCursor = Extract<Cursor, { at: 'jobs' }>;
type RowsCursor = Extract<Cursor, { at: 'rows' }>;

export interface AppStage {
  fetchPage(ref: PageRef, context: PullContext): Promise<InventoryPage>;
}

export function makeAppStage(settings: IntuneSettings, client: IntuneClient, clock: Clock): AppStage {
  const start = async (context: PullContext): Promise<{ cursor: JobsCursor; warnings: readonly string[] }> => {
    let catalog: readonly CatalogApp[] = [];
    const warnings: string[] = [];
    try {
      catalog = await client.catalogApps(settings.watchedApps, context.meter, context.signal);
    } catch (error) {
      // The catalogue is a second way to the same versions: facts/intune-graph.md §7 T20.
      if (!(error instanceof PermanentError)) throw error;
      warnings.push(`app versions of assigned apps are not read: ${error.message}. ${error.context.hint ?? ''}`.trim());
    }
    const plan = [...planAppReports(settings, catalog)];
    return { cursor: { at: 'jobs', plan, jobs: plan.map(() => NEW_JOB), polls: 0 }, warnings };
  };

  const poll = async (pageNo: number, cursor: JobsCursor, context: PullContext): Promise<InventoryPage> => {
    const { plan, polls } = cursor;
    const { jobs, notBefore } = await advanceJobs(plan.map(wantedReport), cursor.jobs, polls, {
      client,
      clock,
      context,
    });
    if (jobs.some((job) => !isSettled(job))) {
      const next: JobsCursor = { at: 'jobs', plan, jobs: [...jobs], polls: polls + 1 };
      const pause = notBefore === null ? 0 : Math.ceil((notBefore - clock.now()) / 1000);
      return emptyPage(pageNo, next, Math.max(pause, pollDelay(polls, settings.pollSeconds)));
    }
    const parts: RowsCursor['parts'] = [];
    const missing: string[] = [];
    const warnings: string[] = [];
    for (const [at, report] of plan.entries()) {
      const stored = jobs[at]?.stored ?? null;
      if (stored !== null) {
        parts.push({ report, folder: stored.folder, chunks: stored.chunks, next: 0 });
        continue;
      }
      if (report.kind === 'labelled') missing.push(report.appId);
      warnings.push(`${nameOf(report)} did not come: ${jobs[at]?.failed ?? 'no job'}`);
    }
    const next: RowsCursor | null = parts.length === 0 ? null : { at: 'rows', parts, missing, tally: {} };
    return { ...emptyPage(pageNo, next, 0), warnings };
  };

  const read = async (pageNo: number, cursor: RowsCursor, context: PullContext): Promise<InventoryPage> => {
    const [part, ...others] = cursor.parts;
    const blob = part === undefined ? null : await context.spool.get(chunkName(part.folder, part.next));
    if (part === undefined || blob === null) {
      throw new PartialRunError('a part of an app report is gone from the scratch space', {
        connectorId: settings.id,
        hint: 'The next sweep fetches the report again.',
      });
    }
    const csv = readCsv(blob.bytes);
    const { apps, quarantined, doubtful, unasked } = readAppRows(part.report, csv, settings);
    const before = cursor.tally[part.report.appId] ?? { matched: 0, doubtful: 0 };
    const sums: Tally = {
      ...cursor.tally,
      [part.report.appId]: { matched: before.matched + apps.length, doubtful: before.doubtful + doubtful },
    };
    const parts = part.next + 1 < part.chunks ? [{ ...part, next: part.next + 1 }, ...others] : others;
    const next: RowsCursor | null = parts.length === 0 ? null : { ...cursor, parts, tally: sums };
    if (next === null) {
      const platforms = wholePlatforms(settings, cursor.missing, sums);
      await context.spool.put(SEAL, Buffer.from(JSON.stringify(platforms)));
    }
    return {
      ...emptyPage(pageNo, next, 0),
      rows: csv.rows.length,
      warnings: [
        ...(unasked === 0 ? [] : [`${nameOf(part.report)} ignored its filter: rows of other apps were dropped`]),
        ...(doubtful === 0
          ? []
          : [`${nameOf(part.report)} has rows of which the app is not certain; they are not used`]),
      ],
      decode: () => ({ devices: [], apps, quarantined, duplicates: 0 }),
    };
  };

  return {
    async fetchPage({ pageNo, cursor }, context) {
      if (cursor === null) {
        const begun = await start(context);
        const page = await poll(pageNo, begun.cursor, context);
        return { ...page, warnings: [...begun.warnings, ...page.warnings] };
      }
      const at = cursorSchema.parse(JSON.parse(cursor));
      return at.at === 'jobs' ? poll(pageNo, at, context) : read(pageNo, at, context);
    },
  };
}

/** Platforms whose app reports came in whole in this pull; none where the stage did not end well or did not run. */
export async function reportedPlatforms(spool: BlobStore): Promise<readonly Platform[]> {
  const seal = await spool.get(SEAL);
  return seal === null ? [] : z.array(z.enum(['android', 'ios'])).parse(JSON.parse(seal.bytes.toString('utf8')));
}

/**
 * A platform is reported in whole when every label report of its watched apps came, each app was found at least once
 * (else the label is another one here) and no row was doubtful. An app without a label could be on any platform.
 */
function wholePlatforms(
  settings: Pick<IntuneSettings, 'watchedApps' | 'appLabels'>,
  missing: readonly string[],
  sums: Tally,
): readonly Platform[] {
  const labels = settings.watchedApps.map((appId) => ({ appId, label: labelOf(appId, settings) }));
  if (labels.some(({ label }) => label === null)) return [];
  return (['android', 'ios'] as const).filter((platform) => {
    const watched = labels.filter(({ label }) => label?.platform === platform);
    return (
      watched.length > 0 &&
      watched.every(({ appId }) => {
        const sum = sums[appId];
        return !missing.includes(appId) && sum !== undefined && sum.matched > 0 && sum.doubtful === 0;
      })
    );
  });
}

function nameOf(report: AppReport): string {
  return report.kind === 'labelled' ? `the app report on "${report.name}"` : `the install status of ${report.appId}`;
}

/** A page without rows, which points on where there is something left. */
function emptyPage(pageNo: number, next: Cursor | null, delaySeconds: number): InventoryPage {
  return {
    rows: 0,
    expected: null,
    next:
      next === null
        ? []
        : [{ pageNo: pageNo + 1, cursor: JSON.stringify(next), ...(delaySeconds > 0 ? { delaySeconds } : {}) }],
    lastPage: next === null ? pageNo : null,
    warnings: [],
    decode: () => ({ devices: [], apps: [], quarantined: [], duplicates: 0 }),
  };
}
