/**
 * The phones a report shows, chosen so that every figure has phones behind it while memory stays bounded: one list per
 * figure, each of limited length, all in one order ({@link listRank}), so that lists share their phones.
 */
import { makeBoundedList, type BoundedList } from './bounded-list';
import type { DeviceSummary } from './device-summary';

export interface PooledDevice {
  readonly rank: number;
  readonly device: DeviceSummary;
}

export interface PoolLimits {
  /** Longest list of one figure. */
  readonly list: number;
  /** Sample of the whole fleet; a fleet that fits is shown completely. */
  readonly sample: number;
  /** Phones in all lists together. */
  readonly total: number;
}

export interface DevicePool {
  /** Offers one row to the sample of the whole fleet. */
  offerToSample(rank: number, make: () => PooledDevice): void;
  /** Offers one row to the list of one figure, named by facet and value as in a link. */
  offer(facet: string, value: string, rank: number, make: () => PooledDevice): void;
  /**
   * The phones kept, each once. When they are too many, lists lose their ends evenly: a phone near the start of any
   * list stays.
   * @param more further lists, kept elsewhere.
   */
  finish(more: Iterable<readonly PooledDevice[]>): readonly DeviceSummary[];
}

/** Values of one facet that get a list of their own; only actions can be many. */
const MAX_VALUES = 500;

export function makeDevicePool(limits: PoolLimits): DevicePool {
  const sample = makeBoundedList<PooledDevice>(limits.sample);
  // Two levels, so that no name has to be put together for each row.
  const facets = new Map<string, Map<string, BoundedList<PooledDevice>>>();

  const listsOf = (facet: string): Map<string, BoundedList<PooledDevice>> => {
    const known = facets.get(facet);
    if (known !== undefined) return known;
    const fresh = new Map<string, BoundedList<PooledDevice>>();
    facets.set(facet, fresh);
    return fresh;
  };

  return {
    offerToSample: sample.offer,
    offer(facet, value, rank, make) {
      const lists = listsOf(facet);
      let list = lists.get(value);
      if (list === undefined) {
        if (lists.size >= MAX_VALUES) return;
        list = makeBoundedList<PooledDevice>(limits.list);
        lists.set(value, list);
      }
      list.offer(rank, make);
    },
    finish(more) {
      const best = new Map<PooledDevice, number>();
      const note = (list: readonly PooledDevice[], weight: number): void => {
        list.forEach((entry, index) => {
          const position = index * weight;
          if (position < (best.get(entry) ?? Infinity)) best.set(entry, position);
        });
      };
      note(sample.sorted(), limits.list / Math.max(1, limits.sample));
      for (const lists of facets.values()) for (const list of lists.values()) note(list.sorted(), 1);
      for (const list of more) note(list, 1);
      return [...best]
        .toSorted(([a, left], [b, right]) => left - right || a.rank - b.rank)
        .slice(0, limits.total)
        .map(([entry]) => entry)
        .toSorted((a, b) => a.rank - b.rank)
        .map((entry) => entry.device);
    },
  };
}
