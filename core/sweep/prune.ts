/** Removes what is older than the configured days: runs with their pages, records of phones that are gone, reports. */
import * as z from 'zod';
import type { BlobStore } from '../ports/blob-store';
import type { EntityStore } from '../ports/entity-store';
import { MAX_BATCH } from '../ports/entity-store';
import { EntityConflict } from '../ports/entity-store';
import { decodeHead } from './device-record';
import type { SweepPorts } from './ports';
import { REPORTS, timeOfRun } from './report-names';
import { TABLES } from './tables';

export interface Retention {
  readonly runsDays: number;
  readonly removedDevicesDays: number;
  readonly reportsDays: number;
}

export interface Pruned {
  readonly runs: number;
  readonly devices: number;
  readonly reports: number;
  readonly parked: number;
  /** Rows of app reports. */
  readonly apps: number;
}

const appRow = z.object({ run: z.string() });
const dated = z.object({ at: z.string() });

const DAY_MS = 86_400_000;
/** Ended runs that are kept however old they are: the last report and what it compares itself with. */
const KEPT_RUNS = 2;

/** Safe to interrupt and to repeat: a run's own record goes last, so that what is left of it is found again. */
export async function prune(
  ports: SweepPorts,
  store: EntityStore,
  reports: BlobStore,
  retention: Retention,
): Promise<Pruned> {
  const now = ports.clock.now();
  const before = (days: number): number => now - days * DAY_MS;
  const pruned = {
    runs: await pruneRuns(ports, store, before(retention.runsDays)),
    devices: await pruneDevices(ports, store, before(retention.removedDevicesDays)),
    apps: await pruneApps(ports, store, before(retention.removedDevicesDays)),
    reports: await pruneReports(ports, reports, before(retention.reportsDays)),
    parked: await prunePartitions(
      store,
      TABLES.parked,
      '',
      (body) => Date.parse(dated.parse(JSON.parse(body)).at) < before(retention.runsDays),
    ),
  };
  ports.telemetry.log('info', 'pruned', pruned);
  return pruned;
}

async function pruneRuns({ runs }: SweepPorts, store: EntityStore, before: number): Promise<number> {
  const ended = (await runs.listRuns(Infinity)).filter(({ state }) => state !== 'running');
  let removed = 0;
  for (const run of ended.slice(KEPT_RUNS)) {
    if (Date.parse(run.startedAt) >= before) continue;
    for (const table of [TABLES.pulls, TABLES.quarantine])
      await prunePartitions(store, table, `${run.runId}|`, () => true);
    await store.batch(TABLES.runs, 'run', [{ kind: 'delete', row: run.runId }]);
    removed += 1;
  }
  return removed;
}

async function pruneDevices({ sources }: SweepPorts, store: EntityStore, before: number): Promise<number> {
  let removed = 0;
  for (const connectorId of sources.keys()) {
    removed += await prunePartitions(
      store,
      TABLES.devices,
      `${connectorId}|`,
      (body) => {
        const { tombstone } = decodeHead(body);
        return tombstone !== null && Date.parse(tombstone.at) < before;
      },
      true,
    );
  }
  return removed;
}

/** What an app report said of a device is read in its own run only. */
async function pruneApps({ clock }: SweepPorts, store: EntityStore, before: number): Promise<number> {
  return prunePartitions(store, TABLES.apps, '', (body) => {
    const run = appRow.parse(JSON.parse(body)).run;
    return (timeOfRun(run, clock) ?? Infinity) < before;
  });
}

async function pruneReports({ clock }: SweepPorts, reports: BlobStore, before: number): Promise<number> {
  let removed = 0;
  let continuation: string | undefined;
  do {
    const page = await reports.list(`${REPORTS}/`, continuation);
    for (const { name } of page.blobs) {
      if ((timeOfRun(name.slice(REPORTS.length + 1), clock) ?? Infinity) >= before) continue;
      await reports.remove(name);
      removed += 1;
    }
    continuation = page.continuation ?? undefined;
  } while (continuation !== undefined);
  return removed;
}

/** Removes rows for which the answer is yes, each only as it was read. */
async function prunePartitions(
  store: EntityStore,
  table: string,
  prefix: string,
  isOld: (body: string) => boolean,
  firstLines = false,
): Promise<number> {
  let removed = 0;
  let more: string | undefined;
  do {
    const { partitions, continuation } = await store.partitions(table, prefix, more);
    for (const partition of partitions) {
      let after: string | undefined;
      do {
        const page = await store.scan(table, partition, {
          firstLines,
          ...(after === undefined ? {} : { continuation: after }),
        });
        const old = page.entities.filter(({ body }) => isOld(body));
        for (let at = 0; at < old.length; at += MAX_BATCH) {
          const writes = old.slice(at, at + MAX_BATCH).map(({ row, etag }) => ({ kind: 'delete', row, etag }) as const);
          // A row that changed meanwhile is news: the next pruning looks at it again.
          try {
            await store.batch(table, partition, writes);
            removed += writes.length;
          } catch (error) {
            if (!(error instanceof EntityConflict)) throw error;
          }
        }
        after = page.continuation ?? undefined;
      } while (after !== undefined);
    }
    more = continuation ?? undefined;
  } while (more !== undefined);
  return removed;
}
