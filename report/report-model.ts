/**
 * Everything a report says, as one plain value, built from a stream of rows in bounded memory. HTML, JSON and the
 * terminal summary are renderings of it; none of them counts anything of its own.
 */
import { makeBreakdown, type Breakdown } from './breakdown';
import { makeDevicePool, type PooledDevice } from './device-pool';
import { facetsOf, summarizeDevice, type DeviceSummary, type Facets } from './device-summary';
import { BREAKDOWNS, flagsOf, OTHER, outcomeOf, perBreakdown, type PerBreakdown } from './facets';
import { makeFixFirst, NO_ACTIONS, type FixAction, type RowActions } from './fix-first';
import { makeFleetCounts, type ReportCounts } from './fleet-counts';
import { isoTime } from './format-time';
import { makeFunnel, type FunnelStep } from './funnel';
import { seenClass, type SeenClass } from './last-seen';
import { listRank } from './list-rank';
import { noticesFor, type Notice } from './notices';
import { kindOf, type ReportRow } from './report-row';
import type { PolicyInfo, RunInfo } from './run-info';

export interface ReportModel {
  readonly schema: 'muster-report/1';
  readonly generatedAt: string;
  readonly run: RunInfo;
  readonly policy: PolicyInfo;
  readonly counts: ReportCounts;
  readonly funnel: readonly FunnelStep[];
  /** At most {@link MAX_ACTIONS_SHOWN} of each. */
  readonly fixFirst: readonly FixAction[];
  readonly findOut: readonly FixAction[];
  readonly breakdowns: PerBreakdown<Breakdown>;
  readonly notices: readonly Notice[];
  /** Phones behind the figures; all records where `allListed`. */
  readonly devices: readonly DeviceSummary[];
  readonly allListed: boolean;
}

export interface ReportModelOptions {
  readonly run: RunInfo;
  readonly policy: PolicyInfo;
  /** Milliseconds since the epoch: the moment ages are measured from. */
  readonly now: number;
  /** Longest list of one figure; 500 unless said otherwise. */
  readonly topLimit?: number;
  /** Print phone numbers in full. */
  readonly showPhones?: boolean;
}

export interface ReportModelBuilder {
  /** Called once per record, in any order. Costs a few microseconds. */
  add(row: ReportRow): void;
  finish(): ReportModel;
}

export const MAX_ACTIONS_SHOWN = 40;
/** Phones kept for each figure inside a breakdown. */
const BREAKDOWN_LIST = 12;

/** Lists a counted phone belongs to, one per figure that is not part of a breakdown. */
function listNames({ device, verdict }: ReportRow, actions: RowActions, seen: SeenClass): readonly string[] {
  return [
    `standing:${verdict.standing ?? 'undetermined'}`,
    `compliance:${verdict.compliance ?? 'unknown'}`,
    `seen:${seen}`,
    `outcome:${outcomeOf(verdict.standing)}`,
    ...verdict.failing.map((rung) => `fails:${rung}`),
    ...flagsOf({ device, verdict }).map((flag) => `flag:${flag}`),
    ...actions.ids.map((id) => `action:${id}`),
    ...(actions.movedBy === null ? [] : [`moved-by:${actions.movedBy}`]),
    ...(actions.madeReadyBy === null ? [] : [`ready-by:${actions.madeReadyBy}`]),
  ];
}

/** A summary made at most once, and only when some list takes the row. */
function lazily(make: () => PooledDevice): () => PooledDevice {
  let made: PooledDevice | null = null;
  return () => (made ??= make());
}

/** A builder for one report over one run. */
export function makeReportModel(options: ReportModelOptions): ReportModelBuilder {
  const { run, policy, now, topLimit = 500, showPhones = false } = options;
  const pool = makeDevicePool({ list: topLimit, sample: topLimit * 10, total: topLimit * 16 });
  const breakdowns = perBreakdown((name) => makeBreakdown<PooledDevice>(name, Math.min(topLimit, BREAKDOWN_LIST)));
  const funnel = makeFunnel();
  const fixFirst = makeFixFirst();
  const fleet = makeFleetCounts();

  const summary = (row: ReportRow, rank: number, actions: RowActions, facets: Facets): (() => PooledDevice) =>
    lazily(() => ({ rank, device: summarizeDevice(row, { showPhones, now, actions, facets }) }));

  const addPhone = (row: ReportRow, rank: number, facets: Facets): void => {
    const seen = seenClass(row.device.enrollment.lastSeenAt, now);
    fleet.addPhone(row, seen);
    funnel.add(row.verdict);
    const actions = fixFirst.add(row);
    const make = summary(row, rank, actions, facets);
    for (const name of BREAKDOWNS) {
      for (const value of facets[name]) breakdowns[name].add(value, row.verdict, rank, make);
    }
    pool.offer(listNames(row, actions, seen), rank, make);
  };

  return {
    add(row) {
      const rank = listRank(row.verdict);
      const facets = facetsOf(row);
      if (kindOf(row) === 'phone') {
        addPhone(row, rank, facets);
        return;
      }
      fleet.addUncounted(row.duplicate?.kind ?? null);
      const list = row.duplicate === null ? 'not-judged' : `duplicate:${row.duplicate.kind}`;
      pool.offer([list], rank, summary(row, rank, NO_ACTIONS, facets));
    },
    finish() {
      const counts = fleet.finish();
      const { fixes, learn } = fixFirst.finish();
      const finished = perBreakdown((name) => breakdowns[name].finish());
      const devices = pool.finish(BREAKDOWNS.flatMap((name) => [...breakdowns[name].listed()]));
      return {
        schema: 'muster-report/1',
        generatedAt: isoTime(now),
        run,
        policy,
        counts,
        funnel: funnel.finish(),
        fixFirst: fixes.slice(0, MAX_ACTIONS_SHOWN),
        findOut: learn.slice(0, MAX_ACTIONS_SHOWN),
        breakdowns: finished,
        notices: noticesFor({ run, phones: counts.phones, now }),
        devices: withShownFacets(devices, finished),
        allListed: devices.length === counts.records,
      };
    },
  };
}

/** Values without a row of their own become "Other", so that the figure of "Other" leads to its phones. */
function withShownFacets(
  devices: readonly DeviceSummary[],
  breakdowns: PerBreakdown<Breakdown>,
): readonly DeviceSummary[] {
  const shown = perBreakdown((name) => new Set(breakdowns[name].rows.map((row) => row.value)));
  return devices.map((device) => ({
    ...device,
    facets: perBreakdown((name) => {
      const values = device.facets[name].map((value) => (shown[name].has(value) ? value : OTHER));
      return [...new Set(values)];
    }),
  }));
}
