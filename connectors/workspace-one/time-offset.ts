/**
 * The zone of times without one. The searches print times in the zone of the API account, not in UTC; the single-device
 * call prints the same moments with a zone (facts/workspace-one.md §2.1). One device read by both tells the difference.
 */
import { parseTime } from '../../core/device/iso-time';

/** Times of one device as a search row prints them. */
export interface LocalTimes {
  readonly uuid: string;
  readonly enrolledOn: string | null;
  readonly lastSeen: string | null;
}

/** The same moments with their zone. */
export interface ZonedTimes {
  readonly enrolledOn: string | null;
  readonly lastSeen: string | null;
}

export interface MeasuredOffset {
  /** How far zone-less times are ahead of UTC, in minutes. */
  readonly minutes: number;
  readonly warnings: readonly string[];
}

/** Devices tried before giving up: one may be gone, another never enrolled. */
const MAX_TRIES = 3;

/** Zones lie on quarters of an hour, from -12 to +14 hours. */
const STEP_MINUTES = 15;
const FIRST_MINUTES = -12 * 60;
const LAST_MINUTES = 14 * 60;

/** Two readings of one moment; more than this apart from a zone they are two moments (the phone called in between). */
const TOLERANCE_MINUTES = 3;

const HAS_ZONE = /(?:Z|[+-]\d{2}:?\d{2})$/i;

/**
 * @param rows of the first page that has any.
 * @param read the device by the call that prints zones; null when it is gone.
 */
export async function measureOffset(
  rows: readonly LocalTimes[],
  read: (uuid: string) => Promise<ZonedTimes | null>,
): Promise<MeasuredOffset> {
  const candidates = rows.filter(({ enrolledOn, lastSeen }) => parseTime(enrolledOn ?? lastSeen) !== null);
  if (candidates.length === 0) return { minutes: 0, warnings: [] };
  if (candidates.every(({ enrolledOn, lastSeen }) => HAS_ZONE.test(enrolledOn ?? lastSeen ?? ''))) {
    return { minutes: 0, warnings: [] };
  }
  for (const row of candidates.slice(0, MAX_TRIES)) {
    const zoned = await read(row.uuid);
    if (zoned === null) continue;
    // The enrollment does not move; the last contact may, between the two calls.
    const byEnrollment = offsetBetween(row.enrolledOn, zoned.enrolledOn);
    const byContact = offsetBetween(row.lastSeen, zoned.lastSeen);
    const minutes = byEnrollment ?? byContact;
    if (minutes === null) continue;
    const summer = byEnrollment !== null && byContact !== null && byEnrollment !== byContact;
    return { minutes, warnings: summer ? [SUMMER_TIME] : [] };
  }
  return { minutes: 0, warnings: [NOT_MEASURED] };
}

/** @returns minutes that the zone-less time is ahead; null when the two cannot be the same moment. */
export function offsetBetween(local: string | null, zoned: string | null): number | null {
  const [one, other] = [parseTime(local), parseTime(zoned)];
  if (one === null || other === null || zoned === null || !HAS_ZONE.test(zoned)) return null;
  const minutes = (Date.parse(one) - Date.parse(other)) / 60_000;
  const rounded = Math.round(minutes / STEP_MINUTES) * STEP_MINUTES;
  if (Math.abs(minutes - rounded) > TOLERANCE_MINUTES) return null;
  return rounded < FIRST_MINUTES || rounded > LAST_MINUTES ? null : rounded + 0;
}

const NOT_MEASURED =
  'The time zone of the API account could not be measured; times without a zone are taken for UTC and may be hours off. Set the time zone of the account to UTC.';

const SUMMER_TIME =
  'The API account is in a time zone with summer time: times of the other half of the year are an hour off. Set the time zone of the account to UTC.';
