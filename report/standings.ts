/** Where a phone can stand, in the order of the ladder, with the words that people read. */
import { LADDER, type Rung } from '../core/readiness/ladder';
import type { Standing } from '../core/policy/verdict';

export const STANDINGS: readonly Standing[] = [...LADDER, 'undetermined'];

const INDEX = new Map<Standing, number>(STANDINGS.map((standing, index) => [standing, index]));

export const READY_INDEX = LADDER.length - 1;
export const UNDETERMINED_INDEX = LADDER.length;

/** Position of a standing in counts ordered like {@link STANDINGS}; no standing counts as undetermined. */
export function standingIndex(standing: Standing | null): number {
  return standing === null ? UNDETERMINED_INDEX : (INDEX.get(standing) ?? UNDETERMINED_INDEX);
}

interface RungWords {
  /** Heading of a column or row. */
  readonly label: string;
  /** "Phones that …", for lists of phones standing there. */
  readonly stops: string;
}

const WORDS: Readonly<Record<Standing, RungWords>> = {
  enrolled: { label: 'Enrolled', stops: 'are not enrolled' },
  reporting: { label: 'Reporting', stops: 'have gone silent' },
  os: { label: 'OS version', stops: 'need a newer or an intact OS' },
  patch: { label: 'Security patch', stops: 'need a newer security patch' },
  app: { label: 'Messages app', stops: 'need a newer messages app' },
  channel: { label: 'Release channel', stops: 'are on another release channel' },
  'rcs-allowed': { label: 'RCS allowed', stops: 'have RCS blocked by the MDM' },
  carrier: { label: 'Carrier', stops: 'wait for their carrier' },
  'key-present': { label: 'Key present', stops: 'have no key in the directory' },
  'key-attested': { label: 'Key attested', stops: 'have a key without attestation' },
  ready: { label: 'Ready (unconfirmed)', stops: 'are ready (unconfirmed)' },
  undetermined: { label: 'Undetermined', stops: 'cannot be judged from what the MDMs show' },
};

export function standingLabel(standing: Standing): string {
  return WORDS[standing].label;
}

/** Completes the sentence "Phones that …". */
export function standingClause(standing: Standing): string {
  return WORDS[standing].stops;
}

/** The rungs a phone climbs, without `ready` itself. */
export const CLIMB: readonly Rung[] = LADDER.slice(0, -1);
