/** Filters of the device search and of the extensive search: facts/workspace-one.md §2.1, §2.3. */
import type { MutableFleet, SyntheticDevice } from '../fleet/synthetic-device';
import { statusChangedAt } from './extensive-row';
import type { OrganizationGroups } from './organization-groups';
import { readQueryTime } from './uem-time';
import { complianceStatus, searchEnrollment, searchOwnership, searchPlatform } from './uem-words';

export interface FilterContext {
  readonly fleet: MutableFleet;
  readonly groups: OrganizationGroups;
  readonly offsetMinutes: number;
}

export interface DeviceFilter {
  /** Equal for equal filters; empty when everything passes. */
  readonly key: string;
  test(ordinal: number): boolean;
}

/** A value that cannot be read: HTTP 400. */
export interface BadFilter {
  readonly bad: string;
}

type Test = (ordinal: number) => boolean;
type MakeTest = (value: string, context: FilterContext) => Test | null;

const byTime =
  (read: (fleet: MutableFleet, ordinal: number) => number, passes: (at: number, limit: number) => boolean): MakeTest =>
  (value, { fleet, offsetMinutes }) => {
    const limit = readQueryTime(value, offsetMinutes);
    return limit === null ? null : (ordinal) => passes(read(fleet, ordinal), limit);
  };

const byDevice =
  (passes: (device: SyntheticDevice, wanted: string) => boolean): MakeTest =>
  (value, { fleet }) => {
    const wanted = value.toLowerCase();
    return (ordinal) => {
      const device = fleet.device(ordinal);
      return device !== null && passes(device, wanted);
    };
  };

const lastSeen = (fleet: MutableFleet, ordinal: number): number => fleet.lastSeenAt(ordinal);
const changed = (fleet: MutableFleet, ordinal: number): number => {
  const device = fleet.device(ordinal);
  return device === null ? 0 : statusChangedAt(device);
};
const atLeast = (at: number, limit: number): boolean => at >= limit;
const atMost = (at: number, limit: number): boolean => at <= limit;

const byPlatform: MakeTest = (value, { fleet }) => {
  const wanted = value.toLowerCase();
  return (ordinal) => searchPlatform(fleet.platform(ordinal)).toLowerCase() === wanted;
};

const byGroup: MakeTest = (value, { fleet, groups }) => {
  const group = groups.withId(Number(value));
  return (ordinal) => group !== null && fleet.device(ordinal)?.organizationGroup === group.name;
};

/** Cheap tests first: the order here is the order of evaluation. */
const SEARCH_FILTERS: Readonly<Record<string, MakeTest>> = {
  platform: byPlatform,
  seensince: byTime(lastSeen, atLeast),
  lastseen: byTime(lastSeen, atLeast),
  ownership: byDevice((device, wanted) => searchOwnership(device).toLowerCase() === wanted),
  compliantstatus: byDevice((device, wanted) => complianceStatus(device).toLowerCase() === wanted),
  user: byDevice(({ user }, wanted) => user?.name.toLowerCase() === wanted),
  model: byDevice(({ model }, wanted) => model.toLowerCase().includes(wanted)),
  lgid: byGroup,
};

const EXTENSIVE_FILTERS: Readonly<Record<string, MakeTest>> = {
  deviceid: (value) => (ordinal) => ordinal === Number(value),
  enrollmentstatus: (value, { fleet }) => {
    const wanted = value.toLowerCase();
    return (ordinal) => searchEnrollment(fleet.enrollment(ordinal)).toLowerCase() === wanted;
  },
  platform: byPlatform,
  startdatetime: byTime(lastSeen, atLeast),
  enddatetime: byTime(lastSeen, atMost),
  statuschangestarttime: byTime(changed, atLeast),
  statuschangeendtime: byTime(changed, atMost),
  organizationgroupid: byGroup,
};

/** @param query lower-case names; names that no filter has are ignored. */
export function parseDeviceFilter(
  kind: 'search' | 'extensive',
  query: ReadonlyMap<string, string>,
  context: FilterContext,
): DeviceFilter | BadFilter {
  const tests: Test[] = [];
  const key: string[] = [];
  for (const [name, makeTest] of Object.entries(kind === 'search' ? SEARCH_FILTERS : EXTENSIVE_FILTERS)) {
    const value = query.get(name);
    if (value === undefined || value === '') continue;
    const test = makeTest(value, context);
    if (test === null) return { bad: `${name}=${value}` };
    tests.push(test);
    key.push(`${name}=${value}`);
  }
  return { key: key.join('&'), test: (ordinal) => tests.every((test) => test(ordinal)) };
}
