/** `filter` of an export job: comparisons joined by `and` and `or`, e.g. `(ApplicationName eq 'Messages')`. */
import type { Report, ReportRow } from './report-shape';

export interface ReportFilter {
  test(row: ReportRow): boolean;
  /** Columns that the filter pins to one value. */
  readonly equals: ReadonlyMap<string, string>;
}

/** Why the service refuses the filter with 400. */
export interface FilterProblem {
  readonly problem: string;
}

/** Members of managedDeviceOwnerType by number; literals are numbers as strings (facts/intune-graph.md §1.5). */
const OWNERS: Readonly<Record<string, string>> = { '1': 'corporate', '2': 'personal' };

/** @param text empty or null: every row. */
export function parseReportFilter(report: Report, text: string | null): ReportFilter | FilterProblem {
  const equals = new Map<string, string>();
  const alternatives: ((row: ReportRow) => boolean)[][] = [];
  const given = (text ?? '').trim();
  for (const alternative of given === '' ? [] : given.split(/\s+or\s+/i)) {
    const tests: ((row: ReportRow) => boolean)[] = [];
    for (const clause of alternative.split(/\s+and\s+/i)) {
      const parsed = /^\(*\s*(\w+)\s+(eq|gt|lt|ge|le)\s+'?([^']*?)'?\s*\)*$/i.exec(clause.trim());
      if (parsed === null) return { problem: `Invalid filter: ${clause}` };
      const [, name = '', operator = '', literal = ''] = parsed;
      if (!report.filterable.includes(name)) return { problem: `Filter on column ${name} is not supported.` };
      const test = comparison(report, name, operator.toLowerCase(), literal);
      if (test === null) return { problem: `Filter value '${literal}' of ${name} is not supported.` };
      if (operator.toLowerCase() === 'eq') equals.set(name, literal);
      tests.push(test);
    }
    alternatives.push(tests);
  }
  if (report.required !== null && !equals.has(report.required)) {
    // facts/intune-graph.md §7 T13.
    return { problem: `Report ${report.name} needs a filter on ${report.required}.` };
  }
  return {
    equals,
    test: (row) => alternatives.length === 0 || alternatives.some((tests) => tests.every((test) => test(row))),
  };
}

function comparison(
  report: Report,
  name: string,
  operator: string,
  literal: string,
): ((row: ReportRow) => boolean) | null {
  if (name === 'LastContact') return timeTest(operator, literal, ({ device }) => device.lastSeenAt);
  if (name === 'CreatedDate') return timeTest(operator, literal, ({ device }) => device.enrolledAt);
  if (operator !== 'eq') return null;
  if (name === 'OwnerType') {
    const owner = OWNERS[literal];
    return owner === undefined ? null : ({ device }) => device.ownership === owner;
  }
  const column = report.columns.find((one) => one.name === name);
  // Enums are numbers whose meaning is undocumented: a simulator must not invent them.
  if (column === undefined || (report.required === null && /^\d+$/.test(literal))) return null;
  return (row) => column.read(row) === literal;
}

function timeTest(
  operator: string,
  literal: string,
  read: (row: ReportRow) => number,
): ((row: ReportRow) => boolean) | null {
  const limit = Date.parse(literal);
  if (Number.isNaN(limit)) return null;
  switch (operator) {
    case 'gt':
      return (row) => read(row) > limit;
    case 'ge':
      return (row) => read(row) >= limit;
    case 'lt':
      return (row) => read(row) < limit;
    case 'le':
      return (row) => read(row) <= limit;
    default:
      return (row) => read(row) === limit;
  }
}
