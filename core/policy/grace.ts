/** Grace periods without stored state: they count from the requirement, or from the enrollment where that is later. */
import { formatTime } from '../device/iso-time';
import type { IsoTime } from '../device/managed-device';
import { ruleFamily } from './rule-ids';
import type { EffectivePolicy } from './schema';

const DAY_MS = 86_400_000;

export interface GraceCalendar {
  /**
   * End of the grace that a failing rule has on a phone; null where there is none, or no more. A phone enrolled before
   * the requirement gets no fresh grace (facts/peers.md §6 no. 10).
   *
   * @param now milliseconds since the epoch.
   */
  until(rule: string, enrolledAt: IsoTime | null, now: number): IsoTime | null;
}

interface Grace {
  readonly days: number;
  /** Milliseconds since the epoch; null where the requirement has no date. */
  readonly since: number | null;
}

export function makeGraceCalendar({ grace }: Pick<EffectivePolicy, 'grace'>): GraceCalendar {
  const byDefault = readGrace(grace.days, grace.since);
  const own = new Map(
    Object.entries(grace.rules).map(([rule, { days, since }]) => [rule, readGrace(days, since ?? grace.since)]),
  );
  return {
    until(rule, enrolledAt, now) {
      const { days, since } = own.get(rule) ?? own.get(ruleFamily(rule)) ?? byDefault;
      if (days === 0 || (since === null && enrolledAt === null)) return null;
      const start = Math.max(since ?? -Infinity, enrolledAt === null ? -Infinity : Date.parse(enrolledAt));
      const end = start + days * DAY_MS;
      return end > now ? formatTime(end) : null;
    },
  };
}

function readGrace(days: number, since: string | undefined): Grace {
  return { days, since: since === undefined ? null : Date.parse(`${since}T00:00:00.000Z`) };
}
