/** Which devices of a fleet a filter keeps: scanned once per state of the fleet, in slices that let others run. */
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { Fleet } from './synthetic-device';

/** Devices looked at between two turns of the event loop: some milliseconds even when each is computed whole. */
const SLICE = 4096;
/** Filters remembered at once; each costs 4 bytes per device it keeps. */
const REMEMBERED = 8;

export interface MatchingOrdinals {
  /**
   * @param key names the filter: equal keys must mean equal tests.
   * @returns the ordinals that pass, ascending; remembered until the fleet changes.
   */
  of(key: string, test: (ordinal: number) => boolean): Promise<Uint32Array>;
}

export function makeMatchingOrdinals(fleet: Fleet): MatchingOrdinals {
  const known = new Map<string, { readonly revision: number; readonly ordinals: Promise<Uint32Array> }>();
  return {
    of(key, test) {
      const before = known.get(key);
      if (before?.revision === fleet.revision) return before.ordinals;
      const ordinals = scan(fleet, test);
      known.delete(key);
      known.set(key, { revision: fleet.revision, ordinals });
      for (const oldest of known.keys()) {
        if (known.size <= REMEMBERED) break;
        known.delete(oldest);
      }
      return ordinals;
    },
  };
}

async function scan(fleet: Fleet, test: (ordinal: number) => boolean): Promise<Uint32Array> {
  let kept = new Uint32Array(1024);
  let count = 0;
  let last = 0;
  for (;;) {
    // Goes on after the last ordinal, not at a position: the fleet may change between two slices.
    const ordinals = fleet.ordinals(fleet.positionAfter(last), SLICE);
    for (const ordinal of ordinals) {
      if (!test(ordinal)) continue;
      if (count === kept.length) {
        const longer = new Uint32Array(kept.length * 2);
        longer.set(kept);
        kept = longer;
      }
      kept[count] = ordinal;
      count += 1;
    }
    last = ordinals.at(-1) ?? last;
    if (ordinals.length < SLICE) return kept.slice(0, count);
    await yieldToOthers();
  }
}

/** @returns how many of the ascending ordinals are at most this one: where a keyset page goes on. */
export function positionAfter(ordinals: Uint32Array, ordinal: number): number {
  let low = 0;
  let high = ordinals.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ordinals[middle] ?? Infinity) <= ordinal) low = middle + 1;
    else high = middle;
  }
  return low;
}
