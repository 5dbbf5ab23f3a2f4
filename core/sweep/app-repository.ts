/** App versions that one stage of a pull reports, kept until the stage with the devices reads them. */
import type { EntityStore, EntityWrite } from '../ports/entity-store';
import { MAX_BATCH } from '../ports/entity-store';
import type { AppObservation, BucketScheme } from '../ports/inventory-source';
import { partitionOf, rowOf } from './bucket';
import { TABLES } from './tables';

const APPS = TABLES.apps;

export interface AppRepository {
  put(
    runId: string,
    connectorId: string,
    observations: readonly AppObservation[],
    buckets: BucketScheme,
  ): Promise<void>;
  /** The observations of this run for the given devices. */
  get(
    runId: string,
    connectorId: string,
    vendorIds: readonly string[],
    buckets: BucketScheme,
  ): Promise<ReadonlyMap<string, readonly AppObservation[]>>;
}

interface Stored {
  readonly run: string;
  readonly app: AppObservation;
}

/**
 * One row per device and app, so that pages of two apps never write the same row.
 * @param appIds the watched apps: only they are looked up again.
 */
export function makeAppRepository(store: EntityStore, appIds: readonly string[]): AppRepository {
  const rowFor = (vendorId: string, appId: string): string => `${rowOf(vendorId)}|${rowOf(appId)}`;

  return {
    async put(runId, connectorId, observations, buckets) {
      const groups = new Map<string, Map<string, EntityWrite>>();
      for (const app of observations) {
        const partition = partitionOf(connectorId, app.vendorId, buckets);
        const rows = groups.get(partition) ?? new Map<string, EntityWrite>();
        groups.set(partition, rows);
        const row = rowFor(app.vendorId, app.appId);
        rows.set(row, { kind: 'upsert', row, body: JSON.stringify({ run: runId, app } satisfies Stored) });
      }
      await Promise.all(
        [...groups].map(async ([partition, rows]) => {
          const writes = [...rows.values()];
          for (let at = 0; at < writes.length; at += MAX_BATCH) {
            await store.batch(APPS, partition, writes.slice(at, at + MAX_BATCH));
          }
        }),
      );
    },
    async get(runId, connectorId, vendorIds, buckets) {
      const wanted = new Map<string, string[]>();
      for (const vendorId of vendorIds) {
        const partition = partitionOf(connectorId, vendorId, buckets);
        const rows = wanted.get(partition) ?? [];
        wanted.set(partition, rows);
        for (const appId of appIds) rows.push(rowFor(vendorId, appId));
      }
      const found = new Map<string, AppObservation[]>();
      const groups = await Promise.all([...wanted].map(([partition, rows]) => store.getMany(APPS, partition, rows)));
      for (const { body } of groups.flat()) {
        const { run, app } = JSON.parse(body) as Stored;
        if (run !== runId) continue;
        const list = found.get(app.vendorId);
        if (list === undefined) found.set(app.vendorId, [app]);
        else list.push(app);
      }
      return found;
    },
  };
}
