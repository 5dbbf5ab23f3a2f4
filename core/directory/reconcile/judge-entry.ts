/** Whether an entry still agrees with the device it is bound to. Pure: from two records to what differs. */
import type { DeviceKey, ManagedDevice } from '../../device/managed-device';
import { redactPhone } from '../../device/redact-phone';
import type { DeviceRecord } from '../../sweep/device-record';
import type { PublishedHead } from '../records';
import { validityAt } from '../validity';
import { check } from './drift';
import type { Fault } from './drift';

export interface JudgeContext {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The newer record that the phone's next enrollment left in the same MDM; null where there is none. */
  readonly newer: DeviceKey | null;
}

/**
 * One enrollment is told with and without fractions of a second by the same MDM's list and export; a phone takes longer than
 * this to be erased and enrolled again.
 */
export const ENROLLMENT_SLACK_MS = 60_000;

/**
 * Everything about the entry but the number, which other devices have a say in.
 * @param entry verified. @param record null where the inventory has no such device.
 */
export function judgeEntry(entry: PublishedHead, record: DeviceRecord | null, context: JudgeContext): readonly Fault[] {
  if (entry.status === 'revoked') return [];
  const faults = [judgeBinding(entry, record, context), judgeValidity(entry, context.now), judgeCompliance(record)];
  return faults.filter((fault) => fault !== null);
}

/** The one thing that is most wrong with the enrollment. */
function judgeBinding(entry: PublishedHead, record: DeviceRecord | null, { newer }: JudgeContext): Fault | null {
  if (record === null) return { kind: 'orphaned-key', checks: [check('device', 'absent', 'managed')] };
  const { head, device } = record;
  if (head.tombstone !== null) return { kind: 'orphaned-key', checks: [check('device', 'removed', 'managed')] };
  const { state } = device.enrollment;
  const enrollment = check('enrollment.state', state, 'enrolled');
  if (state === 'wipe-pending' || state === 'retire-pending') return { kind: 'wiped', checks: [enrollment] };
  if (newer !== null) {
    return { kind: 're-enrolled', checks: [check('device.deviceKey', newer, head.key), enrollment] };
  }
  if (state === 'unenrolled') return { kind: 'unenrolled', checks: [enrollment] };
  const { enrolledAt } = device.enrollment;
  return isLater(enrolledAt, entry.enrolledAt)
    ? { kind: 're-enrolled', checks: [check('enrollment.enrolledAt', enrolledAt, entry.enrolledAt)] }
    : null;
}

function judgeValidity({ notBefore, notAfter }: PublishedHead, now: number): Fault | null {
  if (validityAt({ notBefore, notAfter }, now) !== 'expired') return null;
  return { kind: 'expired', checks: [check('notAfter', notAfter, 'in the future')] };
}

/** Grace and exceptions are in the verdict already: what is in its grace is not noncompliant. */
function judgeCompliance(record: DeviceRecord | null): Fault | null {
  if (record?.head.compliance !== 'noncompliant' || !isManaged(record)) return null;
  return { kind: 'non-compliant', checks: [check('compliance', record.head.compliance, 'compliant')] };
}

export type NumberStanding = 'shown' | 'replaced' | 'unseen';

/** Where one line shows no number, the entry's may be that one's. */
export function standingOfNumber(phone: string, { lines }: Pick<ManagedDevice, 'lines'>): NumberStanding {
  if (lines.some((line) => line.phone === phone)) return 'shown';
  return lines.length > 0 && lines.every((line) => line.phone !== null) ? 'replaced' : 'unseen';
}

export function numberReplaced(entry: PublishedHead, { lines }: ManagedDevice): Fault {
  const shown = lines.flatMap(({ phone }) => (phone === null ? [] : [redactPhone(phone)]));
  return { kind: 'number-moved', checks: [check('lines.phone', shown.join(', '), redactPhone(entry.phone))] };
}

export function numberElsewhere(entry: PublishedHead, holders: readonly string[]): Fault {
  const [first = null] = holders;
  return {
    kind: 'number-moved',
    checks: [check('lines.phone', null, redactPhone(entry.phone)), check('deviceKey', first, entry.deviceKey)],
  };
}

export function numberUnseen(entry: PublishedHead): Fault {
  return { kind: 'number-unknown', checks: [check('lines.phone', null, redactPhone(entry.phone))] };
}

/** In the MDM's hands now: what it shows of the phone counts. */
export function isManaged({ head, device }: DeviceRecord): boolean {
  const { state } = device.enrollment;
  return head.tombstone === null && state !== 'unenrolled' && state !== 'wipe-pending' && state !== 'retire-pending';
}

/**
 * Whether another MDM's record of the same phone says that the fault is none. Its own enrollment is another one, so that
 * only an enrollment from before the entry's speaks against the phone having been erased since.
 */
export function contradicts(other: DeviceRecord, fault: Fault, entry: PublishedHead): boolean {
  const { head, device } = other;
  const enrolled = head.tombstone === null && device.enrollment.state === 'enrolled';
  switch (fault.kind) {
    case 'orphaned-key':
    case 'unenrolled':
    case 'wiped':
      return enrolled;
    case 're-enrolled':
      return enrolled && !isLater(device.enrollment.enrolledAt, entry.enrolledAt);
    case 'number-moved':
      return isManaged(other) && standingOfNumber(entry.phone, device) === 'shown';
    case 'non-compliant':
      return enrolled && head.compliance !== null && COMPLIES.has(head.compliance);
    default:
      return false;
  }
}

const COMPLIES: ReadonlySet<string> = new Set(['compliant', 'in-grace', 'excepted']);

/** The finding that stands in the fault's place. */
export function conflictOf(fault: Fault, { head, device }: DeviceRecord): Fault {
  return {
    kind: 'conflicting-records',
    checks: [
      ...fault.checks,
      check('finding', fault.kind, null),
      check('other.deviceKey', head.key, null),
      check('other.enrollment.state', device.enrollment.state, null),
    ],
  };
}

function isLater(enrolledAt: string | null, boundAt: string | null): boolean {
  if (enrolledAt === null || boundAt === null) return false;
  return Date.parse(enrolledAt) - Date.parse(boundAt) > ENROLLMENT_SLACK_MS;
}
