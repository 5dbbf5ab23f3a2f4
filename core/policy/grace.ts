/** Grace periods without stored state: they count from the requirement, or from the enrollment where that is later. */
import { formatTime } from '../device/iso-time';
import type { IsoTime } from '../device/managed-device';
import type { Policy } from './schema';

const DAY_MS = 86_400_000;

export interface GraceCalendar {
  /** End of the grace a failing rule has on a phone; null where there is none. Old phones get no fresh grace. */
  until(rule: string, enrolledAt: IsoTime | null): IsoTime | null;
}

export function makeGraceCalendar({ grace }: Pick<Policy, 'grace'>): GraceCalendar {
  return {
    until(rule, enrolledAt) {
      const own = grace.rules[rule] ?? grace.rules[rule.split(':', 1)[0] ?? rule];
      const days = own?.days ?? grace.days;
      if (days === 0) return null;
      const since = own?.since ?? grace.since;
      const start = Math.max(
        since === undefined ? -Infinity : Date.parse(`${since}T00:00:00.000Z`),
        enrolledAt === null ? -Infinity : Date.parse(enrolledAt),
      );
      return Number.isFinite(start) ? formatTime(start + days * DAY_MS) : null;
    },
  };
}
