import type { ManagedDevice } from '../../device/managed-device';
import { fail, pass, unknown } from './finding';
import type { Finding } from './finding';

const DAY_MS = 86_400_000;

/** The phone has spoken to its MDM lately enough for its values to mean something. */
export function reporting({ enrollment }: ManagedDevice, maxAgeDays: number, now: number): Finding {
  const required = `seen within ${maxAgeDays} days`;
  if (enrollment.lastSeenAt === null)
    return unknown(null, required, 'The MDM does not say when the phone last reported.');
  const days = Math.floor((now - Date.parse(enrollment.lastSeenAt)) / DAY_MS);
  return days <= maxAgeDays
    ? pass(enrollment.lastSeenAt, required, 'The phone reports.')
    : fail(enrollment.lastSeenAt, required, `The phone has not reported for ${days} days.`);
}
