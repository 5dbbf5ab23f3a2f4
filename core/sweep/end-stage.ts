/** What follows a page: nothing yet, the next stage, another walk of the same stage, or the end of the pull. */
import { PartialRunError, PermanentError } from '../errors';
import type { FailureContext } from '../errors';
import { formatTime } from '../device/iso-time';
import { ended, endingAfterLastPage, isEnded, isStageDone, needsAnotherWalk, newStage } from './advance-pull';
import type { Ending } from './advance-pull';
import { QUEUES } from './messages';
import type { FinishMessage } from './messages';
import type { SweepPorts } from './ports';
import type { PullRecord } from './records';
import { sendPage } from './start-sweep';

/** Moves the pull on where its present stage is done. Safe to call again: every step is a compare-and-set. */
export async function afterPage(ports: SweepPorts, pull: PullRecord): Promise<void> {
  const { runs, clock } = ports;
  if (isEnded(pull)) {
    await requestFinish(ports, pull.runId);
    return;
  }
  const stage = pull.stages[pull.stageNo];
  if (pull.state !== 'pulling' || stage === undefined || !isStageDone(stage)) return;
  const known = await runs.getConnector(pull.connectorId);
  const moved = await runs.updatePull(pull.runId, pull.connectorId, (before) => {
    if (before.state !== 'pulling' || before.stageNo !== pull.stageNo) return null;
    const stages = before.stages.map((each, at) => (at === before.stageNo ? { ...each, ended: true } : each));
    const next = before.stageNo + 1;
    if (needsAnotherWalk(before, stage)) {
      const walk = newStage(stage, true);
      return { ...before, stages: stages.toSpliced(next, 0, walk), stageNo: next };
    }
    if (next < stages.length) return { ...before, stages, stageNo: next };
    const ending = endingAfterLastPage({ ...before, stages }, known?.lastCompleteDevices ?? null);
    return ended({ ...before, stages }, ending, formatTime(clock.now()));
  });
  await goOn(ports, pull, moved);
}

/**
 * Ends a pull because of an error, or, where the stage is optional, goes on without it.
 * A pull that read not one page has failed; otherwise it is partial and what it read is kept.
 * @param pageNo the page that failed: a later page is only asked for once the first was read, stored or not yet.
 */
export async function endPull(
  ports: SweepPorts,
  pull: PullRecord,
  error: Error & { readonly context: FailureContext },
  pageNo: number | null = null,
): Promise<void> {
  const { runs, clock, telemetry } = ports;
  const { context } = error;
  const moved = await runs.updatePull(pull.runId, pull.connectorId, (before) => {
    if (before.state !== 'pulling' || before.stageNo !== pull.stageNo) return null;
    const stage = before.stages[before.stageNo];
    const hint = context.hint ?? null;
    if (stage?.optional === true && before.stageNo + 1 < before.stages.length) {
      const warning = `${stage.name}: ${error.message}${hint === null ? '' : ` ${hint}`}`;
      const stages = before.stages.map((each, at) => (at === before.stageNo ? { ...each, ended: true } : each));
      return { ...before, stages, stageNo: before.stageNo + 1, warnings: [...before.warnings, warning] };
    }
    const state: Ending['state'] =
      before.pages === 0 && (pageNo ?? 0) === 0 && !(error instanceof PartialRunError) ? 'failed' : 'partial';
    return ended(
      before,
      { state, reason: error.message, endpoint: context.endpoint ?? null, hint },
      formatTime(clock.now()),
    );
  });
  telemetry.log('warn', 'pull-stage-ended-early', {
    runId: pull.runId,
    connectorId: pull.connectorId,
    state: moved.state,
    reason: error.message,
  });
  const { endpoint, status } = context;
  if (status === 401 || status === 403 || (error instanceof PermanentError && endpoint?.includes('token') === true)) {
    telemetry.log('error', 'access-refused', { runId: pull.runId, connectorId: pull.connectorId, endpoint, status });
  }
  await goOn(ports, pull, moved);
}

async function goOn(ports: SweepPorts, before: PullRecord, moved: PullRecord): Promise<void> {
  if (isEnded(moved)) {
    if (!isEnded(before)) announceEnd(ports, moved);
    await requestFinish(ports, moved.runId);
  } else if (moved.stageNo > before.stageNo) {
    await sendPage(ports, moved, { pageNo: 0, cursor: null });
  }
}

function announceEnd({ telemetry }: SweepPorts, pull: PullRecord): void {
  const { runId, connectorId, state, reason, devices, pages, requests, retries, throttledSeconds, quarantined } = pull;
  const fields = {
    runId,
    connectorId,
    state,
    reason,
    devices,
    pages,
    requests,
    retries,
    throttledSeconds,
    quarantined,
  };
  telemetry.log(state === 'complete' ? 'info' : 'warn', 'pull-ended', fields);
  for (const [name, value] of Object.entries({ devices, pages, requests, retries, throttledSeconds, quarantined })) {
    telemetry.count(`pull.${name}`, value, { connectorId });
  }
}

async function requestFinish({ queue }: SweepPorts, runId: string): Promise<void> {
  await queue.send(QUEUES.finish, JSON.stringify({ v: 1, runId } satisfies FinishMessage));
}
