/** The answer of a sweep: what `muster sweep --json` prints and the report is headed with. */
import { LADDER } from '../readiness/ladder';
import { expectedOf } from './advance-pull';
import type { RunRepository } from './run-repository';
import type { PullRecord, RunRecord } from './records';

export interface ConnectorResult {
  readonly id: string;
  readonly kind: string;
  readonly state: PullRecord['state'];
  readonly mode: PullRecord['mode'];
  readonly devices: number;
  readonly expected: number | null;
  readonly pages: number;
  readonly requests: number;
  readonly retries: number;
  readonly throttledSeconds: number;
  readonly quarantined: number;
  readonly duplicates: number;
  readonly reason: string | null;
  readonly endpoint: string | null;
  readonly hint: string | null;
  readonly warnings: readonly string[];
}

export interface SweepResult {
  readonly runId: string;
  readonly state: RunRecord['state'];
  readonly mode: RunRecord['mode'];
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly policyDigest: string;
  /** Who asked: `timer`, `command`, or an application or person over HTTP. */
  readonly requestedBy: string;
  /** Why nothing was read, where the run was refused or given up as a whole. */
  readonly reason: string | null;
  readonly connectors: readonly ConnectorResult[];
  readonly readiness: NonNullable<RunRecord['readiness']>;
  readonly duplicates: NonNullable<RunRecord['duplicates']>;
  readonly tombstones: NonNullable<RunRecord['tombstones']>;
  /** Differences between devices and the key directory; empty while no directory is configured. */
  readonly drift: Readonly<Record<string, number>>;
  readonly plan: {
    readonly proposed: number;
    readonly released: number;
    readonly held: number;
    readonly brakes: readonly string[];
  };
  readonly durationMs: number;
}

export async function readResult(runs: RunRepository, runId: string): Promise<SweepResult> {
  const run = (await runs.getRun(runId))?.value;
  if (run === undefined) throw new Error(`no run ${runId}`);
  const connectors: ConnectorResult[] = [];
  for (const connectorId of run.connectors) {
    const pull = (await runs.getPull(runId, connectorId))?.value;
    if (pull !== undefined) connectors.push(connectorResult(pull));
  }
  return {
    runId,
    state: run.state,
    mode: run.mode,
    startedAt: run.startedAt,
    endedAt: run.endedAt,
    policyDigest: run.policyDigest,
    requestedBy: run.requestedBy,
    reason: run.reason,
    connectors,
    readiness: run.readiness ?? emptyReadiness(),
    duplicates: run.duplicates ?? { reEnrollments: 0, crossMdm: 0 },
    tombstones: run.tombstones ?? { candidates: 0, confirmed: 0, held: 0 },
    drift: {},
    plan: { proposed: 0, released: 0, held: 0, brakes: run.brakes },
    durationMs: run.endedAt === null ? 0 : Date.parse(run.endedAt) - Date.parse(run.startedAt),
  };
}

function connectorResult(pull: PullRecord): ConnectorResult {
  return {
    id: pull.connectorId,
    kind: pull.kind,
    state: pull.state,
    mode: pull.mode,
    devices: pull.devices,
    expected: expectedOf(pull),
    pages: pull.pages,
    requests: pull.requests,
    retries: pull.retries,
    throttledSeconds: pull.throttledSeconds,
    quarantined: pull.quarantined,
    duplicates: pull.duplicates,
    reason: pull.reason,
    endpoint: pull.endpoint,
    hint: pull.hint,
    warnings: pull.warnings,
  };
}

function emptyReadiness(): SweepResult['readiness'] {
  const zero = Object.fromEntries(LADDER.map((rung) => [rung, 0])) as Record<(typeof LADDER)[number], number>;
  return { total: 0, reporting: 0, byRung: { ...zero, undetermined: 0 }, unknownByRung: zero, cannotUpdate: 0 };
}
