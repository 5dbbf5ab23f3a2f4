/** The list behind every figure: an empty frame that the page's script fills. */
import type { Breakdown } from '../breakdown';
import type { ReportModel } from '../report-model';
import { standingLabel, STANDINGS } from '../standings';
import { html, type SafeHtml } from './safe-html';

interface Choice {
  readonly value: string;
  readonly label: string;
}

function choice(facet: string, label: string, choices: readonly Choice[]): SafeHtml {
  return html`<label
    >${label}<select data-facet="${facet}">
      <option value="">any</option>
      ${choices.map((entry) => html`<option value="${entry.value}">${entry.label}</option> `)}
    </select></label
  >`;
}

const valuesOf = (breakdown: Breakdown): readonly Choice[] =>
  breakdown.rows
    .map((row) => ({ value: row.value, label: row.value }))
    .toSorted((a, b) => (a.label < b.label ? -1 : 1));

const sortHead = (name: string, label: string): SafeHtml =>
  html`<th scope="col" data-sort="${name}" aria-sort="none">
    <button type="button">${label}<span></span></button>
  </th>`;

export function devicesView({ breakdowns }: ReportModel): SafeHtml {
  return html`<div id="devices" hidden>
    <p class="back"><a href="#summary">← Overview</a></p>
    <h1 id="list-title" tabindex="-1">Phones</h1>
    <ul id="chips" class="chips" aria-label="Active filters"></ul>
    <div class="controls" role="search">
      <label class="grow"
        >Search<input
          id="search"
          type="search"
          autocomplete="off"
          spellcheck="false"
          placeholder="user, serial, model, device key … ( / )"
      /></label>
      ${choice(
        'standing',
        'Stands on',
        STANDINGS.map((standing) => ({ value: standing, label: standingLabel(standing) })),
      )}
      ${choice('platform', 'Platform', valuesOf(breakdowns.platform))}
      ${choice('carrier', 'Carrier', valuesOf(breakdowns.carrier))}
      ${choice('connector', 'Connector', valuesOf(breakdowns.connector))}
    </div>
    <div class="found">
      <p id="tally" class="tally" role="status" aria-live="polite"></p>
      <button type="button" id="export" class="export">Save this list as CSV</button>
    </div>
    <div class="scroll">
      <table id="rows">
        <caption>
          Select a phone to see every rule with its evidence
        </caption>
        <thead>
          <tr>
            ${sortHead('phone', 'Phone')} ${sortHead('stands', 'Stands on')} ${sortHead('os', 'OS')}
            ${sortHead('carrier', 'Carrier')} ${sortHead('seen', 'Last seen')}
          </tr>
        </thead>
        <tbody id="rows-body"></tbody>
      </table>
    </div>
    <button type="button" id="more" class="more" hidden></button>
  </div>`;
}
