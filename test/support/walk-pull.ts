/**
 * Walks a connector's pull from the first page of the first stage to the end, the way the sweep does, with nothing
 * behind it: no store, no queue, and a clock that is moved instead of waited for.
 */
import { TransientError, ThrottledError } from '../../core/errors';
import type { ManagedDevice } from '../../core/device/managed-device';
import type { Clock } from '../../core/ports/clock';
import type { Blob, BlobStore } from '../../core/ports/blob-store';
import type {
  AppObservation,
  InventorySource,
  PageRef,
  PullContext,
  PullRequest,
  Quarantined,
} from '../../core/ports/inventory-source';

export interface MovableClock extends Clock {
  /** Moves the time on, in milliseconds. */
  advance(milliseconds: number): void;
}

export function makeMovableClock(start = Date.parse('2026-11-25T08:00:00.000Z')): MovableClock {
  let now = start;
  return {
    now: () => now,
    advance: (milliseconds) => void (now += milliseconds),
  };
}

export interface WalkedStage {
  readonly name: string;
  readonly pages: number;
  /** The total that the last answer stated. */
  readonly expected: number | null;
}

export interface WalkedPull {
  /** By vendor id; a later reading of the same device replaces an earlier one. */
  readonly devices: ReadonlyMap<string, ManagedDevice>;
  /** Readings in all, repeats included. */
  readonly readings: number;
  readonly apps: readonly AppObservation[];
  readonly quarantined: readonly Quarantined[];
  readonly warnings: readonly string[];
  readonly stages: readonly WalkedStage[];
  readonly requests: number;
  /** Milliseconds that throttling asked to wait, all pages together. */
  readonly waited: number;
  readonly retries: number;
}

export interface WalkOptions {
  readonly request?: PullRequest;
  readonly clock: MovableClock;
  /** Tries of one page before its error ends the walk. */
  readonly attempts?: number;
  /** Pages of a pull that ends on its own; beyond it the walk fails. */
  readonly maxPages?: number;
  /** Called after each page, e.g. to let time pass. */
  readonly afterPage?: () => void;
}

/** @throws the error of the first page that cannot be read, as the sweep would end the pull with it. */
export async function walkPull(source: InventorySource, options: WalkOptions): Promise<WalkedPull> {
  const { request = { mode: 'full' }, clock, attempts = 5, maxPages = 1000, afterPage } = options;
  const devices = new Map<string, ManagedDevice>();
  const apps: AppObservation[] = [];
  const quarantined: Quarantined[] = [];
  const warnings = new Set<string>();
  const stages: WalkedStage[] = [];
  const spool = makeMemorySpool();
  let [requests, readings, waited, retries] = [0, 0, 0, 0];
  const context = (stage: string): PullContext => ({
    request,
    stage,
    meter: { request: () => void (requests += 1) },
    spool,
    signal: new AbortController().signal,
  });

  for (const { name } of source.stages(request)) {
    const waiting: PageRef[] = [{ pageNo: 0, cursor: null }];
    let [pages, expected, tries]: [number, number | null, number] = [0, null, 0];
    for (let ref = waiting.shift(); ref !== undefined; ref = waiting.shift()) {
      if (pages >= maxPages) throw new Error(`the stage ${name} did not end within ${maxPages} pages`);
      try {
        const page = await source.fetchPage(ref, context(name));
        const decoded = page.decode();
        tries = 0;
        pages += 1;
        readings += decoded.devices.length;
        for (const device of decoded.devices) devices.set(device.vendorId, device);
        apps.push(...decoded.apps);
        quarantined.push(...decoded.quarantined);
        page.warnings.forEach((warning) => warnings.add(warning));
        expected = page.expected ?? expected;
        waiting.push(...page.next);
        afterPage?.();
      } catch (error) {
        tries += 1;
        if (!(error instanceof ThrottledError || error instanceof TransientError) || tries >= attempts) throw error;
        retries += 1;
        const wait = error instanceof ThrottledError ? Math.max(0, error.retryAt - clock.now()) : 2_000;
        if (error instanceof ThrottledError) waited += wait;
        clock.advance(wait);
        waiting.unshift(ref);
      }
    }
    stages.push({ name, pages, expected });
  }
  return { devices, readings, apps, quarantined, warnings: [...warnings], stages, requests, waited, retries };
}

/** The same source with this one stage of its pulls. */
export function oneStage(source: InventorySource, name: string): InventorySource {
  return { ...source, stages: (request) => source.stages(request).filter((stage) => stage.name === name) };
}

/** Reading context for one page of a stage, for tests of single pages. */
export function makePullContext(stage: string, request: PullRequest = { mode: 'full' }): PullContext {
  return {
    request,
    stage,
    meter: { request: () => undefined },
    spool: makeMemorySpool(),
    signal: new AbortController().signal,
  };
}

/** As much of a blob store as a connector's scratch space needs. */
export function makeMemorySpool(): BlobStore {
  const blobs = new Map<string, Blob>();
  const refuse = (): never => {
    throw new Error('not part of the scratch space of these tests');
  };
  return {
    async put(name, bytes) {
      const blob = { name, bytes, size: bytes.length, etag: String(blobs.size) };
      blobs.set(name, blob);
      return blob;
    },
    get: async (name) => blobs.get(name) ?? null,
    remove: async (name) => void blobs.delete(name),
    putIfAbsent: refuse,
    putStream: refuse,
    putIfMatch: refuse,
    append: refuse,
    list: refuse,
    hold: refuse,
    retain: refuse,
  };
}
