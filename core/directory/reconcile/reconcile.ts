/**
 * Reconciles the directory with the fleet: both tables bucket by bucket, joined in row order, in bounded memory. No number is
 * looked up. Point reads are made for phones alone that two records stand for and that drift.
 */
import { isPhone } from '../../device/managed-device';
import type { DeviceKey, Line, ManagedDevice } from '../../device/managed-device';
import type { Duplicate } from '../../device/identity-join';
import type { Clock } from '../../ports/clock';
import type { Entity, EntityStore } from '../../ports/entity-store';
import { decodeDevice, decodeHead } from '../../sweep/device-record';
import type { DeviceRecord } from '../../sweep/device-record';
import { TABLES } from '../../sweep/tables';
import { ENTRIES_FROM, LAST, locateDevice } from '../locate';
import type { PublishedHead } from '../records';
import { DIRECTORY_TABLES } from '../tables';
import { isLive } from '../validity';
import type { Drift, Fault } from './drift';
import { makeKeyHolders } from './duplicate-keys';
import type { KeyHolders } from './duplicate-keys';
import {
  conflictOf,
  contradicts,
  isManaged,
  judgeEntry,
  numberReplaced,
  numberUnseen,
  standingOfNumber,
} from './judge-entry';
import { driftOfBadRow, driftOfEntry, driftOfLine } from './make-drift';
import { bucketsOf, joinBucket } from './merge-join';
import type { Joined } from './merge-join';
import { resolveSuspects } from './moved-numbers';
import type { Suspect } from './moved-numbers';
import { readEntryRow, readHeadOf } from './read-entry-row';
import type { RowReader } from './read-entry-row';
import { makeSamePhone } from './same-phone';
import type { SamePhone } from './same-phone';
import type { Survey } from './survey';

export interface ReconcilePorts extends RowReader {
  readonly store: EntityStore;
  readonly clock: Clock;
  /** Lines of a phone that are the company's, by the policy. */
  readonly corporateLines: (device: ManagedDevice) => readonly Line[];
  /** Rows of each table that are held at once, 1 to 1000. */
  readonly pageSize?: number;
}

export interface Fleet {
  readonly connectorIds: readonly string[];
  /** Records known to be another record of a phone: core/device/identity-join findDuplicates. */
  readonly duplicates: ReadonlyMap<DeviceKey, Duplicate>;
}

export const DEFAULT_PAGE_SIZE = 500;

/**
 * @param survey of the same connectors.
 * @returns all drift: bucket by bucket, then numbers that only the whole fleet could place, then keys that stand twice.
 */
export async function* reconcile(ports: ReconcilePorts, fleet: Fleet, survey: Survey): AsyncGenerator<Drift> {
  const { store, clock, pageSize = DEFAULT_PAGE_SIZE } = ports;
  const samePhone = makeSamePhone(fleet.duplicates);
  const pass: Pass = {
    ports,
    samePhone,
    survey,
    now: clock.now(),
    suspects: [],
    keys: makeKeyHolders(survey),
  };
  for (const connectorId of fleet.connectorIds) {
    for await (const partition of bucketsOf(store, connectorId)) {
      for await (const joined of joinBucket(store, partition, pageSize)) yield* await judgeRow(pass, joined);
    }
  }
  yield* resolveSuspects({ store, pageSize, samePhone }, fleet.connectorIds, pass.suspects);
  yield* pass.keys.duplicates();
}

interface Pass {
  readonly ports: ReconcilePorts;
  readonly samePhone: SamePhone;
  readonly survey: Survey;
  readonly now: number;
  readonly suspects: Suspect[];
  readonly keys: KeyHolders;
}

async function judgeRow(pass: Pass, { partition, device, entries }: Joined): Promise<readonly Drift[]> {
  const record = device === null ? null : recordOf(device);
  const drift: Drift[] = [];
  const numbers = new Set<string>();
  for (const entity of entries) {
    const reading = readEntryRow(entity, pass.ports);
    if (reading.kind === 'empty') continue;
    if (reading.kind === 'bad') {
      drift.push(driftOfBadRow(reading, partition, record));
      continue;
    }
    const entry = reading.head;
    if (entry.status === 'revoked') continue;
    numbers.add(entry.phone);
    if (isLive(entry, pass.now)) pass.keys.add(entry);
    drift.push(...(await judgePublished(pass, entry, record)));
  }
  if (record !== null) drift.push(...(await missingKeys(pass, record, numbers)));
  return drift;
}

async function judgePublished(
  pass: Pass,
  entry: PublishedHead,
  record: DeviceRecord | null,
): Promise<readonly Drift[]> {
  const newer = pass.samePhone.newerOf(entry.deviceKey as DeviceKey);
  const faults = [...judgeEntry(entry, record, { now: pass.now, newer })];
  const number = record !== null && isManaged(record) ? await judgeNumber(pass, entry, record) : null;
  if (number !== null) faults.push(number);
  const drift: Drift[] = [];
  for (const fault of faults) {
    drift.push(driftOfEntry(await weigh(pass, fault, entry), entry, record));
  }
  return drift;
}

/** Null too where only the whole fleet can tell. */
async function judgeNumber(
  { ports, samePhone, survey, suspects }: Pass,
  entry: PublishedHead,
  record: DeviceRecord,
): Promise<Fault | null> {
  const standing = standingOfNumber(entry.phone, record.device);
  if (standing === 'shown') return null;
  if (standing === 'replaced') return numberReplaced(entry, record.device);
  // What one MDM does not see the other may.
  for (const other of samePhone.othersOf(record.head.key)) {
    const found = await readDevice(ports, other);
    if (found !== null && isManaged(found) && standingOfNumber(entry.phone, found.device) === 'shown') return null;
  }
  if (!survey.mayBeShown(entry.phone)) return numberUnseen(entry);
  suspects.push({ entry, record });
  return null;
}

/** The fault, or the finding that another MDM's record of the same phone contradicts it. */
async function weigh({ ports, samePhone }: Pass, fault: Fault, entry: PublishedHead): Promise<Fault> {
  for (const other of samePhone.abroadOf(entry.deviceKey as DeviceKey)) {
    const record = await readDevice(ports, other);
    if (record !== null && contradicts(record, fault, entry)) return conflictOf(fault, record);
  }
  return fault;
}

/** Line by line: one phone can have one line with a key and one without. */
async function missingKeys(
  { ports, samePhone }: Pass,
  record: DeviceRecord,
  numbers: ReadonlySet<string>,
): Promise<readonly Drift[]> {
  const { head, device } = record;
  const counts = isPhone(device) && device.enrollment.state === 'enrolled' && head.tombstone === null;
  // What this run did not see may be gone; what was enrolled anew is judged at its new record.
  if (!counts || head.missing !== null || samePhone.newerOf(head.key) !== null) return [];
  const drift: Drift[] = [];
  const seen = new Set(numbers);
  for (const line of ports.corporateLines(device)) {
    if (line.phone === null || seen.has(line.phone)) continue;
    seen.add(line.phone);
    if (!(await isAnsweredElsewhere(ports, samePhone, head.key, line.phone))) drift.push(driftOfLine(line, record));
  }
  return drift;
}

/** Another record of the phone has the entry, or is the one to report the line at. */
async function isAnsweredElsewhere(
  ports: ReconcilePorts,
  samePhone: SamePhone,
  device: DeviceKey,
  phone: string,
): Promise<boolean> {
  for (const other of samePhone.othersOf(device)) {
    if (await hasEntry(ports, other, phone)) return true;
  }
  const judge = samePhone.judgeOf(device);
  if (judge === device) return false;
  const record = await readDevice(ports, judge);
  return record !== null && isManaged(record) && standingOfNumber(phone, record.device) === 'shown';
}

async function hasEntry({ store, buckets }: ReconcilePorts, device: DeviceKey, phone: string): Promise<boolean> {
  const where = locateDevice(device, buckets);
  if (where === null) return false;
  const from = `${ENTRIES_FROM}${where.row}!`;
  const range = { from, to: `${from}${LAST}`, firstLines: true };
  const { entities } = await store.scan(DIRECTORY_TABLES.entries, where.partition, range);
  return entities.some(({ body }) => {
    const head = readHeadOf(body);
    return head?.state === 'published' && head.phone === phone && head.status !== 'revoked';
  });
}

async function readDevice({ store, buckets }: ReconcilePorts, device: DeviceKey): Promise<DeviceRecord | null> {
  const where = locateDevice(device, buckets);
  if (where === null) return null;
  const entity = await store.get(TABLES.devices, { partition: where.partition, row: where.row });
  return entity === null ? null : recordOf(entity);
}

function recordOf({ body }: Entity): DeviceRecord {
  return { head: decodeHead(body), device: decodeDevice(body) };
}
