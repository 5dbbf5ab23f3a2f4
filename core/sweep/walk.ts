/**
 * Reads one connector from end to end without a store: for `muster inventory` and for measuring. It follows the same
 * pages, with the same guards, as a sweep; waits are awaited here, since there is no queue to schedule them.
 */
import { PartialRunError, ThrottledError, TransientError } from '../errors';
import type { ManagedDevice } from '../device/managed-device';
import type { BlobStore } from '../ports/blob-store';
import { linksToItself } from '../ports/inventory-source';
import type {
  AppObservation,
  DecodedPage,
  InventoryPage,
  InventorySource,
  PageRef,
  PullContext,
  PullRequest,
  Stage,
} from '../ports/inventory-source';
import { breathe } from './breathe';
import { makePageRoom, makeStay } from './page-room';
import type { Stay } from './page-room';
import { withApps } from './complete-apps';

export interface WalkOptions {
  readonly spool: BlobStore;
  readonly signal: AbortSignal;
  readonly maxAttempts: number;
  readonly maxPages: number;
  readonly now: () => number;
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

export interface WalkedPage {
  readonly stage: string;
  readonly pageNo: number;
  readonly devices: readonly ManagedDevice[];
  readonly quarantined: DecodedPage['quarantined'];
}

export interface WalkTotals {
  devices: number;
  expected: number | null;
  pages: number;
  requests: number;
  retries: number;
  throttledSeconds: number;
  quarantined: number;
  duplicates: number;
  warnings: string[];
}

/** Totals of a walk that has not begun. */
export function makeWalkTotals(): WalkTotals {
  return {
    devices: 0,
    expected: null,
    pages: 0,
    requests: 0,
    retries: 0,
    throttledSeconds: 0,
    quarantined: 0,
    duplicates: 0,
    warnings: [],
  };
}

/** Pages fetched ahead of the one being consumed. More hides no more latency and costs memory. */
const AHEAD = 8;

/** Pages in their parsed form at the same time. */
const PLACES = 1;

/**
 * Yields pages as they arrive; a device that the vendor repeats is yielded once.
 * The totals object is filled as the walk goes.
 * @throws PartialRunError, PermanentError or the last TransientError when the pull cannot be completed.
 */
export async function* walk(
  source: InventorySource,
  request: PullRequest,
  options: WalkOptions,
  totals: WalkTotals,
): AsyncGenerator<WalkedPage> {
  const seen = new Set<string>();
  const apps = new Map<string, AppObservation[]>();
  for (const stage of source.stages(request)) {
    try {
      yield* walkStage(source, request, stage, options, totals, seen, apps);
    } catch (error) {
      if (!stage.optional || !(error instanceof Error) || options.signal.aborted) throw error;
      totals.warnings.push(`${stage.name}: ${error.message}`);
    }
  }
}

async function* walkStage(
  source: InventorySource,
  request: PullRequest,
  stage: Stage,
  options: WalkOptions,
  totals: WalkTotals,
  seen: Set<string>,
  apps: Map<string, AppObservation[]>,
): AsyncGenerator<WalkedPage> {
  const room = makePageRoom(PLACES);
  const contextFor = (stay: Stay): PullContext => ({
    request,
    stage: stage.name,
    meter: { request: () => void (totals.requests += 1), arrived: () => stay.enter() },
    spool: options.spool,
    signal: options.signal,
    async announce(next) {
      ask(next);
      launch();
      await breathe();
    },
  });
  const asked = new Set<number>([0]);
  const waiting: PageRef[] = [{ pageNo: 0, cursor: null }];
  const flying = new Map<number, Promise<{ ref: PageRef; page: InventoryPage; stay: Stay }>>();

  const ask = (next: PageRef): void => {
    if (asked.has(next.pageNo)) return;
    asked.add(next.pageNo);
    waiting.push(next);
  };
  const launch = (): void => {
    while (flying.size < AHEAD) {
      const ref = waiting.shift();
      if (ref === undefined) return;
      const stay = makeStay(room, options.signal);
      const fetched = fetchWithPatience(source, ref, contextFor(stay), stay, options, totals).then((page) => {
        if (linksToItself(page, ref.cursor)) {
          throw new PartialRunError(`page ${ref.pageNo} links to itself`, { connectorId: source.connectorId });
        }
        // The next page leaves before this one is judged.
        page.next.forEach(ask);
        if (asked.size > options.maxPages) {
          throw new PartialRunError(`more than ${options.maxPages} pages`, { connectorId: source.connectorId });
        }
        launch();
        return { ref, page, stay };
      });
      // The rejection is seen by the race below; this keeps the process from calling it unhandled in between.
      fetched.catch(() => stay.leave());
      flying.set(ref.pageNo, fetched);
    }
  };

  launch();
  while (flying.size > 0) {
    const { ref, page, stay } = await Promise.race(flying.values());
    flying.delete(ref.pageNo);
    launch();
    const decoded = page.decode();
    stay.leave();
    totals.pages += 1;
    if (!stage.optional && stage.partial !== true && page.expected !== null) totals.expected = page.expected;
    totals.quarantined += decoded.quarantined.length;
    totals.duplicates += decoded.duplicates;
    totals.warnings.push(...page.warnings.filter((warning) => !totals.warnings.includes(warning)));
    for (const observation of decoded.apps) {
      const list = apps.get(observation.vendorId);
      if (list === undefined) apps.set(observation.vendorId, [observation]);
      else list.push(observation);
    }
    const fresh = decoded.devices.filter(({ vendorId }) => !seen.has(vendorId));
    for (const { vendorId } of fresh) seen.add(vendorId);
    totals.devices += fresh.length;
    totals.duplicates += decoded.devices.length - fresh.length;
    if (page.lastPage === null && page.next.length > 0 && decoded.devices.length > 0 && fresh.length === 0) {
      throw new PartialRunError(`page ${ref.pageNo} brought no device that was new`, {
        connectorId: source.connectorId,
      });
    }
    yield {
      stage: stage.name,
      pageNo: ref.pageNo,
      devices: apps.size === 0 ? fresh : fresh.map((device) => withApps(device, apps.get(device.vendorId))),
      quarantined: decoded.quarantined,
    };
  }
}

async function fetchWithPatience(
  source: InventorySource,
  ref: PageRef,
  context: PullContext,
  stay: Stay,
  { maxAttempts, now, wait, signal }: WalkOptions,
  totals: WalkTotals,
): Promise<InventoryPage> {
  if (ref.delaySeconds !== undefined) await wait(ref.delaySeconds * 1000, signal);
  for (let attempt = 1; ;) {
    try {
      return await source.fetchPage(ref, context);
    } catch (error) {
      stay.leave();
      if (error instanceof ThrottledError) {
        const milliseconds = Math.max(0, error.retryAt - now());
        totals.throttledSeconds += Math.ceil(milliseconds / 1000);
        totals.retries += 1;
        await wait(milliseconds, signal);
      } else if (error instanceof TransientError && attempt < maxAttempts) {
        totals.retries += 1;
        await wait(Math.min(60_000, 1000 * 2 ** attempt), signal);
        attempt += 1;
      } else {
        throw error;
      }
    }
  }
}
