/** The readiness funnel: rung by rung, who is still in and who stops. */
import { formatShare } from '../format-number';
import type { FunnelStep } from '../funnel';
import type { ReportModel } from '../report-model';
import { standingLabel } from '../standings';
import { bar } from './bar';
import { figure } from './links';
import { html, type SafeHtml } from './safe-html';

function stepRow(step: FunnelStep, { counts }: ReportModel): SafeHtml {
  const label = standingLabel(step.rung);
  if (!step.judged) {
    return html`<tr class="off">
      <th scope="row">${label}</th>
      <td class="barcell"></td>
      <td colspan="5">not judged under this policy</td>
    </tr>`;
  }
  const certain = step.past - step.openQuestions;
  return html`<tr>
    <th scope="row">${label}</th>
    <td class="barcell">
      ${bar(
        [
          { className: 'ready', value: certain },
          { className: 'unsure', value: step.openQuestions },
        ],
        counts.phones,
      )}
    </td>
    <td class="num">${figure(step.past, { past: step.rung })}</td>
    <td class="num">${formatShare(step.past, counts.phones)}</td>
    <td class="num optional">${formatShare(step.pastReporting, counts.reporting)}</td>
    <td class="num">${figure(step.stopHere, { standing: step.rung })}</td>
    <td class="num optional">${figure(step.failAtAll, { fails: step.rung })}</td>
  </tr>`;
}

export function funnelSection(model: ReportModel): SafeHtml {
  const { counts, funnel, policy } = model;
  return html`<section id="funnel" aria-labelledby="funnel-title">
    <h2 id="funnel-title">Readiness, step by step</h2>
    <p class="about">
      A phone stops at its first failing step. <span class="dot ready" aria-hidden="true"></span> passed so far,
      <span class="dot unsure" aria-hidden="true"></span> nothing fails, yet something could not be seen.
    </p>
    <div class="scroll">
      <table>
        <caption>
          Shares of all phones, and of phones seen within ${policy.summary.reportingWithinDays} days
        </caption>
        <thead>
          <tr>
            <th scope="col">Step</th>
            <td class="barcell"></td>
            <th scope="col" class="num">Still in</th>
            <th scope="col" class="num">Of all</th>
            <th scope="col" class="num optional">Of reporting</th>
            <th scope="col" class="num">Stop here</th>
            <th scope="col" class="num optional">Fail it at all</th>
          </tr>
        </thead>
        <tbody>
          ${funnel.map((step) => stepRow(step, model))}
          <tr class="goal">
            <th scope="row">Ready (unconfirmed)</th>
            <td class="barcell">${bar([{ className: 'ready', value: counts.ready }], counts.phones)}</td>
            <td class="num">${figure(counts.ready, { standing: 'ready' })}</td>
            <td class="num">${formatShare(counts.ready, counts.phones)}</td>
            <td class="num optional">${formatShare(counts.reportingBy.ready, counts.reporting)}</td>
            <td class="num"></td>
            <td class="num optional"></td>
          </tr>
        </tbody>
      </table>
    </div>
  </section>`;
}
