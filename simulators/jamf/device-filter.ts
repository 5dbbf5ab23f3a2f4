/** Turns a filter into a question about one device, answered from the cheap views of the fleet where they are enough. */
import type { Fleet, SyntheticDevice } from '../fleet/synthetic-device';
import { groupIdOf } from './detail-row';
import type { JamfFeatures } from './options';
import { parseRsql, RsqlError } from './rsql';
import type { Operator, RsqlNode } from './rsql';

export type DevicePredicate = (ordinal: number) => boolean;

type Comparison = Extract<RsqlNode, { kind: 'compare' }>;
type TextField = (device: SyntheticDevice) => readonly string[];

const TEXT_FIELDS: Readonly<Record<string, TextField>> = {
  managementId: ({ secondGuid }) => [secondGuid],
  serialNumber: ({ serial }) => [serial],
  udid: ({ udid }) => [udid],
  osVersion: ({ osVersion }) => [osVersion],
  osBuild: ({ osBuild }) => [osBuild],
  modelIdentifier: ({ modelId }) => [modelId],
  username: ({ user }) => [user?.name ?? ''],
  emailAddress: ({ user }) => [user?.email ?? ''],
  imei: ({ imei }) => [imei],
  groupId: ({ groups }) => groups.map(groupIdOf),
  groupName: ({ groups }) => groups,
};

/** @throws RsqlError for a filter that the server would answer with 400. */
export function compileFilter(filter: string, fleet: Fleet, features: JamfFeatures): DevicePredicate {
  return compile(parseRsql(filter), fleet, features);
}

function compile(node: RsqlNode, fleet: Fleet, features: JamfFeatures): DevicePredicate {
  if (node.kind === 'compare') return compileComparison(node, fleet, features);
  const parts = node.parts.map((part) => compile(part, fleet, features));
  return node.kind === 'and'
    ? (ordinal) => parts.every((holds) => holds(ordinal))
    : (ordinal) => parts.some((holds) => holds(ordinal));
}

function compileComparison(node: Comparison, fleet: Fleet, features: JamfFeatures): DevicePredicate {
  const { field, operator, values } = node;
  switch (field) {
    case 'mobileDeviceId': {
      // Whether ranges of ids compare as numbers or as text is not established, so nobody may lean on them.
      const wanted = new Set(values);
      return membership(node, (ordinal) => wanted.has(String(ordinal)));
    }
    case 'managed':
    case 'supervised': {
      const wanted = new Set(values.map((value) => value.toLowerCase() === 'true'));
      if (field === 'managed') return membership(node, (at) => wanted.has(fleet.enrollment(at) !== 'unenrolled'));
      return membership(node, (at) => wanted.has(fleet.device(at)?.mode === 'supervised'));
    }
    case 'lastContactDate':
      if (!features.lastContact) throw new RsqlError('lastContactDate is no field to filter by');
      return dateComparison(operator, values, (ordinal) => fleet.lastSeenAt(ordinal));
    case 'lastInventoryUpdateDate':
      return dateComparison(operator, values, (ordinal) => fleet.inventoryAt(ordinal));
    default: {
      const read = TEXT_FIELDS[field];
      if (read === undefined) throw new RsqlError(`${field} is no field to filter by`);
      const patterns = values.map(wildcard);
      return membership(node, (ordinal) => {
        const device = fleet.device(ordinal);
        return device !== null && read(device).some((text) => patterns.some((pattern) => pattern.test(text)));
      });
    }
  }
}

/** Equality in its four forms; anything else is refused. */
function membership({ field, operator }: Comparison, isIn: DevicePredicate): DevicePredicate {
  if (operator === '==' || operator === 'in') return isIn;
  if (operator === '!=' || operator === 'out') return (ordinal) => !isIn(ordinal);
  throw new RsqlError(`${field} knows no ${operator} in this simulator`);
}

/** `*` stands for anything. */
function wildcard(value: string): RegExp {
  const source = value
    .split('*')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${source}$`, 'i');
}

/** A device without the date never matches, whatever the comparison (facts/jamf-pro.md §2.4). */
function dateComparison(
  operator: Operator,
  values: readonly string[],
  timeOf: (ordinal: number) => number,
): DevicePredicate {
  const [value] = values;
  if (value === undefined || values.length > 1) throw new RsqlError('a date is compared with one value');
  const bound = parseFilterDate(value);
  const compare: Readonly<Record<Operator, ((time: number) => boolean) | null>> = {
    '==': (time) => time === bound,
    '!=': (time) => time !== bound,
    '<': (time) => time < bound,
    '<=': (time) => time <= bound,
    '>': (time) => time > bound,
    '>=': (time) => time >= bound,
    in: null,
    out: null,
  };
  const holds = compare[operator];
  if (holds === null) throw new RsqlError('a date knows no list');
  return (ordinal) => {
    const time = timeOf(ordinal);
    return time !== 0 && holds(time);
  };
}

/**
 * Milliseconds of a date in a filter. Three fractional digits, none, or a day: the one-digit form that the server
 * itself prints is refused (facts/jamf-pro.md §2.3).
 */
function parseFilterDate(value: string): number {
  const time = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{3})?Z)?$/.test(value) ? Date.parse(value) : NaN;
  if (Number.isNaN(time)) throw new RsqlError(`"${value}" is no date of the form yyyy-MM-ddTHH:mm:ss.SSSZ`);
  return time;
}
