/**
 * `$filter` of managedDevices with its traps (facts/intune-graph.md §1.3): an unsupported property or operator is
 * silently ignored and every device comes back (T4), `ne` is evaluated as `eq` (T5), `in (...)` fails (T6).
 */
import type { Fleet } from '../fleet/synthetic-device';
import { readProperty } from './managed-device-row';

/** Asked for one device of a fleet; reads no more of it than it needs. */
export type DeviceTest = (fleet: Fleet, ordinal: number) => boolean;

export type DeviceFilter =
  | { readonly kind: 'test'; readonly test: DeviceTest }
  /** As if no filter had been sent. */
  | { readonly kind: 'ignored' }
  /** HTTP 500. */
  | { readonly kind: 'crash' }
  /** HTTP 400. */
  | { readonly kind: 'invalid'; readonly message: string };

const IGNORED: DeviceFilter = { kind: 'ignored' };

/** Documented, and used in the field: facts/intune-graph.md §1.3. */
const EQUALITY = new Set([
  'complianceState',
  'managementAgent',
  'deviceCategoryDisplayName',
  'jailBroken',
  'operatingSystem',
  'azureADDeviceId',
  'serialNumber',
  'userPrincipalName',
]);

const TIMES: Readonly<Record<string, (fleet: Fleet, ordinal: number) => number>> = {
  lastSyncDateTime: (fleet, ordinal) => fleet.lastSeenAt(ordinal),
  enrolledDateTime: (fleet, ordinal) => fleet.device(ordinal)?.enrolledAt ?? 0,
};

/** @param filter value of `$filter`, decoded; null without it. */
export function parseDeviceFilter(filter: string | null): DeviceFilter {
  if (filter === null || filter.trim() === '') return IGNORED;
  if (/\bin\s*\(/i.test(filter)) return { kind: 'crash' };
  const alternatives: DeviceTest[][] = [];
  for (const alternative of filter.split(/\s+or\s+/i)) {
    const tests: DeviceTest[] = [];
    for (const clause of alternative.split(/\s+and\s+/i)) {
      const parsed = parseClause(clause.trim().replace(/^\(+/, ''));
      if (parsed.kind !== 'test') return parsed;
      tests.push(parsed.test);
    }
    alternatives.push(tests);
  }
  return {
    kind: 'test',
    test: (fleet, ordinal) => alternatives.some((tests) => tests.every((test) => test(fleet, ordinal))),
  };
}

function parseClause(clause: string): DeviceFilter {
  const contains = /^contains\(\s*(\w+)\s*,\s*'((?:[^']|'')*)'\s*\)\)*$/i.exec(clause);
  if (contains !== null) return containsClause(contains[1] ?? '', unquote(contains[2] ?? ''));
  const comparison = /^(\w+)\s+(\w+)\s+(?:'((?:[^']|'')*)'|([^\s')]+))\)*$/.exec(clause);
  if (comparison === null) return { kind: 'invalid', message: `Invalid filter clause: ${clause}` };
  const [, property = '', operator = '', quoted, bare] = comparison;
  const literal = quoted === undefined ? (bare ?? '') : unquote(quoted);
  return property in TIMES ? timeClause(property, operator, literal) : equalityClause(property, operator, literal);
}

function timeClause(property: string, operator: string, literal: string): DeviceFilter {
  const read = TIMES[property];
  if (read === undefined || (operator !== 'gt' && operator !== 'lt')) return IGNORED;
  const limit = Date.parse(literal);
  if (Number.isNaN(limit))
    return { kind: 'invalid', message: `Invalid filter clause: ${literal} is no DateTimeOffset` };
  // What is compared is what the answer shows: whole seconds.
  const shown = (fleet: Fleet, ordinal: number): number => Math.floor(read(fleet, ordinal) / 1000) * 1000;
  return {
    kind: 'test',
    test:
      operator === 'gt'
        ? (fleet, ordinal) => shown(fleet, ordinal) > limit
        : (fleet, ordinal) => shown(fleet, ordinal) < limit,
  };
}

function equalityClause(property: string, operator: string, literal: string): DeviceFilter {
  // `ne` as `eq` is no slip: facts/intune-graph.md §7 T5.
  if (!EQUALITY.has(property) || (operator !== 'eq' && operator !== 'ne')) return IGNORED;
  const wanted = literal.toLowerCase();
  return propertyTest(property, (value) => value === wanted);
}

function containsClause(property: string, part: string): DeviceFilter {
  if (property !== 'operatingSystem') return IGNORED;
  const wanted = part.toLowerCase();
  return propertyTest(property, (value) => value.includes(wanted));
}

function propertyTest(property: string, accepts: (value: string) => boolean): DeviceFilter {
  const read = readProperty(property);
  if (read === undefined) return IGNORED;
  return {
    kind: 'test',
    test(fleet, ordinal) {
      const device = fleet.device(ordinal);
      if (device === null) return false;
      const value = read(device);
      return typeof value === 'string' && accepts(value.toLowerCase());
    },
  };
}

function unquote(literal: string): string {
  return literal.replaceAll("''", "'");
}
