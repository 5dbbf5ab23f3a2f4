/**
 * The phones of a report, packed for the page: strings that repeat stand once in a table, rules that repeat likewise.
 * A phone with fifteen rules takes some 400 bytes, so that a report of 8 000 phones can be mailed.
 */
import type { DeviceSummary, ExplainedRule, LineSummary } from '../device-summary';
import type { ReportModel } from '../report-model';
import { outcomeOf } from '../facets';

type Cell = number | string | boolean | null | readonly Cell[];

/** `index`: into the table of strings. `time`: milliseconds since the epoch. `plain`: as it is. `rules`: see packRules. */
type ColumnType = 'index' | 'time' | 'plain' | 'rules';

export interface Payload {
  readonly strings: readonly string[];
  /** Rows of: rule, rung, answer, observed, required, source field, reason, next step, exception (indexes), line, graceUntil. */
  readonly rules: readonly (readonly Cell[])[];
  readonly columns: readonly (readonly [name: string, type: ColumnType])[];
  readonly devices: readonly (readonly Cell[])[];
}

function makeTable<T>(keyOf: (value: T) => string): { readonly values: T[]; indexOf(value: T): number } {
  const values: T[] = [];
  const known = new Map<string, number>();
  return {
    values,
    indexOf(value) {
      const key = keyOf(value);
      const found = known.get(key);
      if (found !== undefined) return found;
      values.push(value);
      known.set(key, values.length - 1);
      return values.length - 1;
    },
  };
}

function lineText(line: LineSummary): string {
  const parts = [
    line.carrier ?? 'carrier not reported',
    line.homePlmn === null ? null : `network ${line.homePlmn}`,
    line.phone,
    line.carrierSettings === null ? null : `carrier settings ${line.carrierSettings}`,
    line.roaming === true ? 'roaming' : null,
  ];
  return `Line ${line.slot}: ${parts.filter((part) => part !== null).join(', ')}`;
}

const milliseconds = (time: string | null): number | null => (time === null ? null : Date.parse(time));

interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly read: (device: DeviceSummary) => string | number | boolean | null | readonly string[];
}

const COLUMNS: readonly Column[] = [
  { name: 'key', type: 'plain', read: (device) => device.deviceKey },
  { name: 'kind', type: 'index', read: (device) => device.kind },
  { name: 'duplicateOf', type: 'plain', read: (device) => device.duplicateOf },
  { name: 'duplicate', type: 'index', read: (device) => device.duplicateKind },
  { name: 'connector', type: 'index', read: (device) => device.facets.connector },
  { name: 'platform', type: 'index', read: (device) => device.facets.platform },
  { name: 'os', type: 'index', read: (device) => device.facets.os },
  { name: 'patch', type: 'index', read: (device) => device.facets.patch },
  { name: 'app', type: 'index', read: (device) => device.facets.app },
  { name: 'model', type: 'index', read: (device) => device.facets.model },
  { name: 'carrier', type: 'index', read: (device) => device.facets.carrier },
  { name: 'mode', type: 'index', read: (device) => device.facets.mode },
  { name: 'maker', type: 'index', read: (device) => device.manufacturer },
  { name: 'modelName', type: 'index', read: (device) => device.model ?? device.modelId },
  { name: 'modelId', type: 'index', read: (device) => device.modelId },
  { name: 'osVersion', type: 'index', read: (device) => device.osVersion },
  { name: 'securityPatch', type: 'index', read: (device) => device.securityPatch },
  { name: 'carrierName', type: 'index', read: (device) => device.carrier },
  { name: 'serial', type: 'plain', read: (device) => device.serial },
  { name: 'user', type: 'plain', read: (device) => device.user },
  { name: 'ownership', type: 'index', read: (device) => device.ownership },
  { name: 'enrollment', type: 'index', read: (device) => device.enrollment },
  { name: 'enrolledAt', type: 'time', read: (device) => device.enrolledAt },
  { name: 'lastSeenAt', type: 'time', read: (device) => device.lastSeenAt },
  { name: 'inventoryAt', type: 'time', read: (device) => device.inventoryAt },
  { name: 'lines', type: 'plain', read: (device) => device.lines.map(lineText) },
  { name: 'bestLine', type: 'plain', read: (device) => device.bestLine },
  { name: 'standing', type: 'index', read: (device) => device.standing },
  { name: 'outcome', type: 'index', read: (device) => (device.kind === 'phone' ? outcomeOf(device.standing) : null) },
  { name: 'readiness', type: 'index', read: (device) => device.readiness },
  { name: 'compliance', type: 'index', read: (device) => device.compliance },
  { name: 'fails', type: 'index', read: (device) => device.failing },
  { name: 'unknown', type: 'index', read: (device) => device.unknown },
  { name: 'seen', type: 'index', read: (device) => device.seen },
  { name: 'flag', type: 'index', read: (device) => device.flags },
  { name: 'action', type: 'index', read: (device) => device.actions },
  { name: 'moved-by', type: 'index', read: (device) => device.movedBy },
  { name: 'ready-by', type: 'index', read: (device) => device.madeReadyBy },
];

/** Packs the phones of a report; the page's script unpacks by the names and types of the columns. */
export function packDevices(model: ReportModel): Payload {
  const strings = makeTable<string>((text) => text);
  const rules = makeTable<readonly Cell[]>((row) => row.join());
  const index = (text: string | null): number | null => (text === null ? null : strings.indexOf(text));

  const cell = (column: Column, device: DeviceSummary): Cell => {
    const value = column.read(device);
    if (column.type === 'time') return typeof value === 'string' ? milliseconds(value) : null;
    if (column.type === 'plain' || value === null) return value;
    if (typeof value === 'string') return strings.indexOf(value);
    return typeof value === 'object' ? value.map((text) => strings.indexOf(text)) : value;
  };

  const ruleIndex = (rule: ExplainedRule): number =>
    rules.indexOf([
      strings.indexOf(rule.rule),
      strings.indexOf(rule.rung),
      strings.indexOf(rule.answer),
      index(rule.observed),
      index(rule.required),
      strings.indexOf(rule.sourceField),
      strings.indexOf(rule.reason),
      index(rule.next),
      index(rule.exception),
      rule.line,
      milliseconds(rule.graceUntil),
    ]);

  /** Pairs of rule and source time; the time is 0 where it is the time of the whole inventory record, as it mostly is. */
  const packRules = (device: DeviceSummary): readonly Cell[] =>
    device.rules.flatMap((rule) => [
      ruleIndex(rule),
      rule.sourceTime === device.inventoryAt ? 0 : milliseconds(rule.sourceTime),
    ]);

  const devices = model.devices.map((device) => [...COLUMNS.map((column) => cell(column, device)), packRules(device)]);
  return {
    strings: strings.values,
    rules: rules.values,
    columns: [...COLUMNS.map(({ name, type }) => [name, type] as const), ['rules', 'rules'] as const],
    devices,
  };
}
