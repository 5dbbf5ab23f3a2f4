/** Starts a run: its record, one pull per connector, one message per pull. */
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

/** @returns the id of the new run. */
export async function startSweep(ports: SweepPorts, request: SweepRequest): Promise<string> {
  const { clock, random, runs, settings, sources, queue, judge } = ports;
  const runId = random.id();
  const now = clock.now();
  const startedAt = formatTime(now);
  await runs.createRun({
    v: 1,
    runId,
    tenant: settings.tenant,
    mode: request.mode,
    state: 'running',
    startedAt,
    endedAt: null,
    policyDigest: judge.policyDigest,
    connectors: [...sources.keys()],
    readiness: null,
    tombstones: null,
    duplicates: null,
    brakes: [],
  });
  for (const [connectorId, source] of sources) {
    // A connector that has no watermark yet cannot be pulled incrementally: its first pull is a full one.
    const since = request.since ?? (await runs.getConnector(connectorId))?.watermark ?? null;
    const mode = request.mode === 'incremental' && since !== null ? 'incremental' : 'full';
    const pull: PullRecord = {
      v: 1,
      runId,
      connectorId,
      kind: source.vendor,
      mode,
      since: mode === 'incremental' ? since : null,
      state: 'pending',
      startedAt,
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
  for (const connectorId of sources.keys()) {
    await queue.send(QUEUES.start, JSON.stringify({ v: 1, runId, connectorId } satisfies StartMessage));
  }
  return runId;
}

/** Begins a pull, or begins it again where a message came twice: the first page does nothing the second time. */
export async function handleStart(ports: SweepPorts, { runId, connectorId }: StartMessage): Promise<void> {
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

/** Puts one page of the pull's present stage on the queue. */
export async function sendPage(
  { queue }: Pick<SweepPorts, 'queue'>,
  pull: Pick<PullRecord, 'runId' | 'connectorId' | 'stageNo'>,
  page: { readonly pageNo: number; readonly cursor: string | null; readonly delaySeconds?: number | undefined },
  attempt = 0,
): Promise<void> {
  const message: PageMessage = {
    v: 1,
    runId: pull.runId,
    connectorId: pull.connectorId,
    stageNo: pull.stageNo,
    pageNo: page.pageNo,
    cursor: page.cursor,
    attempt,
  };
  const delaySeconds = page.delaySeconds ?? 0;
  await queue.send(QUEUES.page, JSON.stringify(message), delaySeconds > 0 ? { delaySeconds } : {});
}
