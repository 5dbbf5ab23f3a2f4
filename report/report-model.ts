/**
 * Everything a report says, as one plain value, built from a stream of rows in bounded memory. HTML, JSON and the
 * terminal summary are renderings of it; none of them counts anything of its own.
 */
import { makeBreakdown, type Breakdown } from './breakdown';
import { makeDevicePool, type DevicePool, type PooledDevice } from './device-pool';
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

/** Offers a counted phone to the lists of the figures it is part of, but for those of breakdowns. */
function offerToLists(pool: DevicePool, row: ReportRow, actions: RowActions, seen: SeenClass, entry: PoolEntry): void {
  const { verdict } = row;
  const { rank, make } = entry;
  pool.offerToSample(rank, make);
  pool.offer('standing', verdict.standing ?? 'undetermined', rank, make);
  pool.offer('outcome', outcomeOf(verdict.standing), rank, make);
  pool.offer('compliance', verdict.compliance ?? 'unknown', rank, make);
  pool.offer('seen', seen, rank, make);
  for (const rung of verdict.failing) pool.offer('fails', rung, rank, make);
  for (const flag of flagsOf(row)) pool.offer('flag', flag, rank, make);
  for (const id of actions.ids) pool.offer('action', id, rank, make);
  if (actions.movedBy !== null) pool.offer('moved-by', actions.movedBy, rank, make);
  if (actions.madeReadyBy !== null) pool.offer('ready-by', actions.madeReadyBy, rank, make);
}

interface PoolEntry {
  readonly rank: number;
  readonly make: () => PooledDevice;
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
    offerToLists(pool, row, actions, seen, { rank, make });
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
      const make = summary(row, rank, NO_ACTIONS, facets);
      pool.offerToSample(rank, make);
      pool.offer('kind', row.duplicate?.kind ?? 'not-judged', rank, make);
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
