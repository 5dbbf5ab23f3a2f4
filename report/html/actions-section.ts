/** What to fix first, and what to find out: each row one deed, with how many phones it alone would move. */
import type { FixAction } from '../fix-first';
import type { ReportModel } from '../report-model';
import { figure } from './links';
import { html, type SafeHtml } from './safe-html';

const TOP = 8;

const titleCell = (action: FixAction): SafeHtml =>
  html`<th scope="row" class="action">${action.title}<span class="how">${action.next}</span></th>`;

function fixRow(action: FixAction, place: number): SafeHtml {
  return html`<tr>
    <td class="num rank optional">${place}</td>
    ${titleCell(action)}
    <td class="owner optional">${action.owner}</td>
    <td class="num">
      <strong>${figure(action.becomeReady, { 'ready-by': action.id })}</strong>
    </td>
    <td class="num">${figure(action.moves, { 'moved-by': action.id })}</td>
    <td class="num">${figure(action.affected, { action: action.id })}</td>
  </tr>`;
}

function fixTable(actions: readonly FixAction[], from: number): SafeHtml {
  return html`<div class="scroll">
    <table>
      <caption>
        Counted for each action alone: phones with several obstacles move only to the next one
      </caption>
      <thead>
        <tr>
          <th scope="col" class="num optional">#</th>
          <th scope="col">Action</th>
          <th scope="col" class="optional">Who</th>
          <th scope="col" class="num">Become ready</th>
          <th scope="col" class="num">Move up</th>
          <th scope="col" class="num">Have it to do</th>
        </tr>
      </thead>
      <tbody>
        ${actions.map((action, index) => fixRow(action, from + index))}
      </tbody>
    </table>
  </div>`;
}

function learnTable(actions: readonly FixAction[]): SafeHtml {
  return html`<div class="scroll">
    <table>
      <caption>
        Undetermined phones: nothing fails, something is not known
      </caption>
      <thead>
        <tr>
          <th scope="col">Question</th>
          <th scope="col" class="optional">Who</th>
          <th scope="col" class="num">Only question</th>
          <th scope="col" class="num">Have it open</th>
        </tr>
      </thead>
      <tbody>
        ${actions.map(
          (action) =>
            html`<tr>
              ${titleCell(action)}
              <td class="owner optional">${action.owner}</td>
              <td class="num">${figure(action.moves, { 'moved-by': action.id })}</td>
              <td class="num">${figure(action.affected, { action: action.id })}</td>
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

/** Rows past the first few, folded away. */
function folded<T>(
  items: readonly T[],
  what: { readonly one: string; readonly many: string },
  table: (items: readonly T[]) => SafeHtml,
): SafeHtml | null {
  if (items.length === 0) return null;
  return html`<details>
    <summary>${items.length} more ${items.length === 1 ? what.one : what.many}</summary>
    ${table(items)}
  </details>`;
}

export function actionsSection({ fixFirst, findOut }: ReportModel): SafeHtml {
  return html`<section id="fix-first" aria-labelledby="fix-title">
      <h2 id="fix-title">What to fix first</h2>
      <p class="about">
        Ordered by how many phones one action would make ready, then by how many it would move a step.
      </p>
      ${
        fixFirst.length === 0
          ? html`<p class="none">No phone fails any rule.</p>`
          : [
              fixTable(fixFirst.slice(0, TOP), 1),
              folded(fixFirst.slice(TOP), { one: 'action', many: 'actions' }, (rest) => fixTable(rest, TOP + 1)),
            ]
      }
    </section>
    ${
      findOut.length === 0
        ? null
        : html`<section id="find-out" aria-labelledby="find-title">
            <h2 id="find-title">What to find out</h2>
            <p class="about">Answering these may turn undetermined phones into ready ones, or show what they lack.</p>
            ${learnTable(findOut.slice(0, TOP))}${folded(findOut.slice(TOP), { one: 'question', many: 'questions' }, learnTable)}
          </section>`
    }`;
}
