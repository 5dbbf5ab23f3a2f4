/** Above the fold: the state in one sentence, four figures with two shares each, and what changed. */
import { formatCount, formatShare } from '../format-number';
import { formatAge, formatTime } from '../format-time';
import { headline } from '../headline';
import type { Notice } from '../notices';
import type { ReportModel } from '../report-model';
import { bar } from './bar';
import { figure, type Filter } from './links';
import { html, type SafeHtml } from './safe-html';

export function noticeList(notices: readonly Notice[]): SafeHtml | null {
  if (notices.length === 0) return null;
  const items = notices.map(
    ({ level, title, detail }) => html`<li class="${level}"><strong>${title}</strong><span>${detail}</span></li> `,
  );
  return html`<ul class="notices" aria-label="What to know before reading">
    ${items}
  </ul>`;
}

interface Tile {
  readonly label: string;
  readonly dot: string;
  readonly count: number;
  readonly reporting: number;
  readonly filter: Filter;
}

function tile({ label, dot, count, reporting, filter }: Tile, { counts, policy }: ReportModel): SafeHtml {
  const days = policy.summary.reportingWithinDays;
  return html`<div>
    <dt><span class="dot ${dot}" aria-hidden="true"></span>${label}</dt>
    <dd class="big">${figure(count, filter)}</dd>
    <dd class="share">${formatShare(count, counts.phones)} of all phones</dd>
    <dd class="share">${formatShare(reporting, counts.reporting)} of those seen in ${days} days</dd>
  </div>`;
}

function changed(model: ReportModel): SafeHtml | null {
  const { previous } = model.run;
  if (previous === null) return null;
  const step = (now: number, before: number): string =>
    now === before ? 'as many' : `${formatCount(Math.abs(now - before))} ${now > before ? 'more' : 'fewer'}`;
  const { ready, undetermined, phones } = model.counts;
  return html`<p class="delta">
    Since the sweep of ${formatTime(previous.finishedAt)}: ${step(ready, previous.ready)} ready,
    ${step(undetermined, previous.undetermined)} undetermined, ${step(phones, previous.total)} phones in all.
  </p>`;
}

/** How old the data of each connector is, where everybody sees it. */
function freshness({ run, generatedAt }: ReportModel): SafeHtml | null {
  if (run.connectors.length === 0) return null;
  const now = Date.parse(generatedAt);
  const ages = run.connectors.map(({ id, state, lastCompleteAt }) => {
    const age = lastCompleteAt === null ? null : formatAge(now - Date.parse(lastCompleteAt));
    if (age === null) return `${id} ${state}, never complete`;
    return state === 'complete' ? `${id} complete ${age} ago` : `${id} ${state}, last complete ${age} ago`;
  });
  return html`<p class="delta">Data: ${ages.join('; ')}. <a href="#data">How fresh the data is</a></p>`;
}

/** Headline, notices, overall bar and tiles. */
export function summarySection(model: ReportModel): SafeHtml {
  const { counts, policy } = model;
  const { reportingBy } = counts;
  const tiles: readonly Tile[] = [
    {
      label: 'Ready (unconfirmed)',
      dot: 'ready',
      count: counts.ready,
      reporting: reportingBy.ready,
      filter: { outcome: 'ready' },
    },
    {
      label: 'Undetermined',
      dot: 'unsure',
      count: counts.undetermined,
      reporting: reportingBy.undetermined,
      filter: { outcome: 'undetermined' },
    },
    {
      label: 'Blocked',
      dot: 'blocked',
      count: counts.blocked,
      reporting: reportingBy.blocked,
      filter: { outcome: 'blocked' },
    },
  ];
  return html`<div id="summary">
    <h1>${headline(counts)}</h1>
    <p class="lede">
      Ready means that nothing on the company’s side stands in the way of encrypted RCS. Whether a message is encrypted
      is up to the carrier: Muster cannot turn encryption on, and no MDM can see
      it.${
        counts.confirmed > 0
          ? html` ${formatCount(counts.confirmed)} of the ready phones use a carrier on which a person saw it work.`
          : null
      }
    </p>
    ${noticeList(model.notices)}
    <div class="overall">
      ${bar(
        [
          { className: 'ready', value: counts.ready },
          { className: 'unsure', value: counts.undetermined },
          { className: 'blocked', value: counts.blocked },
        ],
        counts.phones,
      )}
    </div>
    <dl class="tiles">
      ${tiles.map((entry) => tile(entry, model))}
      <div>
        <dt>Phones</dt>
        <dd class="big">${figure(counts.phones, {})}</dd>
        <dd class="share">
          ${figure(counts.reporting, { flag: 'reporting' })} (${formatShare(counts.reporting, counts.phones)}) seen in
          ${policy.summary.reportingWithinDays} days
        </dd>
        <dd class="share">${figure(counts.cannotUpdate, { flag: 'cannot-update' })} cannot be updated far enough</dd>
      </div>
    </dl>
    ${changed(model)} ${freshness(model)}
  </div>`;
}
