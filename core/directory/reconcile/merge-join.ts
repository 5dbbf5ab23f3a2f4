/** One bucket's devices and entries side by side, in row order: a page of each table is all that is held. */
import type { Entity, EntityStore, PartitionPage } from '../../ports/entity-store';
import { TABLES } from '../../sweep/tables';
import { ENTRIES_FROM, ENTRIES_TO } from '../locate';
import { DIRECTORY_TABLES } from '../tables';

export interface Joined {
  /** Row of the device. */
  readonly row: string;
  readonly partition: string;
  /** Null where the inventory has no such device. */
  readonly device: Entity | null;
  readonly entries: readonly Entity[];
}

/** `!` sorts before whatever a device's row may hold: entries come in the order of the devices (locate.ts). */
export async function* joinBucket(store: EntityStore, partition: string, pageSize: number): AsyncGenerator<Joined> {
  const devices = openCursor(store, TABLES.devices, partition, { limit: pageSize });
  const entries = openCursor(store, DIRECTORY_TABLES.entries, partition, {
    from: ENTRIES_FROM,
    to: ENTRIES_TO,
    limit: pageSize,
  });
  let device = await devices.next();
  let entry = await entries.next();
  while (device !== null || entry !== null) {
    const row = first(device?.row ?? null, entry === null ? null : deviceRowOf(entry));
    const ofDevice: Entity[] = [];
    while (entry !== null && deviceRowOf(entry) === row) {
      ofDevice.push(entry);
      entry = await entries.next();
    }
    const isHere = device?.row === row;
    yield { row, partition, device: isHere ? device : null, entries: ofDevice };
    if (isHere) device = await devices.next();
  }
}

/** Buckets of the connector that hold devices or entries, in order. */
export async function* bucketsOf(store: EntityStore, connectorId: string): AsyncGenerator<string> {
  const devices = partitionsOf(store, TABLES.devices, connectorId);
  const entries = partitionsOf(store, DIRECTORY_TABLES.entries, connectorId);
  let device = await nextOf(devices);
  let entry = await nextOf(entries);
  while (device !== null || entry !== null) {
    const partition = first(device, entry);
    yield partition;
    if (device === partition) device = await nextOf(devices);
    if (entry === partition) entry = await nextOf(entries);
  }
}

async function* partitionsOf(store: EntityStore, table: string, connectorId: string): AsyncGenerator<string> {
  let more: string | null = null;
  do {
    const page: PartitionPage = await store.partitions(table, `${connectorId}|`, more ?? undefined);
    yield* page.partitions;
    more = page.continuation;
  } while (more !== null);
}

async function nextOf(partitions: AsyncGenerator<string>): Promise<string | null> {
  const answer = await partitions.next();
  return answer.done === true ? null : answer.value;
}

interface Cursor {
  /** Null at the end. */
  next(): Promise<Entity | null>;
}

function openCursor(
  store: EntityStore,
  table: string,
  partition: string,
  range: { readonly from?: string; readonly to?: string; readonly limit: number },
): Cursor {
  let page: readonly Entity[] = [];
  let at = 0;
  let continuation: string | null = null;
  let ended = false;
  return {
    async next() {
      while (at === page.length) {
        if (ended) return null;
        const answer = await store.scan(table, partition, continuation === null ? range : { ...range, continuation });
        page = answer.entities;
        at = 0;
        ({ continuation } = answer);
        ended = continuation === null;
      }
      const entity = page[at] ?? null;
      at += 1;
      return entity;
    },
  };
}

function deviceRowOf({ row }: Entity): string {
  return row.slice(ENTRIES_FROM.length, row.lastIndexOf('!'));
}

function first(one: string | null, other: string | null): string {
  if (one === null || other === null) return one ?? other ?? '';
  return one < other ? one : other;
}
