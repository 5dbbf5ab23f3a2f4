/** The CSV file of a report, made slice by slice while it is downloaded. */
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { Fleet } from '../../fleet/synthetic-device';
import type { Report, ReportColumn } from './report-shape';
import type { ReportFilter } from './report-filter';

/** Devices per piece of the file: some hundred kilobytes of text. */
const SLICE = 256;

/** As the enum spells it; the documentation starts both with a capital, and both are taken (facts/intune-graph.md §1.5). */
export type Localization = 'localizedValuesAsAdditionalColumn' | 'replaceLocalizableValues';

export interface ReportOrder {
  readonly report: Report;
  readonly columns: readonly ReportColumn[];
  readonly filter: ReportFilter;
  readonly localization: Localization;
}

/** @returns the columns that `select` names, in its order; without it the usual ones. */
export function chooseColumns(
  report: Report,
  select: readonly string[] | null,
): readonly ReportColumn[] | { readonly unknown: string } {
  if (select === null || select.length === 0) return report.columns.filter(({ onRequest }) => !onRequest);
  const chosen: ReportColumn[] = [];
  for (const asked of select) {
    const name = Object.hasOwn(report.aliases, asked) ? report.aliases[asked] : asked;
    const found = report.columns.find((column) => column.name === name);
    if (found === undefined) return { unknown: asked };
    chosen.push(found);
  }
  return chosen;
}

/** Lines end with CRLF; the first names the columns. */
export async function* reportLines(fleet: Fleet, order: ReportOrder): AsyncGenerator<string> {
  const { report, columns, filter, localization } = order;
  const additional = report.localizes && localization === 'localizedValuesAsAdditionalColumn';
  const fields = columns.flatMap((column) =>
    additional && column.localized ? [column, { ...column, header: `${column.header}_loc` }] : [column],
  );
  yield `${fields.map(({ header }) => csvField(header)).join(',')}\r\n`;
  let last = 0;
  for (;;) {
    const devices = fleet.slice(fleet.positionAfter(last), SLICE);
    let text = '';
    for (const device of devices) {
      for (const row of report.rowsOf(device, filter.equals)) {
        if (!filter.test(row)) continue;
        let comma = '';
        for (const { read } of fields) {
          text += comma + csvField(read(row));
          comma = ',';
        }
        text += '\r\n';
      }
    }
    if (text !== '') yield text;
    last = devices.at(-1)?.ordinal ?? last;
    if (devices.length < SLICE) return;
    await yieldToOthers();
  }
}

function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
