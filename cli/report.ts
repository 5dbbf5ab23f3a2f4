import { loadConfig } from '../config/load-config';
import type { IsoTime } from '../core/device/managed-device';
import { ConfigError } from '../core/errors';
import type { Policy } from '../core/policy/schema';
import { fleetRows } from '../core/sweep/fleet-rows';
import type { RunRecord } from '../core/sweep/records';
import { readResult } from '../core/sweep/sweep-result';
import { openMuster } from '../main';
import type { Muster } from '../main';
import type { PolicyInfo, QuarantinedRecord, RunInfo } from '../report/run-info';
import { writeReport } from '../report/write-report';
import type { WrittenReport } from '../report/write-report';
import type { Console } from './console';
import { makeLog } from './console';
import { EXIT } from './exit-codes';
import type { ExitCode } from './exit-codes';
import { logLevel } from './sweep';

export interface ReportOptions {
  readonly config: string;
  readonly format: 'html' | 'csv' | 'json';
  readonly out: string;
}

/** `muster report`: the report of the last ended sweep. Prints the files it wrote, one a line. */
export async function report(console: Console, options: ReportOptions): Promise<ExitCode> {
  const muster = await openMuster(await loadConfig(options.config, process.env), { telemetry: makeLog(logLevel()) });
  try {
    const { files } = await writeReportOfLastRun(console, muster, options);
    for (const file of files) await console.out(`${file}\n`);
    return EXIT.done;
  } finally {
    muster.close();
  }
}

/** Quarantined records shown in a report; the total is always told. */
const MAX_QUARANTINED = 500;

export async function writeReportOfLastRun(
  console: Console,
  muster: Muster,
  { format, out }: Pick<ReportOptions, 'format' | 'out'>,
): Promise<WrittenReport> {
  const { ports } = muster;
  const runs = (await ports.runs.listRuns(20)).filter(({ state }) => state !== 'running');
  const [run, previous] = runs;
  if (run === undefined) {
    throw new ConfigError('there is no sweep to report on', [
      {
        path: '',
        message: 'no sweep has ended on this state',
        hint: 'Run muster sweep first; a sweep that was cut off goes on from where it was.',
      },
    ]);
  }
  if (run.policyDigest !== muster.policy.digest) {
    console.note(
      'warning: the policy changed since that sweep; phones are judged under the present one. Sweep again for matching figures.',
    );
  }
  return writeReport(format, {
    rows: () => fleetRows(ports, Date.parse(run.startedAt)),
    run: await runInfo(muster, run, previous),
    policy: policyInfo(muster),
    now: ports.clock.now(),
    out,
  });
}

async function runInfo({ ports, warnings }: Muster, run: RunRecord, previous: RunRecord | undefined): Promise<RunInfo> {
  const { runs, settings } = ports;
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

function policyInfo({ policy }: Muster): PolicyInfo {
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
