/** First pass: what no bucket can know of itself. About four bytes per number and key are kept. */
import { makeHashCollector } from '../../device/repeated-hashes';
import type { EntityStore } from '../../ports/entity-store';
import { decodeHead as decodeDeviceHead } from '../../sweep/device-record';
import { isLive } from '../validity';
import { joinBucket, bucketsOf } from './merge-join';
import { makeNumberHashes, phonesOf } from './number-hashes';
import { readHeadOf } from './read-entry-row';

export interface Survey {
  /** Live entries of the connectors: what shares are reckoned of. */
  readonly liveEntries: number;
  /** False where no device shows the number; a true may be a chance hit. */
  mayBeShown(phone: string): boolean;
  /** False where no two live entries have the key; a true may be a chance hit. */
  mayBeRepeated(fingerprint: string): boolean;
}

export interface SurveyPorts {
  readonly store: EntityStore;
  readonly pageSize: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export async function surveyFleet(
  { store, pageSize, now }: SurveyPorts,
  connectorIds: readonly string[],
): Promise<Survey> {
  const numbers = makeNumberHashes();
  const keys = makeHashCollector();
  let liveEntries = 0;
  for (const connectorId of connectorIds) {
    for await (const partition of bucketsOf(store, connectorId)) {
      for await (const { device, entries } of joinBucket(store, partition, pageSize)) {
        if (device !== null && decodeDeviceHead(device.body).tombstone === null) {
          for (const phone of phonesOf(device.body)) numbers.add(phone);
        }
        for (const { body } of entries) {
          const head = readHeadOf(body);
          if (head?.state !== 'published' || !isLive(head, now)) continue;
          liveEntries += 1;
          keys.add([hashOfKey(head.fingerprint)]);
        }
      }
    }
  }
  const shown = numbers.freeze();
  const repeated = keys.repeated();
  return {
    liveEntries,
    mayBeShown: (phone) => shown.mayHold(phone),
    mayBeRepeated: (fingerprint) => repeated.has(hashOfKey(fingerprint)),
  };
}

/** Of a digest any four bytes are a hash. */
function hashOfKey(fingerprint: string): number {
  const bytes = Buffer.from(fingerprint, 'base64');
  return bytes.length < 4 ? 0 : bytes.readInt32BE(0);
}
