/** Phones that no update can save, and records that are a second view of one phone. */
import type { ReportModel } from '../report-model';
import type { DuplicateKind } from '../report-row';
import { countOf } from '../format-number';
import { DUPLICATE_LABELS } from './labels';
import { figure } from './links';
import { html, type SafeHtml } from './safe-html';

const TOP = 10;
const KINDS: readonly DuplicateKind[] = ['re-enrollment', 'cross-mdm'];

function cannotUpdate({ breakdowns, counts }: ReportModel): SafeHtml {
  const rows = breakdowns.model.rows
    .filter((row) => row.cannotUpdate > 0)
    .toSorted((a, b) => b.cannotUpdate - a.cannotUpdate);
  return html`<div id="cannot-update">
    <h2>Cannot be updated far enough</h2>
    <p class="about">
      ${
        counts.cannotUpdate === 0
          ? 'No phone is known to be out of reach of the minimum. Reach is known where a release feed lists the model.'
          : html`${figure(counts.cannotUpdate, { flag: 'cannot-update' })}
            ${counts.cannotUpdate === 1 ? 'phone has' : 'phones have'} no published release that reaches the minimum:
            buy, do not wait.`
      }
    </p>
    ${
      rows.length > 0 &&
      html`<div class="scroll">
        <table>
          <caption>
            Models, most phones first
          </caption>
          <thead>
            <tr>
              <th scope="col">Model</th>
              <th scope="col" class="num">Cannot update</th>
              <th scope="col" class="num">Of phones</th>
            </tr>
          </thead>
          <tbody>
            ${rows.slice(0, TOP).map(
              (row) =>
                html`<tr>
                  <th scope="row">${row.value}</th>
                  <td class="num">${figure(row.cannotUpdate, { model: row.value, flag: 'cannot-update' })}</td>
                  <td class="num">${figure(row.phones, { model: row.value })}</td>
                </tr> `,
            )}
          </tbody>
        </table>
      </div>`
    }
    ${rows.length > TOP && html`<p class="soft small">and ${countOf(rows.length - TOP, 'more model', 'more models')}</p>`}
  </div>`;
}

function duplicates({ counts }: ReportModel): SafeHtml {
  return html`<div id="duplicates">
    <h2>Counted once</h2>
    <p class="about">
      Records left out of every figure. Of several records of one phone, the newest enrollment judges.
    </p>
    <div class="scroll">
      <table>
        <caption>
          Inventory records: ${countOf(counts.records, 'record', 'records')},
          ${countOf(counts.phones, 'phone', 'phones')}
        </caption>
        <thead>
          <tr>
            <th scope="col">Why it is not counted</th>
            <th scope="col" class="num">Records</th>
          </tr>
        </thead>
        <tbody>
          ${KINDS.map(
            (kind) =>
              html`<tr>
                <th scope="row">${DUPLICATE_LABELS[kind]}</th>
                <td class="num">${figure(counts.duplicates[kind], { duplicate: kind })}</td>
              </tr> `,
          )}
          <tr>
            <th scope="row">Tablet or computer: not judged</th>
            <td class="num">${figure(counts.notJudged, { kind: 'not-judged' })}</td>
          </tr>
        </tbody>
      </table>
    </div>
  </div>`;
}

export function hardwareSection(model: ReportModel): SafeHtml {
  return html`<section class="pair" aria-label="Hardware and duplicates">
    ${cannotUpdate(model)} ${duplicates(model)}
  </section>`;
}
