/**
 * When a device counts as gone. Absence from one complete full pull makes it a candidate; absence from two makes it a
 * tombstone, unless so many vanished at once that it looks like an incident: then everything is held for a person.
 */
import type { IsoTime } from '../device/managed-device';
import type { DeviceHead } from './device-record';
import type { VanishBrake } from './ports';

/** Not seen by this pull, and not known to be gone since before it. */
export function isCandidate(head: DeviceHead, runId: string): boolean {
  return head.seen.run !== runId && (head.tombstone === null || head.tombstone.run === runId);
}

export function isVanishing(candidates: number, known: number, brake: VanishBrake): boolean {
  return candidates >= Math.max(1, brake.minimum) && candidates > known * brake.share;
}

/** The head of a candidate after this run; the same object where nothing changes. */
export function markMissing(head: DeviceHead, runId: string, at: IsoTime, held: boolean): DeviceHead {
  if (head.tombstone !== null) return head;
  if (head.missing === null) return { ...head, missing: { run: runId, at } };
  if (held || head.missing.run === runId) return head;
  return { ...head, tombstone: { run: runId, at } };
}
