/** What a reader must know before trusting a figure: what is missing, what is old, what does not add up, and what to do. */
import { countOf, formatCount } from './format-number';
import { formatAge, formatTime } from './format-time';
import type { ConnectorFreshness, RunInfo } from './run-info';

export interface Notice {
  /** `alarm`: figures are wrong or old. `note`: worth knowing. */
  readonly level: 'alarm' | 'note';
  readonly title: string;
  /** What it means and what to do, in sentences. */
  readonly detail: string;
}

/** Data older than this is called old. */
const STALE_MS = 24 * 3_600_000;

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

function missing(connector: ConnectorFreshness, now: number): Notice {
  const { id, state, devices, expected, reason, hint, lastCompleteAt } = connector;
  const share =
    expected === null
      ? countOf(devices, 'device', 'devices')
      : `${formatCount(devices)} of ${countOf(expected, 'device', 'devices')}`;
  const instead =
    lastCompleteAt === null
      ? 'There has never been a complete pull: phones of this connector may be missing here.'
      : `Where this run brought nothing newer, data of the last complete pull stands in: ${formatTime(lastCompleteAt)}, ${formatAge(now - Date.parse(lastCompleteAt))} old.`;
  const parts = [reason ?? 'No reason was recorded', ...(hint === null ? [] : [hint]), instead];
  return {
    level: 'alarm',
    title: `${id} ${state === 'failed' ? 'failed' : 'is not complete'}: ${share} read`,
    detail: parts.map(sentence).join(' '),
  };
}

function stale(connector: ConnectorFreshness, now: number): Notice | null {
  if (connector.lastCompleteAt === null) return null;
  const age = now - Date.parse(connector.lastCompleteAt);
  if (age <= STALE_MS) return null;
  return {
    level: 'alarm',
    title: `Data of ${connector.id} is ${formatAge(age)} old`,
    detail: `Last complete pull: ${formatTime(connector.lastCompleteAt)}. Run “muster sweep” again before acting on these figures.`,
  };
}

function shortfall(connector: ConnectorFreshness): Notice | null {
  const { expected, devices, quarantined } = connector;
  if (expected === null || expected === devices + quarantined) return null;
  return {
    level: 'note',
    title: `${connector.id} stated ${countOf(expected, 'device', 'devices')} and sent ${formatCount(devices + quarantined)}`,
    detail: 'Fleets change while they are read; a difference that stays from run to run is worth a look.',
  };
}

export interface NoticeInput {
  readonly run: RunInfo;
  /** Phones that the report counted. */
  readonly phones: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Alarms first. */
export function noticesFor({ run, phones, now }: NoticeInput): readonly Notice[] {
  const notices: Notice[] = [];
  for (const connector of run.connectors) {
    if (connector.state !== 'complete') notices.push(missing(connector, now));
    else for (const notice of [stale(connector, now), shortfall(connector)]) if (notice !== null) notices.push(notice);
  }
  if (run.plan.held > 0 || run.plan.brakes.length > 0) {
    notices.push({
      level: 'alarm',
      title: `${countOf(run.plan.held, 'action is', 'actions are')} held by a brake`,
      detail:
        `${run.plan.brakes.map(sentence).join(' ')} “muster directory diff” lists what is held, and by which brake.`.trim(),
    });
  }
  if (run.tombstones.held > 0) {
    notices.push({
      level: 'alarm',
      title: `${countOf(run.tombstones.held, 'phone has', 'phones have')} vanished, more than the brake allows`,
      detail: 'They are kept until a person says otherwise: check that the connector still sees the whole fleet.',
    });
  }
  if (run.readiness.total !== phones) {
    notices.push({
      level: 'note',
      title: `The sweep counted ${formatCount(run.readiness.total)} phones, this report ${formatCount(phones)}`,
      detail: 'Records changed after the sweep ended. The figures here are those of the records as they are now.',
    });
  }
  if (run.quarantined.total > 0) {
    notices.push({
      level: 'note',
      title: `${countOf(run.quarantined.total, 'record', 'records')} could not be read and ${run.quarantined.total === 1 ? 'is' : 'are'} set aside`,
      detail: 'They are listed with their reasons below. Nothing is concluded from them.',
    });
  }
  for (const warning of run.warnings)
    notices.push({ level: 'note', title: 'Warning of the sweep', detail: sentence(warning) });
  return notices.toSorted((a, b) => a.level.localeCompare(b.level));
}
