/** The end of a sweep on a terminal: connectors, the ladder as a funnel, what to fix first, and what is held. */
import { styleText } from 'node:util';
import { LADDER } from '../core/readiness/ladder';
import { countOf, formatCount, formatShare } from './format-number';
import { formatSeconds } from './format-time';
import { headline } from './headline';
import type { ReportModel } from './report-model';
import type { ConnectorRun, SweepJson } from './run-info';
import { CLIMB, standingClause, standingLabel } from './standings';
import { clip, textTable, type TextColumn } from './text-table';

export interface SummaryStyle {
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  /** Where the report was written; left out while there is none. */
  readonly reportPath?: string;
}

type Style = Parameters<typeof styleText>[0];
type Paint = (style: Style, text: string) => string;

/** Terminals break lines by themselves: ordinary spaces, where the page needs no-break ones. */
const plain = (text: string): string => text.replace(/[\u00a0\u202f]/g, ' ');

const COLUMNS: readonly TextColumn[] = [
  { head: 'connector', align: 'left' },
  { head: 'state', align: 'left' },
  { head: 'devices', align: 'right' },
  { head: 'expected', align: 'right' },
  { head: 'pages', align: 'right' },
  { head: 'requests', align: 'right' },
  { head: 'retries', align: 'right' },
  { head: 'throttled', align: 'right' },
  { head: 'set aside', align: 'right' },
];

function connectorCells(connector: ConnectorRun): readonly string[] {
  const { id, state, devices, expected, pages, requests, retries, throttledSeconds, quarantined } = connector;
  return [
    id,
    state,
    formatCount(devices),
    expected === null ? '-' : formatCount(expected),
    formatCount(pages),
    formatCount(requests),
    formatCount(retries),
    throttledSeconds === 0 ? '-' : formatSeconds(throttledSeconds),
    formatCount(quarantined),
  ].map(plain);
}

function connectorLines(run: SweepJson, width: number, paint: Paint): readonly string[] {
  const [head = '', ...rows] = textTable(COLUMNS, run.connectors.map(connectorCells));
  const lines = [paint('dim', clip(head, width))];
  run.connectors.forEach((connector, index) => {
    const row = clip(rows[index] ?? '', width);
    lines.push(connector.state === 'complete' ? row : paint('yellow', row));
    // The reason is never cut: it is what has to be acted on.
    if (connector.reason !== null) lines.push(paint('yellow', `  ${connector.reason}`));
  });
  return lines;
}

/** Twelve and more cells of bar, then figures; a rung that stops nobody is one short line like the others. */
function funnelLines(run: SweepJson, width: number, paint: Paint): readonly string[] {
  const { total, byRung } = run.readiness;
  const labelWidth = Math.max(...LADDER.map((rung) => standingLabel(rung).length));
  const countWidth = formatCount(total).length;
  const barWidth = Math.max(8, Math.min(40, width - labelWidth - countWidth - 34));
  const line = (label: string, count: number, note: string, style: Style): string => {
    const filled = total === 0 ? 0 : Math.round((count / total) * barWidth);
    // Something is never drawn as nothing, and what lacks someone never as all.
    const cells = count === 0 ? 0 : Math.max(1, count < total ? Math.min(filled, barWidth - 1) : filled);
    const bar = paint(style, '█'.repeat(cells)) + paint('dim', '░'.repeat(barWidth - cells));
    const share = plain(formatShare(count, total)).padStart(6);
    return `${label.padEnd(labelWidth)}  ${bar} ${plain(formatCount(count)).padStart(countWidth)} ${share}${note}`;
  };
  let left = total;
  const climb = CLIMB.map((rung) => {
    const stops = byRung[rung] ?? 0;
    left -= stops;
    const note = stops === 0 ? '' : paint('dim', `  ${plain(formatCount(stops))} stop here`);
    return line(standingLabel(rung), left, note, 'cyan');
  });
  const ready = byRung.ready ?? 0;
  const undetermined = byRung.undetermined ?? left - ready;
  return [
    ...climb,
    ...(undetermined > 0 ? [line('Undetermined', undetermined, '', 'yellow')] : []),
    line('Ready (unconfirmed)', ready, '', 'green'),
  ];
}

/** The largest steps, where no model knows single actions. */
function topStops(run: SweepJson): readonly string[] {
  const steps = CLIMB.map((rung) => ({ rung, stops: run.readiness.byRung[rung] ?? 0 }))
    .filter(({ stops }) => stops > 0)
    .toSorted((a, b) => b.stops - a.stops)
    .slice(0, 3)
    .map(
      ({ rung, stops }, place) => `${place + 1}. ${plain(countOf(stops, 'phone', 'phones'))} ${standingClause(rung)}`,
    );
  const more = 'muster report names the single actions and how many phones each would move.';
  return steps.length === 0 ? [] : [...steps, more];
}

function topFixes({ fixFirst }: ReportModel): readonly string[] {
  return fixFirst
    .slice(0, 3)
    .map(
      ({ title, becomeReady, moves }, place) =>
        `${place + 1}. ${title}: ${plain(countOf(becomeReady, 'phone becomes', 'phones become'))} ready, ${plain(formatCount(moves))} move up`,
    );
}

function holdLines({ plan, tombstones }: SweepJson, paint: Paint): readonly string[] {
  const lines: string[] = [];
  for (const brake of plan.brakes) lines.push(paint('yellow', `Brake: ${brake}`));
  if (plan.held > 0)
    lines.push(
      paint('yellow', `${plain(countOf(plan.held, 'action is', 'actions are'))} held; see muster directory diff.`),
    );
  if (tombstones.held > 0) {
    lines.push(
      paint(
        'yellow',
        `${plain(countOf(tombstones.held, 'phone has', 'phones have'))} vanished and ${tombstones.held === 1 ? 'is' : 'are'} kept: more than the brake allows.`,
      ),
    );
  }
  if (tombstones.candidates + tombstones.confirmed > 0) {
    lines.push(
      `Gone from their MDM: ${plain(formatCount(tombstones.candidates))} seen missing once, ${plain(formatCount(tombstones.confirmed))} confirmed.`,
    );
  }
  return lines;
}

/** Differences between directory and fleet, and what is done about them; nothing where there is no directory. */
function directoryLines({ drift, plan }: SweepJson, paint: Paint): readonly string[] {
  const found = Object.entries(drift).filter(([, count]) => count > 0);
  if (found.length === 0) return [];
  const counts = found.map(([kind, count]) => `${plain(formatCount(count))} ${kind}`).join(', ');
  const released = plain(countOf(plan.released, 'action', 'actions'));
  return [
    `Directory and fleet: ${counts}.`,
    ...(plan.released > 0 ? [paint('yellow', `The plan releases ${released}.`)] : []),
  ];
}

function opening(run: SweepJson, model: ReportModel | null): string {
  if (model !== null) return plain(headline(model.counts));
  const { total, byRung } = run.readiness;
  return `${plain(formatCount(byRung.ready ?? 0))} of ${plain(countOf(total, 'phone', 'phones'))} are ready (unconfirmed).`;
}

/**
 * Several lines without a trailing line end. Pure: what is coloured and how wide it is, the caller decides.
 * @param model null right after a sweep, when only its counts are known.
 */
export function renderSummary(run: SweepJson, model: ReportModel | null, style: SummaryStyle): string {
  const { color, width, reportPath } = style;
  const paint: Paint = (format, text) => (color ? styleText(format, text, { validateStream: false }) : text);
  if (run.state === 'running') {
    // Figures of half a fleet look like figures.
    return [
      paint('yellow', `Sweep ${run.runId} was stopped before its end. The same command goes on with it.`),
      ...connectorLines(run, width, paint),
    ].join('\n');
  }
  const blocks: readonly (readonly string[])[] = [
    [
      paint('bold', opening(run, model)),
      `Sweep ${run.runId}: ${run.state === 'complete' ? 'complete' : paint('yellow', run.state)}, ${formatSeconds(run.durationMs / 1000)}.`,
    ],
    connectorLines(run, width, paint),
    funnelLines(run, width, paint),
    titled('Fix first', model === null ? topStops(run) : topFixes(model), paint),
    directoryLines(run, paint),
    holdLines(run, paint),
    [paint('dim', 'Ready means that nothing on our side is in the way; only the carrier turns encryption on.')],
    reportPath === undefined ? [] : [`Report: ${reportPath}`],
  ];
  return blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n');
}

function titled(title: string, lines: readonly string[], paint: Paint): readonly string[] {
  return lines.length === 0 ? [] : [paint('bold', title), ...lines];
}
