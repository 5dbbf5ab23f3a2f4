/** How far the data can be trusted: connectors, last contact, records set aside, and the policy that judged. */
import { formatCount, formatShare } from '../format-number';
import { formatAge, formatSeconds, formatTime } from '../format-time';
import { SEEN_CLASSES } from '../last-seen';
import type { ReportModel } from '../report-model';
import type { ConnectorFreshness } from '../run-info';
import { COMPLIANCE_LABELS } from './labels';
import { figure } from './links';
import { html, type SafeHtml } from './safe-html';

const TOP_QUARANTINED = 20;

function connectorRow(connector: ConnectorFreshness, phones: number, now: number): SafeHtml {
  const { lastCompleteAt } = connector;
  return html`<tr>
    <th scope="row">${connector.id} <span class="soft small">${connector.kind}</span></th>
    <td><span class="word ${connector.state}">${connector.state}</span></td>
    <td>
      ${formatTime(lastCompleteAt)}${
        lastCompleteAt !== null &&
        html` <span class="soft small">(${formatAge(now - Date.parse(lastCompleteAt))} ago)</span>`
      }
    </td>
    <td class="num">${formatCount(connector.devices)}</td>
    <td class="num">${connector.expected === null ? 'not stated' : formatCount(connector.expected)}</td>
    <td class="num optional">${formatSeconds(connector.throttledSeconds)}</td>
    <td class="num optional">${formatCount(connector.requests)}</td>
    <td class="num">
      ${connector.quarantined === 0 ? html`<span class="zero">0</span>` : html`<a href="#quarantined">${formatCount(connector.quarantined)}</a>`}
    </td>
    <td class="num">${figure(phones, { connector: connector.id })}</td>
  </tr>`;
}

function connectors({ run, generatedAt, breakdowns }: ReportModel): SafeHtml {
  const now = Date.parse(generatedAt);
  const phonesOf = new Map(breakdowns.connector.rows.map((row) => [row.value, row.phones]));
  return html`<div class="scroll">
    <table>
      <caption>
        Connectors of run
        <code>${run.runId}</code>
      </caption>
      <thead>
        <tr>
          <th scope="col">Connector</th>
          <th scope="col">This run</th>
          <th scope="col">Last complete pull</th>
          <th scope="col" class="num">Devices read</th>
          <th scope="col" class="num">Expected</th>
          <th scope="col" class="num optional">Throttled</th>
          <th scope="col" class="num optional">Requests</th>
          <th scope="col" class="num">Set aside</th>
          <th scope="col" class="num">Phones</th>
        </tr>
      </thead>
      <tbody>
        ${run.connectors.map((connector) => connectorRow(connector, phonesOf.get(connector.id) ?? 0, now))}
      </tbody>
    </table>
  </div>`;
}

function lastSeen({ counts }: ReportModel): SafeHtml {
  return html`<div>
    <h3>Last contact</h3>
    <div class="scroll">
      <table>
        <caption>
          When the MDM last heard from the phone
        </caption>
        <thead>
          <tr>
            <th scope="col">Seen</th>
            <th scope="col" class="num">Phones</th>
            <th scope="col" class="num">Of all</th>
          </tr>
        </thead>
        <tbody>
          ${SEEN_CLASSES.map(
            ({ id, label }) =>
              html`<tr>
                <th scope="row">${label}</th>
                <td class="num">${figure(counts.bySeen[id], { seen: id })}</td>
                <td class="num">${formatShare(counts.bySeen[id], counts.phones)}</td>
              </tr> `,
          )}
        </tbody>
      </table>
    </div>
  </div>`;
}

const COMPLIANCES = ['compliant', 'in-grace', 'excepted', 'noncompliant', 'unknown'] as const;

function compliance({ counts }: ReportModel): SafeHtml {
  return html`<div>
    <h3>Compliance</h3>
    <div class="scroll">
      <table>
        <caption>
          Grace periods and exceptions change compliance, never readiness
        </caption>
        <thead>
          <tr>
            <th scope="col">Under this policy</th>
            <th scope="col" class="num">Phones</th>
            <th scope="col" class="num">Of all</th>
          </tr>
        </thead>
        <tbody>
          ${COMPLIANCES.map(
            (name) =>
              html`<tr>
                <th scope="row">${COMPLIANCE_LABELS[name]}</th>
                <td class="num">${figure(counts.byCompliance[name], { compliance: name })}</td>
                <td class="num">${formatShare(counts.byCompliance[name], counts.phones)}</td>
              </tr> `,
          )}
        </tbody>
      </table>
    </div>
  </div>`;
}

type Quarantined = ReportModel['run']['quarantined']['records'][number];

function quarantinedRows(records: readonly Quarantined[]): SafeHtml {
  return html`<div class="scroll">
    <table>
      <caption>
        Records as they came, with what was wrong; values are left out
      </caption>
      <thead>
        <tr>
          <th scope="col">Connector</th>
          <th scope="col">Id at the vendor</th>
          <th scope="col">Reason</th>
          <th scope="col">Read</th>
        </tr>
      </thead>
      <tbody>
        ${records.map(
          (record) =>
            html`<tr>
              <th scope="row">${record.connectorId}</th>
              <td class="mono">${record.vendorId ?? 'not readable'}</td>
              <td>${record.reason}</td>
              <td class="word">${formatTime(record.at)}</td>
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

function quarantined({ run }: ReportModel): SafeHtml {
  const { total, records } = run.quarantined;
  const more = records.slice(TOP_QUARANTINED);
  return html`<section id="quarantined" aria-labelledby="quarantined-title">
    <h2 id="quarantined-title">Records set aside</h2>
    ${
      total === 0
        ? html`<p class="about">Every record could be read.</p>`
        : html`<p class="about">
              ${formatCount(total)} could not be
              read${total > records.length && html`; the first ${formatCount(records.length)} are listed`}. Nothing is
              concluded from them, and no phone is called gone because of them.
            </p>
            ${quarantinedRows(records.slice(0, TOP_QUARANTINED))}
            ${
              more.length > 0 &&
              html`<details>
                <summary>${more.length} more</summary>
                ${quarantinedRows(more)}
              </details>`
            }`
    }
  </section>`;
}

function policySection({ policy }: ReportModel): SafeHtml {
  return html`<section id="policy" aria-labelledby="policy-title">
    <h2 id="policy-title">The policy that judged</h2>
    <p class="about">Digest <code>${policy.digest}</code>. Two reports compare only under one policy.</p>
    <dl class="facts">
      ${policy.summary.requirements.map(
        ({ label, value }) =>
          html`<div>
            <dt>${label}</dt>
            <dd>${value}</dd>
          </div> `,
      )}
      <div>
        <dt>Reporting</dt>
        <dd>seen within ${policy.summary.reportingWithinDays} days</dd>
      </div>
    </dl>
  </section>`;
}

export function dataSection(model: ReportModel): SafeHtml {
  return html`<section id="data" aria-labelledby="data-title">
      <h2 id="data-title">How fresh the data is</h2>
      <p class="about">
        A phone counts as gone only after complete pulls; until then its last good data stays, with its age.
      </p>
      ${connectors(model)}
      <div class="pair part">${lastSeen(model)} ${compliance(model)}</div>
    </section>
    ${quarantined(model)} ${policySection(model)}`;
}
