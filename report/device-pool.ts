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
  /** Offers one row to the whole fleet's sample and to the lists it belongs to. */
  offer(lists: readonly string[], rank: number, make: () => PooledDevice): void;
  /**
   * The phones kept, each once. When they are too many, lists lose their ends evenly: a phone near the start of any
   * list stays.
   * @param more further lists, kept elsewhere.
   */
  finish(more: Iterable<readonly PooledDevice[]>): readonly DeviceSummary[];
}

const MAX_LISTS = 3000;

export function makeDevicePool(limits: PoolLimits): DevicePool {
  const sample = makeBoundedList<PooledDevice>(limits.sample);
  const lists = new Map<string, BoundedList<PooledDevice>>();

  const listOf = (name: string): BoundedList<PooledDevice> | null => {
    const known = lists.get(name);
    if (known !== undefined || lists.size >= MAX_LISTS) return known ?? null;
    const fresh = makeBoundedList<PooledDevice>(limits.list);
    lists.set(name, fresh);
    return fresh;
  };

  return {
    offer(names, rank, make) {
      sample.offer(rank, make);
      for (const name of names) listOf(name)?.offer(rank, make);
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
      for (const list of lists.values()) note(list.sorted(), 1);
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
