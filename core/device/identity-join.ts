/**
 * Finds the same phone in two MDMs, and re-enrolments that left two records in one. Two passes over a fleet of any size:
 * the first keeps 53-bit hashes only (about 18 MB for a million phones), the second looks at the few records whose hash
 * came twice and compares the keys themselves.
 */
import { joinKeyTexts } from './join-keys';
import type { DeviceKey, ManagedDevice } from './managed-device';

/** An IMEI or id on more records than this is shared or cloned and tells nothing. */
const MAX_SHARERS = 2;
/** A serial may come back more often: every re-enrolment can leave a record (facts/workspace-one.md §2.3). */
const MAX_SERIAL_SHARERS = 20;

export interface HashCollector {
  add(hashes: readonly number[]): void;
  /** The hashes that came more than once. */
  repeated(): ReadonlySet<number>;
}

export function makeHashCollector(): HashCollector {
  let hashes = new Float64Array(4096);
  let size = 0;
  return {
    add(more) {
      if (size + more.length > hashes.length) {
        const larger = new Float64Array(hashes.length + Math.max(65_536, hashes.length >> 1));
        larger.set(hashes);
        hashes = larger;
      }
      for (const hash of more) hashes[size++] = hash;
    },
    repeated() {
      const sorted = hashes.subarray(0, size).sort();
      const found = new Set<number>();
      for (let at = 1; at < size; at += 1) {
        const hash = sorted[at];
        if (hash !== undefined && hash === sorted[at - 1]) found.add(hash);
      }
      return found;
    },
  };
}

/** What of a record decides the join. */
export interface JoinCandidate {
  readonly deviceKey: DeviceKey;
  readonly connectorId: string;
  readonly keys: readonly string[];
  readonly enrolled: boolean;
  readonly enrolledAt: string | null;
  readonly lastSeenAt: string | null;
}

export function joinCandidate(device: ManagedDevice): JoinCandidate {
  return {
    deviceKey: device.deviceKey,
    connectorId: device.connectorId,
    keys: joinKeyTexts(device),
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

/** @returns for every record that does not judge, the one that does. The order of the candidates changes nothing. */
export function findDuplicates(candidates: readonly JoinCandidate[]): ReadonlyMap<DeviceKey, Duplicate> {
  const sharers = new Map<string, number[]>();
  candidates.forEach(({ keys }, at) => {
    for (const key of new Set(keys)) {
      const list = sharers.get(key);
      if (list === undefined) sharers.set(key, [at]);
      else list.push(at);
    }
  });

  const parent = candidates.map((_, at) => at);
  const root = (at: number): number => {
    let top = at;
    while (parent[top] !== top) {
      parent[top] = parent[parent[top] ?? top] ?? top;
      top = parent[top] ?? top;
    }
    return top;
  };
  for (const [key, members] of sharers) {
    const [first, ...others] = members;
    if (first === undefined || !mayJoin(key, members.length, candidates, members)) continue;
    for (const other of others) parent[root(other)] = root(first);
  }

  const groups = new Map<number, JoinCandidate[]>();
  candidates.forEach((candidate, at) => {
    const top = root(at);
    const group = groups.get(top);
    if (group === undefined) groups.set(top, [candidate]);
    else group.push(candidate);
  });

  const duplicates = new Map<DeviceKey, Duplicate>();
  for (const group of groups.values()) {
    if (group.length < 2) continue;
    const [judge, ...rest] = group.sort(newestFirst);
    if (judge === undefined) continue;
    for (const { deviceKey, connectorId } of rest) {
      duplicates.set(deviceKey, {
        of: judge.deviceKey,
        kind: connectorId === judge.connectorId ? 're-enrollment' : 'cross-mdm',
      });
    }
  }
  return duplicates;
}

function mayJoin(
  key: string,
  count: number,
  candidates: readonly JoinCandidate[],
  members: readonly number[],
): boolean {
  if (count < 2) return false;
  if (key.startsWith('serial:')) return count <= MAX_SERIAL_SHARERS;
  if (count > MAX_SHARERS) {
    // More records than two may still be one phone enrolled again and again: then they share the serial as well.
    const serials = new Set(members.map((at) => candidates[at]?.keys.find((each) => each.startsWith('serial:'))));
    return serials.size === 1 && !serials.has(undefined);
  }
  return true;
}

/** Newest enrolment first; a record that is no longer enrolled comes after those that are. */
function newestFirst(one: JoinCandidate, other: JoinCandidate): number {
  if (one.enrolled !== other.enrolled) return one.enrolled ? -1 : 1;
  return (
    descending(one.enrolledAt, other.enrolledAt) ||
    descending(one.lastSeenAt, other.lastSeenAt) ||
    (one.deviceKey < other.deviceKey ? -1 : 1)
  );
}

function descending(one: string | null, other: string | null): number {
  if (one === other) return 0;
  if (one === null) return 1;
  return other === null || one > other ? -1 : 1;
}
