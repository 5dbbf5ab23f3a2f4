/**
 * The report as one self-contained HTML file: no request leaves it, which its content security policy enforces.
 * Everything but the lists is plain HTML and reads without a script.
 */
import { createHash } from 'node:crypto';
import { LADDER } from '../core/readiness/ladder';
import { CSV_FILE } from './file-names';
import { formatTime } from './format-time';
import { actionsSection } from './html/actions-section';
import { breakdownSection } from './html/breakdown-section';
import { CLIENT_SCRIPT } from './html/client-script';
import { dataSection } from './html/data-section';
import { devicesView } from './html/devices-view';
import { funnelSection } from './html/funnel-section';
import { hardwareSection } from './html/hardware-section';
import { FACET_LABELS, valueLabels } from './html/labels';
import { packDevices } from './html/payload';
import { html, jsonForScript, trusted, type SafeHtml } from './html/safe-html';
import { STYLE } from './html/style';
import { summarySection } from './html/summary-section';
import type { ReportModel } from './report-model';

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Nothing is fetched; only this very style sheet and this very script run. */
const POLICY = [
  "default-src 'none'",
  `style-src ${hashOf(STYLE)}`,
  `script-src ${hashOf(CLIENT_SCRIPT)}`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

// Not inside the template below: the policy's hashes cover every character between the tags.
const STYLE_ELEMENT = trusted(`<style>${STYLE}</style>`);
const SCRIPT_ELEMENT = trusted(`<script>${CLIENT_SCRIPT}</script>`);

const NAVIGATION: readonly (readonly [href: string, label: string])[] = [
  ['#funnel', 'Funnel'],
  ['#fix-first', 'Fix first'],
  ['#where', 'Where'],
  ['#cannot-update', 'Cannot update'],
  ['#data', 'Data'],
  ['#policy', 'Policy'],
  ['#devices', 'All phones'],
];

function masthead({ run, generatedAt }: ReportModel): SafeHtml {
  return html`<header class="top">
    <div class="wrap">
      <span class="brand">Muster${run.tenant !== null && ` · ${run.tenant}`}</span>
      <nav aria-label="Sections">
        <ul>
          ${NAVIGATION.map(([href, label]) => html`<li><a href="${href}">${label}</a></li> `)}
        </ul>
      </nav>
      <span class="when"
        >Sweep <span class="word ${run.state}">${run.state}</span>, ${formatTime(run.finishedAt ?? generatedAt)}</span
      >
    </div>
  </header>`;
}

function footer({ run, generatedAt, devices, counts, allListed }: ReportModel): SafeHtml {
  return html`<footer>
    <div class="wrap">
      <p>
        ${
          allListed
            ? `This file lists all ${counts.records} records.`
            : `This file lists ${devices.length} of ${counts.records} records, so that it stays small; ${CSV_FILE}, written beside it, has them all.`
        }
        Figures always count all of them.
      </p>
      <p>
        It holds personal data (users, serial numbers). Phone numbers show their last two digits unless asked otherwise.
      </p>
      <p>Run ${run.runId}, report made ${formatTime(generatedAt)}.</p>
    </div>
  </footer>`;
}

function data(model: ReportModel): SafeHtml {
  const json = jsonForScript({
    ...packDevices(model),
    ladder: LADDER,
    labels: valueLabels(model),
    facets: FACET_LABELS,
    policy: model.policy.digest,
    csv: CSV_FILE,
    records: model.counts.records,
    allListed: model.allListed,
  });
  return trusted(`<script type="application/json" id="report-data">${json.text}</script>`);
}

/** Renders the whole page. The same model gives the same bytes. */
export function renderHtml(model: ReportModel): string {
  const { run } = model;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <meta name="robots" content="noindex" />
        <title>RCS readiness${run.tenant !== null && ` of ${run.tenant}`} – Muster</title>
        <link rel="icon" href="data:," />
        ${STYLE_ELEMENT}
      </head>
      <body>
        <a class="skip" href="#summary">Skip to content</a>
        ${masthead(model)}
        <main class="wrap">
          <div id="overview">
            ${summarySection(model)} ${funnelSection(model)} ${actionsSection(model)} ${breakdownSection(model)}
            ${hardwareSection(model)} ${dataSection(model)}
          </div>
          ${devicesView(model)}
          <noscript
            ><p class="about">
              The lists behind the figures need JavaScript; all phones are in ${CSV_FILE}, written beside this file.
            </p></noscript
          >
        </main>
        ${footer(model)} ${data(model)} ${SCRIPT_ELEMENT}
      </body>
    </html> `.text;
}
