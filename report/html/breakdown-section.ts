/** Where the phones are: by carrier, OS, app, patch level, model and kind of management. */
import type { Breakdown, BreakdownRow } from '../breakdown';
import { countOf, formatShare } from '../format-number';
import type { ReportModel } from '../report-model';
import { bar } from './bar';
import { figure } from './links';
import { html, type SafeHtml } from './safe-html';

const TOP = 8;

const outcomeBar = (row: BreakdownRow): SafeHtml =>
  bar(
    [
      { className: 'ready', value: row.ready },
      { className: 'unsure', value: row.undetermined },
      { className: 'blocked', value: row.blocked },
    ],
    row.phones,
  );

interface Column {
  readonly head: string;
  readonly optional?: true;
  readonly cell: (row: BreakdownRow, name: string) => SafeHtml | string;
}

const PHONES: Column = { head: 'Phones', cell: (row, name) => figure(row.phones, { [name]: row.value }) };
const READY: Column = {
  head: 'Ready',
  cell: (row, name) => figure(row.ready, { [name]: row.value, outcome: 'ready' }),
};
const READY_SHARE: Column = { head: 'Of all', cell: (row) => formatShare(row.ready, row.phones) };
const READY_OF_REPORTING: Column = {
  head: 'Of reporting',
  optional: true,
  cell: (row) => formatShare(row.ready, row.reporting),
};
const UNDETERMINED: Column = {
  head: 'Undetermined',
  optional: true,
  cell: (row, name) => figure(row.undetermined, { [name]: row.value, outcome: 'undetermined' }),
};
const WAIT: Column = {
  head: 'Wait for carrier',
  cell: (row, name) => figure(row.waitForCarrier, { [name]: row.value, standing: 'carrier' }),
};
const BLOCKED: Column = {
  head: 'Blocked',
  cell: (row, name) => figure(row.blocked, { [name]: row.value, outcome: 'blocked' }),
};
const CANNOT: Column = {
  head: 'Cannot update',
  cell: (row, name) => figure(row.cannotUpdate, { [name]: row.value, flag: 'cannot-update' }),
};

const WIDE: readonly Column[] = [PHONES, READY, READY_SHARE, READY_OF_REPORTING, UNDETERMINED, BLOCKED];
const SHORT: readonly Column[] = [PHONES, READY, READY_SHARE, READY_OF_REPORTING];

interface TableOptions {
  readonly title: string;
  readonly head: string;
  readonly columns: readonly Column[];
  readonly withBar: boolean;
}

const className = (column: Column): string => (column.optional === true ? 'num optional' : 'num');

function rowsTable(
  rows: readonly BreakdownRow[],
  name: string,
  { head, columns, withBar, title }: TableOptions,
): SafeHtml {
  return html`<div class="scroll">
    <table>
      <caption class="quiet">
        ${title}, with what became of their phones
      </caption>
      <thead>
        <tr>
          <th scope="col">${head}</th>
          ${withBar && html`<td class="barcell"></td>`}
          ${columns.map((column) => html`<th scope="col" class="${className(column)}">${column.head}</th> `)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              <th scope="row">${row.value}</th>
              ${withBar && html`<td class="barcell">${outcomeBar(row)}</td>`}
              ${columns.map((column) => html`<td class="${className(column)}">${column.cell(row, name)}</td> `)}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

function breakdownTable(breakdown: Breakdown, options: TableOptions): SafeHtml | null {
  const { name, rows, otherValues } = breakdown;
  if (rows.length === 0) return null;
  const more = rows.slice(TOP);
  return html`<div class="part" id="by-${name}">
    <h3>${options.title}</h3>
    ${rowsTable(rows.slice(0, TOP), name, options)}
    ${
      more.length > 0 &&
      html`<details>
        <summary>${more.length} more</summary>
        ${rowsTable(more, name, options)}
        ${otherValues > 0 && html`<p class="soft small">“Other” stands for ${countOf(otherValues, 'value', 'values')} or more.</p>`}
      </details>`
    }
  </div>`;
}

export function breakdownSection({ breakdowns }: ReportModel): SafeHtml {
  const table = (
    name: keyof typeof breakdowns,
    title: string,
    head: string,
    columns: readonly Column[],
    withBar = false,
  ) => breakdownTable(breakdowns[name], { title, head, columns, withBar });
  return html`<section id="where" aria-labelledby="where-title">
    <h2 id="where-title">Where the phones are</h2>
    <p class="about">
      <span class="dot ready" aria-hidden="true"></span> ready,
      <span class="dot unsure" aria-hidden="true"></span> undetermined,
      <span class="dot blocked" aria-hidden="true"></span> blocked. “Of all” and “of reporting” are the shares of ready
      phones among all phones of a row and among those seen lately. Each phone counts once, by the line that decides.
    </p>
    ${table('carrier', 'Carriers', 'Carrier', [PHONES, READY, READY_SHARE, READY_OF_REPORTING, WAIT, UNDETERMINED, BLOCKED], true)}
    <div class="part">${table('os', 'OS versions', 'OS', WIDE, true)}</div>
    <div class="pair part">
      ${table('app', 'App versions', 'App', SHORT)} ${table('patch', 'Android security patch', 'Patch month', SHORT)}
    </div>
    <div class="part">
      ${table('model', 'Models', 'Model', [PHONES, READY, READY_SHARE, READY_OF_REPORTING, UNDETERMINED, BLOCKED, CANNOT], true)}
    </div>
    <div class="pair part">
      ${table('mode', 'Management', 'Mode', SHORT)} ${table('platform', 'Platforms', 'Platform', SHORT)}
    </div>
  </section>`;
}
