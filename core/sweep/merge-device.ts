/** What is known of a device after a new reading: the reading, save where the vendor's lists keep quiet. */
import type { Line, ManagedDevice } from '../device/managed-device';

export interface MergeRule {
  /** Fields in which null of this vendor means "not told here", not "empty". */
  readonly withheld: readonly (keyof ManagedDevice)[];
  /** The whole reading is partial (a list of few columns): null and empty mean "not told" everywhere. */
  readonly partial: boolean;
}

/**
 * A list that leaves a field empty never overwrites what was known (facts/intune-graph.md §7 T7). Nothing is carried over
 * into another enrollment: a phone that was wiped and enrolled again may have another SIM and other apps.
 */
export function mergeDevice(known: ManagedDevice | null, reading: ManagedDevice, rule: MergeRule): ManagedDevice {
  if (known === null) return reading;
  if (rule.partial) return mergePartial(known, reading);
  if (rule.withheld.length === 0 || isOtherEnrollment(known, reading)) return reading;
  const kept: Record<string, unknown> = {};
  for (const field of rule.withheld) {
    if (field === 'lines') kept[field] = mergeLines(known.lines, reading.lines);
    else if (reading[field] === null) kept[field] = known[field];
  }
  return withAppsOf(known, { ...reading, ...kept });
}

function isOtherEnrollment(known: ManagedDevice, reading: ManagedDevice): boolean {
  return (
    known.enrollment.enrolledAt !== reading.enrollment.enrolledAt ||
    (known.serial !== null && reading.serial !== null && known.serial !== reading.serial)
  );
}

/** Fills the gaps of a line from the known line of the same slot, unless they are two different SIMs. */
function mergeLines(known: readonly Line[], reading: readonly Line[]): readonly Line[] {
  if (reading.length === 0) return known;
  return reading.map((line) => {
    const before = known.find(({ slot }) => slot === line.slot);
    if (before === undefined || differs(before.iccid, line.iccid) || differs(before.phone, line.phone)) return line;
    return fillNulls(line, before);
  });
}

function differs(one: string | null, other: string | null): boolean {
  return one !== null && other !== null && one !== other;
}

function fillNulls<T extends object>(reading: T, known: T): T {
  const filled = { ...reading };
  for (const key of Object.keys(known) as (keyof T)[]) if (filled[key] === null) filled[key] = known[key];
  return filled;
}

function mergePartial(known: ManagedDevice, reading: ManagedDevice): ManagedDevice {
  // A list of former enrollments tells nothing of a phone that was enrolled again since.
  const [before, now] = [known.enrollment.enrolledAt, reading.enrollment.enrolledAt];
  if (before !== null && now !== null && now < before) return known;
  const { enrollment, management, user, integrity } = reading;
  return withAppsOf(known, {
    ...fillNulls(reading, known),
    platform: reading.platform === 'other' ? known.platform : reading.platform,
    imeis: reading.imeis.length === 0 ? known.imeis : reading.imeis,
    lines: mergeLines(known.lines, reading.lines),
    enrollment: {
      ...fillNulls(enrollment, known.enrollment),
      state: enrollment.state === 'unknown' ? known.enrollment.state : enrollment.state,
    },
    management: {
      ...fillNulls(management, known.management),
      mode: management.mode === 'unknown' ? known.management.mode : management.mode,
      ownership: management.ownership === 'unknown' ? known.management.ownership : management.ownership,
    },
    user: fillNulls(user, known.user),
    integrity: fillNulls(integrity, known.integrity),
  });
}

/** Kept apps stay what they were: a list that answers for a few apps does not become the whole list. */
function withAppsOf(known: ManagedDevice, merged: ManagedDevice): ManagedDevice {
  return merged.apps === known.apps && merged.apps !== null && known.answeredApps !== undefined
    ? { ...merged, answeredApps: known.answeredApps }
    : merged;
}
