/** Starts a run: its record, one pull per connector, the first page of each pull. */
import type { IsoTime } from '../device/managed-device';
import { formatTime } from '../device/iso-time';
import type { PullRequest } from '../ports/inventory-source';
import { newStage } from './advance-pull';
import { QUEUES } from './messages';
import type { PageMessage, StartMessage } from './messages';
import type { SweepPorts } from './ports';
import type { PullRecord } from './records';

export interface SweepRequest {
  readonly mode: 'full' | 'incremental';
  /** Incremental only; without it each connector goes on from its own watermark. */
  readonly since?: IsoTime;
}

/** @returns the message that asks for a new run, with an id that nobody has used. */
export function startMessageOf(
  { random }: Pick<SweepPorts, 'random'>,
  { mode, since }: SweepRequest,
  requestedBy: string,
): StartMessage {
  return { v: 1, runId: random.id(), mode, since: since ?? null, requestedBy };
}

/** Creates what is missing of a run and sets its pulls going. A second time it finds everything there and adds nothing. */
export async function startSweep(ports: SweepPorts, message: StartMessage): Promise<void> {
  const { clock, runs, settings, sources, judge, telemetry } = ports;
  const { runId, mode, requestedBy } = message;
  const now = clock.now();
  const created = await runs.createRun({
    v: 1,
    runId,
    tenant: settings.tenant,
    mode,
    since: message.since,
    state: 'running',
    startedAt: formatTime(now),
    endedAt: null,
    policyDigest: judge.policyDigest,
    requestedBy,
    reason: null,
    connectors: [...sources.keys()],
    readiness: null,
    tombstones: null,
    duplicates: null,
    brakes: [],
  });
  if (created) telemetry.log('info', 'run-started', { runId, mode, requestedBy });
  const run = (await runs.getRun(runId))?.value;
  if (run?.state !== 'running') return;
  for (const connectorId of run.connectors) {
    await createPull(ports, connectorId, message, Date.parse(run.startedAt));
  }
  for (const connectorId of run.connectors) await beginPull(ports, runId, connectorId);
}

async function createPull(ports: SweepPorts, connectorId: string, message: StartMessage, now: number): Promise<void> {
  const { runs, settings, sources } = ports;
  const source = sources.get(connectorId);
  if (source === undefined) return;
  // A connector that has no watermark yet cannot be pulled incrementally: its first pull is a full one.
  const since = message.since ?? (await runs.getConnector(connectorId))?.watermark ?? null;
  const mode = message.mode === 'incremental' && since !== null ? 'incremental' : 'full';
  const pull: PullRecord = {
    v: 1,
    runId: message.runId,
    connectorId,
    kind: source.vendor,
    mode,
    since: mode === 'incremental' ? since : null,
    state: 'pending',
    startedAt: formatTime(now),
    endedAt: null,
    deadlineAt: formatTime(now + settings.pullDeadlineMs),
    stages: [],
    stageNo: 0,
    devices: 0,
    pages: 0,
    requests: 0,
    retries: 0,
    throttledSeconds: 0,
    quarantined: 0,
    duplicates: 0,
    reason: null,
    endpoint: null,
    hint: null,
    warnings: [],
    watermark: null,
  };
  await runs.createPull({ ...pull, stages: source.stages(requestOf(pull)).map((stage) => newStage(stage)) });
}

/** Begins a pull, or begins it again where a message came twice: the first page does nothing the second time. */
export async function beginPull(ports: SweepPorts, runId: string, connectorId: string): Promise<void> {
  const pull = await ports.runs.updatePull(runId, connectorId, (before) =>
    before.state === 'pending' ? { ...before, state: 'pulling' } : null,
  );
  if (pull.state === 'pulling') await sendPage(ports, pull, { pageNo: 0, cursor: null });
}

export function requestOf(pull: PullRecord): PullRequest {
  return pull.mode === 'incremental' && pull.since !== null
    ? { mode: 'incremental', since: pull.since as IsoTime }
    : { mode: 'full' };
}

export interface PageToSend {
  readonly pageNo: number;
  readonly cursor: string | null;
  readonly delaySeconds?: number | undefined;
  readonly attempt?: number;
  readonly reserved?: boolean;
}

/** Puts one page of the pull's present stage on the queue. */
export async function sendPage(
  { queue }: Pick<SweepPorts, 'queue'>,
  pull: Pick<PullRecord, 'runId' | 'connectorId' | 'stageNo'>,
  { pageNo, cursor, delaySeconds = 0, attempt = 0, reserved = false }: PageToSend,
): Promise<void> {
  const message: PageMessage = {
    v: 1,
    runId: pull.runId,
    connectorId: pull.connectorId,
    stageNo: pull.stageNo,
    pageNo,
    cursor,
    attempt,
    ...(reserved ? { reserved } : {}),
  };
  await queue.send(QUEUES.page, JSON.stringify(message), delaySeconds > 0 ? { delaySeconds } : {});
}
