/**
 * Finds the same phone in two MDMs, and re-enrolments that left two records in one (facts/intune-graph.md §7 T15, T16).
 * Two passes over a fleet of any size: the first keeps hashes only (repeated-hashes.ts), the second brings the few
 * records whose hash came twice here, where the keys themselves are compared.
 */
import { makeDisjointSets } from './disjoint-sets';
import { hashKey, joinKeyTexts } from './join-keys';
import type { DeviceKey, ManagedDevice } from './managed-device';

export { joinKeys } from './join-keys';
export { makeHashCollector } from './repeated-hashes';
export type { HashCollector } from './repeated-hashes';

/** What of a record decides the join. */
export interface JoinCandidate {
  readonly deviceKey: DeviceKey;
  readonly connectorId: string;
  readonly keys: readonly string[];
  readonly enrolled: boolean;
  readonly enrolledAt: string | null;
  readonly lastSeenAt: string | null;
}

/**
 * @param repeated the hashes that more than one record has: keys that nobody shares are left out, since a fleet can have a
 *   great many candidates. The serial stays, because two serials are two phones whatever else they share.
 */
export function joinCandidate(device: ManagedDevice, repeated: ReadonlySet<number>): JoinCandidate {
  return {
    deviceKey: device.deviceKey,
    connectorId: device.connectorId,
    keys: joinKeyTexts(device).filter((key) => key.startsWith('serial:') || repeated.has(hashKey(key))),
    enrolled: device.enrollment.state !== 'unenrolled',
    enrolledAt: device.enrollment.enrolledAt,
    lastSeenAt: device.enrollment.lastSeenAt,
  };
}

export type DuplicateKind = 're-enrollment' | 'cross-mdm';

export interface Duplicate {
  /** The record that judges: the newest enrolment. */
  readonly of: DeviceKey;
  readonly kind: DuplicateKind;
}

/**
 * Serials and UDIDs name one piece of hardware. Each re-enrolment can leave a record (facts/workspace-one.md §2.3), but
 * a value on more records than this is a placeholder that nobody knows yet.
 */
const MAX_RECORDS_OF_A_PHONE = 20;
/** An IMEI or directory id on more phones than this is shared or cloned and tells nothing. */
const MAX_SHARERS = 2;

/**
 * @param candidates records that may be one phone with another; those that are not stay out of the answer.
 * @returns for every record that does not judge, the one that does. The order of the candidates changes nothing.
 */
export function findDuplicates(candidates: readonly JoinCandidate[]): ReadonlyMap<DeviceKey, Duplicate> {
  const records = newestOfEachKey(candidates);
  const duplicates = new Map<DeviceKey, Duplicate>();
  for (const group of groupByPhone(records)) {
    const [judge, ...rest] = group.sort(newestFirst);
    if (judge === undefined) continue;
    for (const { deviceKey, connectorId } of rest) {
      const kind = connectorId === judge.connectorId ? 're-enrollment' : 'cross-mdm';
      duplicates.set(deviceKey, { of: judge.deviceKey, kind });
    }
  }
  return duplicates;
}

/** A record that was read twice is one record. */
function newestOfEachKey(candidates: readonly JoinCandidate[]): readonly JoinCandidate[] {
  const records = new Map<DeviceKey, JoinCandidate>();
  for (const candidate of candidates) {
    const known = records.get(candidate.deviceKey);
    if (known === undefined || newestFirst(candidate, known) < 0) records.set(candidate.deviceKey, candidate);
  }
  return [...records.values()];
}

function groupByPhone(records: readonly JoinCandidate[]): Iterable<JoinCandidate[]> {
  const holders = new Map<string, number[]>();
  records.forEach(({ keys }, at) => {
    for (const key of new Set(keys)) {
      const list = holders.get(key);
      if (list === undefined) holders.set(key, [at]);
      else list.push(at);
    }
  });

  const hardware = makeDisjointSets(records.length);
  for (const [key, members] of holders) {
    if (namesHardware(key) && members.length <= MAX_RECORDS_OF_A_PHONE) joinAll(hardware.join, members);
  }
  // What names a phone less surely is counted in phones, not records: five records of one phone share its IMEI rightly.
  const phones = makeDisjointSets(records.length);
  records.forEach((_, at) => phones.join(at, hardware.find(at)));
  for (const [key, members] of holders) {
    if (namesHardware(key)) continue;
    const sharers = new Set(members.map(hardware.find));
    if (sharers.size <= MAX_SHARERS && !serialsDiffer(members, records)) joinAll(phones.join, members);
  }

  const groups = new Map<number, JoinCandidate[]>();
  records.forEach((record, at) => {
    const phone = phones.find(at);
    const group = groups.get(phone);
    if (group === undefined) groups.set(phone, [record]);
    else group.push(record);
  });
  return groups.values();
}

function namesHardware(key: string): boolean {
  return key.startsWith('serial:') || key.startsWith('udid:');
}

/** Two serials are two phones, whatever else they share: one of them was cloned or repaired with the other's board. */
function serialsDiffer(members: readonly number[], records: readonly JoinCandidate[]): boolean {
  const serials = new Set(members.flatMap((at) => records[at]?.keys.filter((key) => key.startsWith('serial:')) ?? []));
  return serials.size > 1;
}

function joinAll(join: (one: number, other: number) => void, [first, ...others]: readonly number[]): void {
  if (first !== undefined) for (const other of others) join(first, other);
}

/** Newest enrolment first; a record that is no longer enrolled comes after those that are. */
function newestFirst(one: JoinCandidate, other: JoinCandidate): number {
  if (one.enrolled !== other.enrolled) return one.enrolled ? -1 : 1;
  return (
    descending(one.enrolledAt, other.enrolledAt) ||
    descending(one.lastSeenAt, other.lastSeenAt) ||
    (one.deviceKey === other.deviceKey ? 0 : one.deviceKey < other.deviceKey ? -1 : 1)
  );
}

function descending(one: string | null, other: string | null): number {
  if (one === other) return 0;
  if (one === null) return 1;
  return other === null || one > other ? -1 : 1;
}
