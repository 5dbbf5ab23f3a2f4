/**
 * Entries whose device shows no number, while some device may show theirs. Which one does is read in a pass of its own, which
 * a fleet without such an entry never makes.
 */
import type { DeviceKey } from '../../device/managed-device';
import type { EntityStore } from '../../ports/entity-store';
import { decodeDevice, decodeHead } from '../../sweep/device-record';
import type { DeviceRecord } from '../../sweep/device-record';
import { TABLES } from '../../sweep/tables';
import type { PublishedHead } from '../records';
import type { Drift } from './drift';
import { isManaged, numberElsewhere, numberUnseen } from './judge-entry';
import { driftOfEntry } from './make-drift';
import { bucketsOf } from './merge-join';
import { phonesOf } from './number-hashes';
import type { SamePhone } from './same-phone';

export interface Suspect {
  readonly entry: PublishedHead;
  readonly record: DeviceRecord;
}

export interface SuspectPorts {
  readonly store: EntityStore;
  readonly pageSize: number;
  readonly samePhone: SamePhone;
}

export async function* resolveSuspects(
  ports: SuspectPorts,
  connectorIds: readonly string[],
  suspects: readonly Suspect[],
): AsyncGenerator<Drift> {
  if (suspects.length === 0) return;
  const holders = new Map<string, DeviceKey[]>(suspects.map(({ entry }) => [entry.phone, []]));
  for (const connectorId of connectorIds) {
    for await (const partition of bucketsOf(ports.store, connectorId)) {
      await findHolders(ports, partition, holders);
    }
  }
  for (const { entry, record } of suspects) {
    const own = new Set([record.head.key, ...ports.samePhone.othersOf(record.head.key)]);
    const others = holders.get(entry.phone)?.filter((key) => !own.has(key)) ?? [];
    yield driftOfEntry(others.length === 0 ? numberUnseen(entry) : numberElsewhere(entry, others), entry, record);
  }
}

async function findHolders(
  { store, pageSize }: SuspectPorts,
  partition: string,
  holders: ReadonlyMap<string, DeviceKey[]>,
): Promise<void> {
  let continuation: string | null = null;
  do {
    const range = { limit: pageSize, ...(continuation === null ? {} : { continuation }) };
    const page = await store.scan(TABLES.devices, partition, range);
    for (const { body } of page.entities) {
      const phones = phonesOf(body).filter((phone) => holders.has(phone));
      if (phones.length === 0) continue;
      const record = { head: decodeHead(body), device: decodeDevice(body) };
      if (isManaged(record)) for (const phone of phones) holders.get(phone)?.push(record.head.key);
    }
    ({ continuation } = page);
  } while (continuation !== null);
}
