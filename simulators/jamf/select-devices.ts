/** Which devices a filter and a sort order select. Answers are kept, since every page of a pull asks the same again. */
import { makeMatchingOrdinals } from '../fleet/matching-ordinals';
import type { Fleet } from '../fleet/synthetic-device';
import { compileFilter } from './device-filter';
import { displayNameOf } from './detail-row';
import type { JamfFeatures } from './options';
import { RsqlError } from './rsql';

export interface Selection {
  readonly total: number;
  /** Ordinals at positions [offset, offset + count). */
  slice(offset: number, count: number): readonly number[];
}

/** Rejects with RsqlError for a filter or sort order that the server refuses. */
export type DeviceSelector = (filter: string, sort: string) => Promise<Selection>;

/** Selections kept; each costs four bytes per device. */
const KEPT = 4;

/** The order that costs nothing. */
const BY_ID = 'mobileDeviceId:asc';

type Compare = (a: number, b: number) => number;

export function makeDeviceSelector(fleet: Fleet, features: JamfFeatures): DeviceSelector {
  const matching = makeMatchingOrdinals(fleet);
  const kept = new Map<string, { readonly revision: number; readonly selection: Promise<Selection> }>();

  const select = async (filter: string, sort: string): Promise<Selection> => {
    const compare = compileSort(fleet, sort);
    const holds = filter === '' ? () => true : compileFilter(filter, fleet, features);
    const found = await matching.of(filter, holds);
    const ordered = sort === BY_ID ? found : found.slice().sort(compare);
    return { total: ordered.length, slice: (offset, count) => [...ordered.subarray(offset, offset + count)] };
  };

  return (filter, sort) => {
    if (filter === '' && sort === BY_ID) {
      return Promise.resolve({ total: fleet.size, slice: (offset, count) => fleet.ordinals(offset, count) });
    }
    const key = `${filter}\n${sort}`;
    const known = kept.get(key);
    if (known?.revision === fleet.revision) return known.selection;
    const selection = select(filter, sort);
    kept.delete(key);
    kept.set(key, { revision: fleet.revision, selection });
    for (const oldest of kept.keys()) if (kept.size > KEPT) kept.delete(oldest);
    return selection;
  };
}

/** `lastInventoryUpdateDate:asc,mobileDeviceId:asc`. Equal devices keep the order of their ids. */
function compileSort(fleet: Fleet, sort: string): Compare {
  const parts = sort.split(',').map((part): Compare => {
    const [, field = '', direction = 'asc'] = /^([A-Za-z]+)(?::(asc|desc))?$/.exec(part.trim()) ?? [];
    const ascending = compareBy(fleet, field);
    return direction === 'desc' ? (a, b) => ascending(b, a) : ascending;
  });
  return (a, b) => {
    for (const compare of parts) {
      const order = compare(a, b);
      if (order !== 0) return order;
    }
    return a - b;
  };
}

function compareBy(fleet: Fleet, field: string): Compare {
  switch (field) {
    case 'mobileDeviceId':
      return (a, b) => a - b;
    case 'lastInventoryUpdateDate':
      return byNumber((ordinal) => fleet.inventoryAt(ordinal));
    case 'lastContactDate':
      return byNumber((ordinal) => fleet.lastSeenAt(ordinal));
    case 'lastEnrolledDate':
      return byNumber((ordinal) => fleet.device(ordinal)?.enrolledAt ?? 0);
    case 'displayName':
      return (a, b) => (displayNameOf(a) < displayNameOf(b) ? -1 : a === b ? 0 : 1);
    default:
      throw new RsqlError(`${field} is no field to sort by in this simulator`);
  }
}

/** Compares by a number that is computed once per device. */
function byNumber(valueOf: (ordinal: number) => number): Compare {
  const values = new Map<number, number>();
  const value = (ordinal: number): number => {
    const known = values.get(ordinal);
    if (known !== undefined) return known;
    const computed = valueOf(ordinal);
    values.set(ordinal, computed);
    return computed;
  };
  return (a, b) => value(a) - value(b);
}
