/** Device rows on the EntityStore port: pages in, passes over the fleet out. */
import { deviceKey as keyOf } from '../device/managed-device';
import type { ManagedDevice } from '../device/managed-device';
import type { Entity, EntityStore, EntityWrite } from '../ports/entity-store';
import { EntityConflict, MAX_BATCH } from '../ports/entity-store';
import type { AppObservation, BucketScheme, SourceFields } from '../ports/inventory-source';
import { partitionOf, rowOf } from './bucket';
import { breathe } from './breathe';
import { withApps } from './complete-apps';
import { decodeDevice, decodeHead, encodeDevice, headOfVerdict, withHead } from './device-record';
import type { DeviceHead } from './device-record';
import type { Judge } from './judge';
import { mergeDevice } from './merge-device';
import type { MergeRule } from './merge-device';
import { TABLES } from './tables';

const DEVICES = TABLES.devices;

export interface PageOfDevices {
  readonly connectorId: string;
  readonly runId: string;
  /** Unique within the run: stage and page number. */
  readonly page: string;
  /** The moment of the run, milliseconds since the epoch. */
  readonly now: number;
  readonly devices: readonly ManagedDevice[];
  readonly buckets: BucketScheme;
  readonly sourceFields: SourceFields;
  readonly merge: MergeRule;
  /** App versions that an earlier stage reported, by vendor id. */
  readonly apps: ReadonlyMap<string, readonly AppObservation[]>;
}

export interface StoredPage {
  /** Devices that this pull had not seen before this page. */
  readonly fresh: number;
  /** Devices that another page of this pull had already brought. */
  readonly repeated: number;
}

export interface FleetRow {
  readonly partition: string;
  readonly entity: Entity;
  readonly head: DeviceHead;
}

/** A row of which only the head was read. */
export interface HeadRow {
  readonly partition: string;
  readonly row: string;
  readonly etag: string;
  readonly head: DeviceHead;
}

export interface DeviceRepository {
  storePage(page: PageOfDevices): Promise<StoredPage>;
  /** Every row of a connector, partition by partition, in row order. */
  rows(connectorId: string): AsyncGenerator<readonly FleetRow[]>;
  /** The same without the devices: a fifth of the bytes. The rows of one answer are of one partition. */
  heads(connectorId: string): AsyncGenerator<readonly HeadRow[]>;
  /** Completes rows of one partition; those removed meanwhile are left out. */
  complete(heads: readonly HeadRow[]): Promise<readonly FleetRow[]>;
  /**
   * Rewrites heads of one partition; rows that changed meanwhile are left alone, since a newer reading has judged them.
   */
  writeHeads(changes: readonly { readonly row: HeadRow; readonly head: DeviceHead }[]): Promise<void>;
  get(connectorId: string, vendorId: string, buckets: BucketScheme): Promise<FleetRow | null>;
  device(row: FleetRow): ManagedDevice;
}

export function makeDeviceRepository(store: EntityStore, judge: Judge): DeviceRepository {
  const byPartition = (page: PageOfDevices): Map<string, ManagedDevice[]> => {
    const groups = new Map<string, ManagedDevice[]>();
    for (const device of page.devices) {
      const partition = partitionOf(page.connectorId, device.vendorId, page.buckets);
      const group = groups.get(partition);
      if (group === undefined) groups.set(partition, [device]);
      else group.push(device);
    }
    return groups;
  };

  const next = (
    reading: ManagedDevice,
    before: Entity | undefined,
    page: PageOfDevices,
  ): { body: string; fresh: boolean } => {
    const known = before === undefined ? null : decodeHead(before.body);
    const fresh = known === null || known.seen.run !== page.runId || known.seen.page === page.page;
    const seen = { run: page.runId, page: fresh ? page.page : known.seen.page };
    if (before !== undefined && known !== null && known.observedAt > reading.observedAt) {
      // A late page must not undo a newer reading; it still is a sign of life.
      return { body: withHead(before.body, { ...known, seen, missing: null, tombstone: null }), fresh };
    }
    const needsKnown = before !== undefined && (page.merge.partial || page.merge.withheld.length > 0);
    const merged = mergeDevice(needsKnown ? decodeDevice(before.body) : null, reading, page.merge);
    const device = withApps(merged, page.apps.get(reading.vendorId));
    const verdict = judge.evaluate(device, page.now, page.sourceFields);
    const short = headOfVerdict(verdict);
    const head: DeviceHead = {
      v: 1,
      key: keyOf(page.connectorId, device.vendorId),
      seen,
      firstSeenAt: known?.firstSeenAt ?? device.observedAt,
      observedAt: device.observedAt,
      enrolledAt: device.enrollment.enrolledAt,
      lastSeenAt: device.enrollment.lastSeenAt,
      ...short,
      changed:
        known !== null && known.standing !== short.standing
          ? { from: known.standing, at: verdict.evaluatedAt }
          : (known?.changed ?? null),
      joinKeys: judge.joinKeys(device),
      missing: null,
      tombstone: null,
    };
    return { body: encodeDevice({ head, device }), fresh };
  };

  const storeGroup = async (
    partition: string,
    devices: readonly ManagedDevice[],
    page: PageOfDevices,
  ): Promise<number> => {
    const before = new Map<string, Entity>();
    for (const entity of await store.getMany(
      DEVICES,
      partition,
      devices.map(({ vendorId }) => rowOf(vendorId)),
    )) {
      before.set(entity.row, entity);
    }
    let fresh = 0;
    for (let at = 0; at < devices.length; at += MAX_BATCH) {
      let freshHere = 0;
      await breathe();
      const writes = devices.slice(at, at + MAX_BATCH).map((device): EntityWrite => {
        const row = rowOf(device.vendorId);
        const known = before.get(row);
        const { body, fresh: isFresh } = next(device, known, page);
        if (isFresh) freshHere += 1;
        return known === undefined ? { kind: 'insert', row, body } : { kind: 'update', row, body, etag: known.etag };
      });
      try {
        await store.batch(DEVICES, partition, writes);
        fresh += freshHere;
      } catch (error) {
        if (!(error instanceof EntityConflict)) throw error;
        // Another page or event touched one of these rows: read again and decide again, for these rows only.
        fresh += await storeGroup(partition, devices.slice(at, at + MAX_BATCH), page);
      }
    }
    return fresh;
  };

  async function* pagesOf(connectorId: string, firstLines: boolean): AsyncGenerator<readonly Entity[]> {
    let more: string | null = null;
    do {
      const { partitions, continuation } = await store.partitions(DEVICES, `${connectorId}|`, more ?? undefined);
      for (const partition of partitions) {
        let after: string | null = null;
        do {
          const options = after === null ? { firstLines } : { firstLines, continuation: after };
          const page = await store.scan(DEVICES, partition, options);
          yield page.entities;
          after = page.continuation;
        } while (after !== null);
      }
      more = continuation;
    } while (more !== null);
  }

  const complete = async (heads: readonly HeadRow[]): Promise<readonly FleetRow[]> => {
    const [first] = heads;
    if (first === undefined) return [];
    const { partition } = first;
    const entities = await store.getMany(
      DEVICES,
      partition,
      heads.map(({ row }) => row),
    );
    return entities.map((entity) => ({ partition, entity, head: decodeHead(entity.body) }));
  };

  return {
    async storePage(page) {
      const stored = await Promise.all(
        [...byPartition(page)].map(([partition, devices]) => storeGroup(partition, devices, page)),
      );
      const fresh = stored.reduce((sum, each) => sum + each, 0);
      return { fresh, repeated: page.devices.length - fresh };
    },
    async *rows(connectorId) {
      for await (const entities of pagesOf(connectorId, false)) {
        yield entities.map((entity) => ({ partition: entity.partition, entity, head: decodeHead(entity.body) }));
      }
    },
    async *heads(connectorId) {
      for await (const entities of pagesOf(connectorId, true)) {
        yield entities.map(({ partition, row, etag, body }) => ({ partition, row, etag, head: decodeHead(body) }));
      }
    },
    complete,
    async writeHeads(changes) {
      const heads = new Map(changes.map((change) => [change.row.row, change]));
      const rows = await complete(changes.map(({ row }) => row));
      const partition = rows[0]?.partition ?? '';
      for (let at = 0; at < rows.length; at += MAX_BATCH) {
        const writes = rows.slice(at, at + MAX_BATCH).flatMap(({ entity }): EntityWrite[] => {
          const change = heads.get(entity.row);
          return change?.row.etag !== entity.etag
            ? []
            : [{ kind: 'update', row: entity.row, body: withHead(entity.body, change.head), etag: entity.etag }];
        });
        if (writes.length === 0) continue;
        try {
          await store.batch(DEVICES, partition, writes);
        } catch (error) {
          if (!(error instanceof EntityConflict)) throw error;
          for (const write of writes) {
            try {
              await store.batch(DEVICES, partition, [write]);
            } catch (single) {
              if (!(single instanceof EntityConflict)) throw single;
            }
          }
        }
      }
    },
    async get(connectorId, vendorId, buckets) {
      const partition = partitionOf(connectorId, vendorId, buckets);
      const entity = await store.get(DEVICES, { partition, row: rowOf(vendorId) });
      return entity === null ? null : { partition, entity, head: decodeHead(entity.body) };
    },
    device: ({ entity }) => decodeDevice(entity.body),
  };
}
