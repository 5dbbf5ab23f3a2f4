/** What a report of a sweep is made of, read from the store: the run, the policy and the fleet. */
import type { IsoTime } from '../core/device/managed-device';
import type { CompiledPolicy } from '../core/policy/compile-policy';
import type { Policy } from '../core/policy/schema';
import { fleetRows } from '../core/sweep/fleet-rows';
import type { SweepPorts } from '../core/sweep/ports';
import type { RunRecord } from '../core/sweep/records';
import { readResult } from '../core/sweep/sweep-result';
import type { PolicyInfo, QuarantinedRecord, RunInfo } from './run-info';
import type { WriteReportOptions } from './write-report';

export interface ReportSource {
  readonly ports: SweepPorts;
  readonly policy: CompiledPolicy;
  /** What an operator should know beside the run, e.g. a stale release feed. */
  readonly warnings: readonly string[];
}

/** Quarantined records shown in a report; the total is always told. */
const MAX_QUARANTINED = 500;
/** Runs looked at for the last one that ended, and the one before it. */
const RECENT = 20;

/**
 * @param runId a run that has ended; the last one that ended when left out.
 * @returns null where there is none. `outdated`: the policy changed since, and phones are judged under the present one.
 */
export async function gatherReport(
  source: ReportSource,
  runId?: string,
): Promise<(Pick<WriteReportOptions, 'rows' | 'run' | 'policy' | 'now'> & { readonly outdated: boolean }) | null> {
  const { ports, policy } = source;
  const ended = (await ports.runs.listRuns(RECENT)).filter(
    ({ state, connectors }) => state !== 'running' && connectors.length > 0,
  );
  const at = runId === undefined ? 0 : ended.findIndex((run) => run.runId === runId);
  const run = ended[at];
  if (run === undefined) return null;
  return {
    rows: () => fleetRows(ports, Date.parse(run.startedAt)),
    run: await runInfo(source, run, ended[at + 1]),
    policy: policyInfo(source),
    now: ports.clock.now(),
    outdated: run.policyDigest !== policy.digest,
  };
}

async function runInfo(
  { ports: { runs, settings }, warnings }: ReportSource,
  run: RunRecord,
  previous: RunRecord | undefined,
): Promise<RunInfo> {
  const result = await readResult(runs, run.runId);
  const records: QuarantinedRecord[] = [];
  for (const { id } of result.connectors) {
    if (records.length >= MAX_QUARANTINED) break;
    for (const record of await runs.listQuarantined(run.runId, id, MAX_QUARANTINED - records.length)) {
      records.push({ ...record, at: record.at });
    }
  }
  const connectors = [];
  for (const connector of result.connectors) {
    const known = await runs.getConnector(connector.id);
    connectors.push({
      ...connector,
      kind: connector.kind,
      lastCompleteAt: (known?.lastCompleteAt ?? null) as IsoTime | null,
    });
  }
  return {
    ...result,
    state: result.state === 'running' ? 'partial' : result.state,
    connectors,
    tenant: settings.tenant,
    finishedAt: run.endedAt as IsoTime | null,
    quarantined: { total: result.connectors.reduce((sum, { quarantined }) => sum + quarantined, 0), records },
    warnings: [
      ...warnings,
      ...result.connectors.flatMap(({ id, warnings: own }) => own.map((warning) => `${id}: ${warning}`)),
    ],
    previous:
      previous?.readiness === undefined || previous.readiness === null || previous.endedAt === null
        ? null
        : {
            runId: previous.runId,
            finishedAt: previous.endedAt,
            total: previous.readiness.total,
            ready: previous.readiness.byRung.ready,
            undetermined: previous.readiness.byRung.undetermined,
          },
  };
}

function policyInfo({ policy }: ReportSource): PolicyInfo {
  return {
    digest: policy.digest,
    summary: { reportingWithinDays: policy.policy.reporting.maxAgeDays, requirements: requirementsOf(policy.policy) },
  };
}

/** The policy's main requirements, in words. */
function requirementsOf({ apple, android, apps, carriers }: Policy): PolicyInfo['summary']['requirements'] {
  const requirements: { label: string; value: string }[] = [];
  if (apple.featureMinimum !== undefined)
    requirements.push({ label: 'iOS feature minimum', value: apple.featureMinimum });
  for (const [train, version] of Object.entries(apple.securityMinimums)) {
    requirements.push({ label: `iOS ${train} security minimum`, value: version });
  }
  if (android.featureMinimum !== undefined)
    requirements.push({ label: 'Android minimum', value: android.featureMinimum });
  const { minimum, maxAgeDays } = android.securityPatch;
  if (minimum !== undefined) requirements.push({ label: 'Android patch level', value: `${minimum} or later` });
  if (maxAgeDays !== undefined) requirements.push({ label: 'Android patch age', value: `at most ${maxAgeDays} days` });
  for (const { id, name, minimum: app } of apps) {
    const value = app?.versionName ?? (app?.versionCode === undefined ? 'no minimum' : String(app.versionCode));
    requirements.push({ label: name ?? id, value });
  }
  const on = carriers.filter(({ endToEndEncryption }) => endToEndEncryption === 'yes').length;
  requirements.push({ label: 'Carriers with encryption on', value: `${on} of ${carriers.length} listed` });
  return requirements;
}
