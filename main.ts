/** The composition root: configuration → ports → use cases. Commands and functions both start from here. */
import { CONTAINERS, openState } from './compose/state';
import { openConnectors } from './compose/connectors';
import { makeSystemClock, makeSystemRandom, sleep } from './compose/system';
import { makeWakingQueue } from './compose/waking-queue';
import { withQueueNames } from './compose/queue-names';
import { loadConfig, loadEdgeConfig, loadWorkerConfig, parseYaml, readText } from './config/load-config';
import type { LoadedConfig } from './config/load-config';
import type { Config } from './config/schema';
import { joinKeys } from './core/device/join-keys';
import { ConfigError } from './core/errors';
import { compilePolicy } from './core/policy/compile-policy';
import type { CompiledPolicy } from './core/policy/compile-policy';
import type { OsCatalog } from './core/policy/os-catalog';
import { parsePolicy, watchedAppsOf } from './core/policy/schema';
import type { BlobStore } from './core/ports/blob-store';
import type { Clock } from './core/ports/clock';
import type { EntityStore } from './core/ports/entity-store';
import type { Telemetry } from './core/ports/telemetry';
import { makeAppRepository } from './core/sweep/app-repository';
import { makeDeviceRepository } from './core/sweep/device-repository';
import { makeRunLease } from './core/sweep/lease';
import { makePageBudget } from './core/sweep/page-budget';
import { makePageRoom } from './core/sweep/page-room';
import type { SweepPorts } from './core/sweep/ports';
import type { PumpOptions } from './core/sweep/pump';
import { makeRunRepository } from './core/sweep/run-repository';
import { makeOsFeed } from './feeds';
import type { LoadedFeed } from './feeds';

export {
  CONTAINERS,
  loadConfig,
  loadEdgeConfig,
  loadWorkerConfig,
  makeSystemClock,
  makeSystemRandom,
  openConnectors,
  openState,
  sleep,
  withQueueNames,
};

export interface Muster {
  readonly ports: SweepPorts;
  readonly entities: EntityStore;
  /** Published reports. */
  readonly reports: BlobStore;
  readonly policy: CompiledPolicy;
  readonly catalog: OsCatalog | null;
  /** What an operator should know before anything runs, e.g. a stale release feed. */
  readonly warnings: readonly string[];
  /** Pages that one process works on at the same time. */
  readonly concurrency: number;
  readonly idle: PumpOptions['idle'];
  /** Reads the release feed again, for those who open Muster after this. */
  refreshFeed(): Promise<LoadedFeed>;
  close(): void;
}

/** @throws ConfigError where the policy file cannot be used. */
export async function loadPolicy(file: string): Promise<ReturnType<typeof parsePolicy> & { ok: true }> {
  const parsed = parsePolicy(parseYaml(await readText(file), file));
  if (!parsed.ok) throw new ConfigError(`${file} has ${parsed.problems.length} problem(s)`, parsed.problems);
  return parsed;
}

export interface OpenOptions {
  readonly telemetry: Telemetry;
  /**
   * Several processes share the work: MDM tenants are paced by a row they all see, and the run holds the lease of the sweep.
   */
  readonly shared?: boolean;
  /** Names that this deployment gives to queues. */
  readonly queueNames?: ReadonlyMap<string, string>;
}

export async function openMuster(
  loaded: LoadedConfig,
  { telemetry, shared = false, queueNames = new Map() }: OpenOptions,
): Promise<Muster> {
  const { config } = loaded;
  const clock = makeSystemClock();
  const parsed = await loadPolicy(loaded.resolve(config.policy));
  const state = await openState(loaded, { clock, telemetry });
  const refreshFeed = (): Promise<LoadedFeed> => loadFeed(loaded, { blobs: state.work, clock, telemetry });
  const { catalog, warnings } = await refreshFeed();
  const policy = compilePolicy(parsed.policy, catalog);
  const watchedApps = watchedAppsOf(parsed.policy);
  const connectors = await openConnectors(loaded, { clock, telemetry, watchedApps });
  const judge = {
    policyDigest: policy.digest,
    evaluate: (device, now, sourceFields) => policy.evaluate(device, { now, sourceFields, directory: 'none' }),
    joinKeys,
  } satisfies SweepPorts['judge'];
  const { queue, idle } = makeWakingQueue(withQueueNames(state.queue, queueNames));
  return {
    entities: state.entities,
    reports: state.reports,
    policy,
    catalog,
    warnings,
    concurrency: 12,
    idle,
    refreshFeed,
    ports: {
      settings: {
        tenant: config.tenant,
        maxAttempts: config.sweep.maxAttempts,
        pullDeadlineMs: config.sweep.pullDeadlineMinutes * 60_000,
        maxPages: 20_000,
        vanish: config.sweep.vanish,
      },
      sources: connectors.sources,
      runs: makeRunRepository(state.entities),
      devices: makeDeviceRepository(state.entities, judge),
      apps: makeAppRepository(state.entities, [
        ...new Set([...watchedApps.map(({ id }) => id), ...config.connectors.flatMap(({ apps }) => apps)]),
      ]),
      blobs: state.work,
      queue,
      // The store works on the same thread: a second place would hold a second page and store neither sooner.
      room: makePageRoom(1),
      judge,
      clock,
      random: makeSystemRandom(clock),
      telemetry,
      ...(shared
        ? {
            budget: makePageBudget(state.entities, clock, paceOf(config)),
            lease: makeRunLease(state.entities, clock),
          }
        : {}),
    },
    close() {
      connectors.close();
      state.close();
    },
  };
}

function paceOf({ connectors }: Config): (connectorId: string) => number {
  const paces = new Map(connectors.map(({ id, pagesPerMinute }) => [id, pagesPerMinute]));
  return (connectorId) => paces.get(connectorId) ?? 60;
}

/** The release feed, where the configuration names one; its last good answer where it cannot be had. */
export async function loadFeed(
  loaded: LoadedConfig,
  ports: { readonly blobs: BlobStore; readonly clock: Clock; readonly telemetry: Telemetry },
): Promise<LoadedFeed> {
  const feed = loaded.config.feeds.appleOs;
  if (feed === undefined) return { catalog: null, warnings: [] };
  const { kind, url, caPath } = feed;
  return makeOsFeed({ kind, url, ...(caPath === undefined ? {} : { caPath: loaded.resolve(caPath) }) }, ports).load();
}
