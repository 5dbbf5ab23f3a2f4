import { fail, pass, unknown } from './finding';
import type { PhoneRule } from './finding';

const DAY_MS = 86_400_000;

/** The phone has spoken to its MDM lately enough for its other values to mean something. */
export function reporting(maxAgeDays: number): PhoneRule {
  const required = `seen within ${maxAgeDays} days`;
  return {
    id: 'reporting',
    rung: 'reporting',
    source: 'lastSeen',
    judge({ enrollment: { lastSeenAt } }, now) {
      if (lastSeenAt === null) return unknown(null, required, 'The MDM does not say when the phone last reported.');
      const age = now - Date.parse(lastSeenAt);
      if (age < -DAY_MS) {
        return unknown(lastSeenAt, required, 'The last report lies in the future, so it tells nothing.');
      }
      return age <= maxAgeDays * DAY_MS
        ? pass(lastSeenAt, required, 'The phone reports.')
        : fail(lastSeenAt, required, `The phone has not reported for ${Math.floor(age / DAY_MS)} days.`);
    },
  };
}
