/** Where the published reports of a run lie in the blob store. */
import type { Clock } from '../ports/clock';

export const REPORTS = 'reports';
/** Names the newest published report. */
export const LATEST_REPORT = `${REPORTS}/latest.json`;

export function reportBlob(runId: string, file: string): string {
  return `${REPORTS}/${runId}/${file}`;
}

const RUN_ID = /^([0-9a-z]{9})[0-9a-z]{17}(?:\/|$)/;
const LATER_THAN_ANY = 3_600_000;

/**
 * When a run was asked for, from its id, which begins with the time (Random.id).
 * @returns milliseconds since the epoch; null where the text is no id of a run, or names a moment that is yet to come.
 */
export function timeOfRun(text: string, clock: Clock): number | null {
  const time = RUN_ID.exec(text)?.[1];
  const at = time === undefined ? NaN : parseInt(time, 36);
  return at <= clock.now() + LATER_THAN_ANY ? at : null;
}
