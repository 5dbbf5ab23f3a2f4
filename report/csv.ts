/**
 * The list of all records as CSV (RFC 4180: CRLF, quotes doubled): one row per record, in the order they come, with the
 * line that decides. Columns that a link of the HTML report filters by have the facet's name, so that a list that is cut
 * there is had in full here.
 */
import type { Line } from '../core/device/managed-device';
import { bestLine, breakdownValues, flagsOf, outcomeOf } from './facets';
import { actionsOf, NO_ACTIONS, type RowActions } from './fix-first';
import { seenClass } from './last-seen';
import { maskPhone } from './mask-phone';
import { kindOf, type ReportRow } from './report-row';

export interface CsvOptions {
  /** Milliseconds since the epoch; ages are measured from it. */
  readonly now: number;
  /** Print phone numbers in full instead of their last two digits. */
  readonly showPhones: boolean;
}

/** What several columns need, found once per record. */
interface Derived {
  readonly line: Line | null;
  readonly actions: RowActions;
  readonly options: CsvOptions;
}

interface Column {
  readonly name: string;
  /** What the column holds, for documentation. Several values in one field are parted by `; `. */
  readonly about: string;
  readonly read: (row: ReportRow, derived: Derived) => string | number | null;
}

const many = (values: readonly string[]): string =>
  values.length <= 1 ? (values[0] ?? '') : [...new Set(values)].join('; ');

/** The header, in order. New columns are added at the end. */
export const CSV_COLUMNS: readonly Column[] = [
  { name: 'device_key', about: 'Key in Muster: connector and vendor id', read: ({ device }) => device.deviceKey },
  { name: 'kind', about: 'phone, duplicate or not-judged; figures count phones', read: (row) => kindOf(row) },
  { name: 'standing', about: 'First failing rung, ready or undetermined', read: ({ verdict }) => verdict.standing },
  {
    name: 'outcome',
    about: 'ready, blocked or undetermined',
    read: (row) => (kindOf(row) === 'phone' ? outcomeOf(row.verdict.standing) : null),
  },
  {
    name: 'readiness',
    about: 'ready-unconfirmed, confirmed, not-ready or undetermined',
    read: ({ verdict }) => verdict.readiness,
  },
  { name: 'compliance', about: 'With grace periods and exceptions', read: ({ verdict }) => verdict.compliance },
  { name: 'fails', about: 'All failing rungs', read: ({ verdict }) => many(verdict.failing) },
  { name: 'unknown', about: 'All rungs without an answer', read: ({ verdict }) => many(verdict.unknown) },
  { name: 'flag', about: 'cannot-update, reporting, jailbroken', read: (row) => many(flagsOf(row)) },
  {
    name: 'action',
    about: 'What there is to do, by the ids of the JSON report',
    read: (_, { actions }) => many(actions.ids),
  },
  { name: 'moved_by', about: 'The action that alone moves the phone up', read: (_, { actions }) => actions.movedBy },
  { name: 'ready_by', about: 'The action that alone makes it ready', read: (_, { actions }) => actions.madeReadyBy },
  {
    name: 'reason',
    about: 'Why the phone does not stand higher',
    read: (row) => firstReason(row),
  },
  {
    name: 'seen',
    about: 'Class of the last contact',
    read: ({ device }, { options: { now } }) => seenClass(device.enrollment.lastSeenAt, now),
  },
  { name: 'platform', about: 'iOS, Android, …', read: (row) => many(breakdownValues('platform', row)) },
  { name: 'os', about: 'Platform and version', read: (row) => many(breakdownValues('os', row)) },
  { name: 'os_build', about: 'Build of the OS', read: ({ device }) => device.osBuild },
  { name: 'patch', about: 'Month of the Android security patch', read: (row) => many(breakdownValues('patch', row)) },
  { name: 'security_patch', about: 'Android security patch level', read: ({ device }) => device.securityPatch },
  { name: 'app', about: 'Watched apps with their versions', read: (row) => many(breakdownValues('app', row)) },
  { name: 'manufacturer', about: 'As the MDM names it', read: ({ device }) => device.manufacturer },
  { name: 'model', about: 'Marketing name where there is one', read: (row) => many(breakdownValues('model', row)) },
  { name: 'model_id', about: 'e.g. iPhone17,3', read: ({ device }) => device.modelId },
  { name: 'serial', about: 'Serial number', read: ({ device }) => device.serial },
  { name: 'connector', about: 'Connector id', read: ({ device }) => device.connectorId },
  { name: 'vendor_id', about: 'Id at the MDM', read: ({ device }) => device.vendorId },
  { name: 'enrollment', about: 'State of enrollment', read: ({ device }) => device.enrollment.state },
  { name: 'enrolled_at', about: 'UTC', read: ({ device }) => device.enrollment.enrolledAt },
  { name: 'last_seen_at', about: 'UTC', read: ({ device }) => device.enrollment.lastSeenAt },
  {
    name: 'inventory_at',
    about: 'UTC; source time of OS, patch and line values',
    read: ({ device }) => device.inventoryAt,
  },
  { name: 'mode', about: 'Kind of management', read: ({ device }) => device.management.mode },
  { name: 'ownership', about: 'corporate, personal or unknown', read: ({ device }) => device.management.ownership },
  { name: 'user_name', about: 'User of the phone', read: ({ device }) => device.user.name },
  { name: 'user_email', about: 'Address of the user', read: ({ device }) => device.user.email },
  { name: 'lines', about: 'Number of lines (SIMs)', read: ({ device }) => device.lines.length },
  { name: 'line', about: 'Slot of the line that decides', read: (_, { line }) => line?.slot ?? null },
  {
    name: 'phone',
    about: 'Number of that line; its last two digits unless asked otherwise',
    read: (_, { line, options: { showPhones } }) =>
      showPhones ? (line?.phone ?? null) : maskPhone(line?.phone ?? null),
  },
  { name: 'carrier', about: 'Home carrier of that line', read: (row) => many(breakdownValues('carrier', row)) },
  { name: 'home_plmn', about: 'MCC and MNC of the home network', read: (_, { line }) => line?.homePlmn ?? null },
  {
    name: 'carrier_settings',
    about: 'Version of the carrier settings',
    read: (_, { line }) => line?.carrierSettings ?? null,
  },
  { name: 'duplicate', about: 're-enrollment or cross-mdm', read: ({ duplicate }) => duplicate?.kind ?? null },
  { name: 'duplicate_of', about: 'Key of the record that is counted', read: ({ duplicate }) => duplicate?.of ?? null },
  { name: 'evaluated_at', about: 'UTC', read: ({ verdict }) => verdict.evaluatedAt },
  { name: 'policy_digest', about: 'SHA-256 of the policy', read: ({ verdict }) => verdict.policyDigest },
];

function firstReason({ verdict }: ReportRow): string | null {
  const rung = verdict.failing[0] ?? verdict.unknown[0];
  const answer = verdict.failing.length > 0 ? 'fail' : 'unknown';
  const rule = verdict.rules.find(
    (each) => each.rung === rung && each.answer === answer && (each.line === null || each.line === verdict.bestLine),
  );
  return rule?.reason ?? null;
}

/** Most fields need nothing: one look tells. */
const NEEDS_CARE = /^[=+\-@\t\r]|[",\r\n]/;
const PHONE = /^\+[\d•]+$/;

/**
 * One field. A text that a spreadsheet would take for a formula gets a leading apostrophe; a phone number is a plus and
 * digits and can do no harm.
 */
export function csvField(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return value.toString();
  if (!NEEDS_CARE.test(value)) return value;
  const text = /^[=+\-@\t\r]/.test(value) && !PHONE.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function csvHeader(): string {
  return `${CSV_COLUMNS.map(({ name }) => name).join(',')}\r\n`;
}

/** One record as one line, with its line end. */
export function csvRow(row: ReportRow, options: CsvOptions): string {
  const derived: Derived = {
    line: bestLine(row.device, row.verdict),
    actions: kindOf(row) === 'phone' ? actionsOf(row) : NO_ACTIONS,
    options,
  };
  return `${CSV_COLUMNS.map(({ read }) => csvField(read(row, derived))).join(',')}\r\n`;
}
