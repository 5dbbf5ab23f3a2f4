/** Counts phones by where they stand: the `readiness` part of a sweep's answer. */
import type { Standing } from '../policy/verdict';
import { LADDER } from './ladder';
import type { Rung } from './ladder';

export interface FleetReadiness {
  /** Phones; a phone that several records show counts once. */
  readonly total: number;
  /** Phones that reported lately enough. */
  readonly reporting: number;
  /** Phones standing on (failing) each rung, `ready` those that fail none and lack nothing; the sum is `total`. */
  readonly byRung: Readonly<Record<Standing, number>>;
  /** The undetermined phones by the first rung that could not be seen. */
  readonly unknownByRung: Readonly<Record<Rung, number>>;
  readonly cannotUpdate: number;
}

export interface CountedPhone {
  /** Null for tablets and computers, which are not counted. */
  readonly standing: Standing | null;
  readonly firstUnknown: Rung | null;
  readonly reporting: boolean;
  readonly cannotUpdate: boolean;
}

export interface ReadinessTally {
  add(phone: CountedPhone): void;
  result(): FleetReadiness;
}

export function makeReadinessTally(): ReadinessTally {
  const byRung = Object.fromEntries([...LADDER, 'undetermined'].map((rung) => [rung, 0])) as Record<Standing, number>;
  const unknownByRung = Object.fromEntries(LADDER.map((rung) => [rung, 0])) as Record<Rung, number>;
  let total = 0;
  let reporting = 0;
  let cannotUpdate = 0;
  return {
    add(phone) {
      if (phone.standing === null) return;
      total += 1;
      byRung[phone.standing] += 1;
      if (phone.standing === 'undetermined' && phone.firstUnknown !== null) unknownByRung[phone.firstUnknown] += 1;
      if (phone.reporting) reporting += 1;
      if (phone.cannotUpdate) cannotUpdate += 1;
    },
    result: () => ({ total, reporting, byRung: { ...byRung }, unknownByRung: { ...unknownByRung }, cannotUpdate }),
  };
}
