/**
 * One page of a pull: fetch, decode, judge, store, mark as done. Whatever happens in between, the message may come again
 * and changes nothing the second time: rows carry the page that saw them, and the page is marked in the same batch that
 * counts it.
 */
import { PartialRunError, PermanentError, ThrottledError, TransientError } from '../errors';
import { formatTime } from '../device/iso-time';
import type { IsoTime, ManagedDevice } from '../device/managed-device';
import { linksToItself } from '../ports/inventory-source';
import type { DecodedPage, InventoryPage, InventorySource, PageRef } from '../ports/inventory-source';
import { isStageDone, withPage } from './advance-pull';
import { breathe } from './breathe';
import { afterPage, endPull } from './end-stage';
import type { PageMessage } from './messages';
import { makeStay } from './page-room';
import type { SweepPorts } from './ports';
import type { PullRecord, StageRecord } from './records';
import { spoolOf } from './spool';
import { requestOf, sendPage } from './start-sweep';

/** Waits between failed tries grow from 2 s to 5 min. */
const FIRST_BACKOFF_SECONDS = 2;
const LAST_BACKOFF_SECONDS = 300;

export async function handlePage(ports: SweepPorts, message: PageMessage, signal: AbortSignal): Promise<void> {
  const { runs, sources } = ports;
  const pull = (await runs.getPull(message.runId, message.connectorId))?.value;
  const source = sources.get(message.connectorId);
  if (pull === undefined || source === undefined) {
    throw new PermanentError(`no pull of connector ${message.connectorId} in run ${message.runId}`, {
      connectorId: message.connectorId,
      hint: 'The connector was removed from the configuration while its run was under way; start a new sweep.',
    });
  }
  const stage = pull.stages[message.stageNo];
  if (pull.state !== 'pulling' || stage === undefined || message.stageNo !== pull.stageNo) {
    // The stage or the pull went on without this message; make sure that what follows is on its way.
    await afterPage(ports, pull);
    return;
  }
  const key = { stageNo: message.stageNo, pageNo: message.pageNo };
  const done = await runs.getPage(pull.runId, pull.connectorId, key);
  if (done !== null) {
    for (const next of done.next) await sendPage(ports, pull, next);
    await afterPage(ports, pull);
    return;
  }
  await ports.lease?.keep(pull.runId, ports.clock.now());
  if (message.pageNo >= ports.settings.maxPages) {
    await endPull(ports, pull, new PartialRunError(`more than ${ports.settings.maxPages} pages`, endless));
    return;
  }

  if (message.reserved !== true) {
    const wait = (await ports.budget?.reserve(message.connectorId)) ?? 0;
    if (wait > 0) {
      const delaySeconds = Math.ceil(wait / 1000);
      await sendPage(ports, pull, { ...message, delaySeconds, reserved: true });
      return;
    }
  }

  let requests = 0;
  const announced = new Set<number>();
  const stay = makeStay(ports.room, signal);
  const meter = { request: () => void (requests += 1), arrived: () => stay.enter() };
  const context = {
    request: requestOf(pull),
    stage: stage.name,
    meter,
    spool: spoolOf(ports.blobs, pull),
    signal,
    async announce(next: PageRef) {
      await sendPage(ports, pull, next);
      announced.add(next.pageNo);
      await breathe();
    },
  };
  try {
    let page: InventoryPage;
    try {
      page = await source.fetchPage({ pageNo: message.pageNo, cursor: message.cursor }, context);
      if (linksToItself(page, message.cursor)) {
        throw new PartialRunError(`page ${message.pageNo} links to itself`, endless);
      }
    } catch (error) {
      await afterFailure(ports, pull, stage, message, requests, error);
      return;
    }
    // The next page is asked for before this one is judged. It may come twice after a crash; it is then done once.
    for (const next of page.next) if (!announced.has(next.pageNo)) await sendPage(ports, pull, next);
    await stay.enter();
    await breathe();
    await keep(ports, source, pull, stage, message, page, requests);
  } finally {
    stay.leave();
  }
}

const endless = {
  hint: 'The server repeats its pages. Nothing is concluded from this pull; report it to the vendor with the endpoint and time.',
};

async function keep(
  ports: SweepPorts,
  source: InventorySource,
  pull: PullRecord,
  stage: StageRecord,
  message: PageMessage,
  page: InventoryPage,
  requests: number,
): Promise<void> {
  const { runs, devices, apps, clock, telemetry } = ports;
  const { runId, connectorId } = pull;
  const key = { stageNo: message.stageNo, pageNo: message.pageNo };
  const decoded = page.decode();
  const at = formatTime(clock.now());

  if (decoded.quarantined.length > 0) {
    const records = decoded.quarantined.map((record) => ({ ...record, connectorId, at }));
    await runs.quarantine(runId, connectorId, key, records);
  }
  if (decoded.apps.length > 0) await apps.put(runId, connectorId, decoded.apps, source.buckets);
  const observations = pull.stages.some(({ name }) => name === 'apps')
    ? await apps.get(
        runId,
        connectorId,
        decoded.devices.map(({ vendorId }) => vendorId),
        source.buckets,
      )
    : new Map<string, never>();
  const stored = await devices.storePage({
    connectorId,
    runId,
    page: `${message.stageNo}.${message.pageNo}`,
    now: Date.parse(pull.startedAt),
    devices: decoded.devices,
    buckets: source.buckets,
    sourceFields: source.sourceFields,
    merge: { withheld: withheldIn(pull, source), partial: stage.partial },
    apps: observations,
  });

  const counted = await runs.completePage(
    runId,
    connectorId,
    key,
    { v: 1, rows: page.rows, devices: decoded.devices.length, next: page.next.map(forRecord) },
    (before) =>
      withPage(before, message.stageNo, {
        rows: page.rows,
        fresh: stored.fresh,
        repeated: stored.repeated + decoded.duplicates,
        quarantined: decoded.quarantined.length,
        expected: page.expected,
        lastPage: page.lastPage,
        requests,
        warnings: page.warnings,
        watermark: newest(decoded.devices, source.watermark),
      }),
  );
  if (!counted) return;
  telemetry.log('info', 'page-done', {
    runId,
    connectorId,
    stage: stage.name,
    page: message.pageNo,
    rows: page.rows,
    devices: decoded.devices.length,
    quarantined: decoded.quarantined.length,
  });
  if (isLoop(stage, page, decoded, stored.fresh)) {
    await endPull(ports, pull, new PartialRunError(`page ${message.pageNo} brought no device that was new`, endless));
    return;
  }
  const now = await runs.getPull(runId, connectorId);
  if (now !== null) await afterPage(ports, now.value);
}

/**
 * Where this pull has read the app reports to their end, an app that they do not show is gone or unseen: what an earlier
 * run knew of it no longer stands.
 */
function withheldIn(pull: PullRecord, source: InventorySource): InventorySource['withheldFields'] {
  return pull.stages.some((stage) => stage.name === 'apps' && stage.ended && isStageDone(stage))
    ? source.withheldFields.filter((field) => field !== 'apps')
    : source.withheldFields;
}

/** Linked pages that bring nothing new, yet go on, go round in circles: facts/intune-graph.md §7 T3. */
function isLoop(stage: StageRecord, page: InventoryPage, decoded: DecodedPage, fresh: number): boolean {
  return (
    !stage.again &&
    !stage.partial &&
    page.lastPage === null &&
    page.next.length > 0 &&
    decoded.devices.length > 0 &&
    fresh === 0
  );
}

function forRecord({ pageNo, cursor }: PageRef): { pageNo: number; cursor: string | null } {
  return { pageNo, cursor };
}

function newest(devices: readonly ManagedDevice[], field: InventorySource['watermark']): IsoTime | null {
  let latest: IsoTime | null = null;
  for (const device of devices) {
    const at = field === 'inventoryAt' ? device.inventoryAt : device.enrollment.lastSeenAt;
    if (at !== null && (latest === null || at > latest)) latest = at;
  }
  return latest;
}

async function afterFailure(
  ports: SweepPorts,
  pull: PullRecord,
  stage: StageRecord,
  message: PageMessage,
  requests: number,
  error: unknown,
): Promise<void> {
  const { runs, clock, settings, random, telemetry } = ports;
  const { runId, connectorId } = pull;
  const deadline = Date.parse(pull.deadlineAt);
  const again = { pageNo: message.pageNo, cursor: message.cursor };
  telemetry.log('info', 'page-failed', {
    runId,
    connectorId,
    stage: stage.name,
    page: message.pageNo,
    attempt: message.attempt,
    error: error instanceof Error ? error.message : 'unknown',
  });

  if (error instanceof ThrottledError && error.retryAt <= deadline) {
    const delaySeconds = Math.max(1, Math.ceil((error.retryAt - clock.now()) / 1000));
    await runs.updatePull(runId, connectorId, (before) => ({
      ...before,
      requests: before.requests + requests,
      retries: before.retries + 1,
      throttledSeconds: before.throttledSeconds + delaySeconds,
    }));
    await ports.budget?.pause(connectorId, error.retryAt);
    await ports.lease?.keep(runId, error.retryAt);
    await sendPage(ports, pull, { ...again, delaySeconds, attempt: message.attempt });
    return;
  }
  if (error instanceof TransientError && message.attempt + 1 < settings.maxAttempts) {
    const ceiling = Math.min(LAST_BACKOFF_SECONDS, FIRST_BACKOFF_SECONDS * 2 ** message.attempt);
    const delaySeconds = Math.max(1, Math.round(ceiling * (0.5 + random.next() / 2)));
    if (clock.now() + delaySeconds * 1000 <= deadline) {
      await runs.updatePull(runId, connectorId, (before) => ({
        ...before,
        requests: before.requests + requests,
        retries: before.retries + 1,
      }));
      await sendPage(ports, pull, { ...again, delaySeconds, attempt: message.attempt + 1 });
      return;
    }
  }
  if (!isForeseen(error)) throw error;
  await runs.updatePull(runId, connectorId, (before) => ({ ...before, requests: before.requests + requests }));
  await endPull(ports, pull, error, message.pageNo);
}

type Foreseen = ThrottledError | TransientError | PermanentError | PartialRunError;

function isForeseen(error: unknown): error is Foreseen {
  return (
    error instanceof ThrottledError ||
    error instanceof TransientError ||
    error instanceof PermanentError ||
    error instanceof PartialRunError
  );
}
