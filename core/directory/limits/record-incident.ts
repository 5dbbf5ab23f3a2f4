/** Writes an incident once for each caller, kind and window, whichever process sees it first. */
import { formatTime } from '../../device/iso-time';
import { EntityConflict } from '../../ports/entity-store';
import type { EntityStore } from '../../ports/entity-store';
import type { Incident, Sign } from './incident';
import { digestOf, spread } from './limit-keys';
import { LIMIT_TABLES } from './limit-tables';

export interface IncidentRecorder {
  /**
   * @param before done first where the incident is new, so that a process that dies in between leaves nothing recorded and
   *   undone. May be done twice.
   * @returns the incident where this call recorded it; null where it is known.
   */
  record(sign: Sign, about: IncidentSubject, before: () => Promise<void>): Promise<Incident | null>;
}

export interface IncidentSubject {
  /** The caller, or for a crowd the number's digest: what is counted once. */
  readonly subject: string;
  readonly caller: string;
  readonly at: number;
  readonly windowMs: number;
}

/** Incidents that a process knows to be recorded: a caller that goes on does not cost a read for each lookup. */
const MAX_KNOWN = 10_000;

export function makeIncidentRecorder(store: EntityStore): IncidentRecorder {
  const known = new Set<string>();
  const remember = (name: string): void => {
    if (known.size >= MAX_KNOWN) known.clear();
    known.add(name);
  };
  return {
    async record(sign, { subject, caller, at, windowMs }, before) {
      const windowNo = Math.floor(at / windowMs);
      const digest = digestOf('incident', subject);
      const partition = spread(digest);
      const row = `${digest}!${sign.kind}!${windowNo}`;
      if (known.has(row)) return null;
      if ((await store.get(LIMIT_TABLES.incidents, { partition, row })) !== null) {
        remember(row);
        return null;
      }
      await before();
      const incident: Incident = {
        ...sign,
        caller,
        windowStart: formatTime(windowNo * windowMs),
        windowEnd: formatTime((windowNo + 1) * windowMs),
        detectedAt: formatTime(at),
      };
      try {
        await store.batch(LIMIT_TABLES.incidents, partition, [{ kind: 'insert', row, body: JSON.stringify(incident) }]);
      } catch (error) {
        if (!(error instanceof EntityConflict)) throw error;
        remember(row);
        return null;
      }
      remember(row);
      return incident;
    },
  };
}
