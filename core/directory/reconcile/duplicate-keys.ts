/** Keys that stand in more than one live entry; gathered for those alone whose hash came twice in the survey. */
import { redactPhone } from '../../device/redact-phone';
import type { PublishedHead } from '../records';
import { check } from './drift';
import type { Drift } from './drift';
import { driftOfEntry } from './make-drift';
import type { Survey } from './survey';

export interface KeyHolders {
  /** @param entry live. */
  add(entry: PublishedHead): void;
  /** One finding a key, in the order in which the keys came. */
  duplicates(): Generator<Drift>;
}

/** A key copied to a whole fleet is one finding, not a list of the fleet. */
const MAX_LISTED = 20;

export function makeKeyHolders({ mayBeRepeated }: Pick<Survey, 'mayBeRepeated'>): KeyHolders {
  const holders = new Map<string, { readonly listed: PublishedHead[]; count: number }>();
  return {
    add(entry) {
      if (!mayBeRepeated(entry.fingerprint)) return;
      const known = holders.get(entry.fingerprint);
      if (known === undefined) {
        holders.set(entry.fingerprint, { listed: [entry], count: 1 });
        return;
      }
      known.count += 1;
      if (known.listed.length < MAX_LISTED) known.listed.push(entry);
    },
    *duplicates() {
      for (const [fingerprint, { listed, count }] of holders) {
        const [first, ...others] = listed;
        if (first === undefined || others.length === 0) continue;
        const checks = [
          check('fingerprint', fingerprint, null),
          check('holders', String(count), '1'),
          ...others.map(({ entryId }) => check('other.entryId', entryId, null)),
          ...others.map(({ phone }) => check('other.phone', redactPhone(phone), redactPhone(first.phone))),
          ...others.map(({ deviceKey }) => check('other.deviceKey', deviceKey, first.deviceKey)),
        ];
        yield driftOfEntry({ kind: 'duplicate-key', checks }, first, null);
      }
    },
  };
}
