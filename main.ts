/** The composition root: configuration → ports → use cases. Commands and functions both start from here. */
import { randomInt } from 'node:crypto';
import { makeIntuneConnector } from './connectors/intune';
import { makeJamfConnector } from './connectors/jamf';
import { makeWorkspaceOneConnector } from './connectors/workspace-one';
import { loadConfig, parseYaml, readText } from './config/load-config';
import type { LoadedConfig } from './config/load-config';
import { resolveSecret } from './config/resolve-secret';
import { isLoopback } from './config/schema';
import type { ConnectorConfig } from './config/schema';
import { joinKeys } from './core/device/join-keys';
import { ConfigError } from './core/errors';
import type { AppPolicy } from './core/policy/schema';
import { compilePolicy } from './core/policy/compile-policy';
import type { CompiledPolicy } from './core/policy/compile-policy';
import type { OsCatalog } from './core/policy/os-catalog';
import { parsePolicy, watchedAppsOf } from './core/policy/schema';
import type { Diagnosable } from './core/ports/connector-check';
import type { Clock, Random } from './core/ports/clock';
import type { EntityStore } from './core/ports/entity-store';
import type { InventorySource } from './core/ports/inventory-source';
import type { Telemetry } from './core/ports/telemetry';
import type { WorkQueue } from './core/ports/work-queue';
import { makeAppRepository } from './core/sweep/app-repository';
import { makeDeviceRepository } from './core/sweep/device-repository';
import type { SweepPorts } from './core/sweep/ports';
import { makePageRoom } from './core/sweep/page-room';
import type { PumpOptions } from './core/sweep/pump';
import { makeRunRepository } from './core/sweep/run-repository';
import { makeOsFeed } from './feeds';
import packageJson from './package.json';
import { openEmbeddedState } from './storage/sqlite/open-state';

export { loadConfig };

export const USER_AGENT = `Muster/${packageJson.version} (+https://muster.example; inventory sweep)`;

export function makeSystemClock(): Clock {
  return { now: () => Date.now() };
}

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';

/** Identifiers begin with the time, so that newer ones sort later, and end with chance, so that nobody guesses them. */
export function makeSystemRandom(clock: Clock): Random {
  return {
    next: () => Math.random(),
    id() {
      const time = clock.now().toString(36).padStart(9, '0');
      let rest = '';
      while (time.length + rest.length < 26) rest += ALPHABET[randomInt(ALPHABET.length)] ?? '';
      return time + rest;
    },
  };
}

/** Resolves after the time or when the signal aborts, whichever is first; never rejects. */
export function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener('abort', end, { once: true });
  });
}

type WatchedApp = Pick<AppPolicy, 'id' | 'platform'>;

/** Whose apps a connector can tell of. Jamf Pro has no Android phones, and its app lists are dear (facts/jamf-pro.md §2.1). */
const PLATFORMS: Readonly<Record<ConnectorConfig['kind'], readonly AppPolicy['platform'][]>> = {
  intune: ['android', 'ios'],
  jamf: ['ios'],
  'workspace-one': ['android', 'ios'],
};

export interface OpenConnectors {
  readonly sources: ReadonlyMap<string, InventorySource>;
  readonly diagnosable: ReadonlyMap<string, Diagnosable>;
  readonly close: () => void;
}

export interface ConnectorDependencies {
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** Opens this connector alone. */
  readonly only?: string;
  /** Apps that the policy watches, added to each connector's own list where its phones can have them. */
  readonly watchedApps?: readonly WatchedApp[];
}

export async function openConnectors(
  loaded: LoadedConfig,
  dependencies: ConnectorDependencies,
): Promise<OpenConnectors> {
  const sources = new Map<string, InventorySource>();
  const diagnosable = new Map<string, Diagnosable>();
  const closers: (() => void)[] = [];
  for (const connector of loaded.config.connectors) {
    if (dependencies.only !== undefined && connector.id !== dependencies.only) continue;
    const opened = await openConnector(connector, loaded, dependencies);
    sources.set(connector.id, opened.inventory);
    diagnosable.set(connector.id, opened);
    closers.push(opened.close);
  }
  return { sources, diagnosable, close: () => closers.forEach((close) => close()) };
}

async function openConnector(
  connector: ConnectorConfig,
  loaded: LoadedConfig,
  { clock, telemetry, watchedApps = [] }: ConnectorDependencies,
): Promise<Diagnosable & { readonly inventory: InventorySource; readonly close: () => void }> {
  const dependencies = { clock, random: makeSystemRandom(clock), userAgent: USER_AGENT, telemetry };
  const common = {
    id: connector.id,
    baseUrl: connector.baseUrl,
    watchedApps: [
      ...new Set([
        ...connector.apps,
        ...watchedApps.filter(({ platform }) => PLATFORMS[connector.kind].includes(platform)).map(({ id }) => id),
      ]),
    ],
    defaultCountry: connector.defaultCountry ?? null,
  };
  const secret = (value: string, field: string): Promise<string> =>
    resolveSecret(value, `connectors.${connector.id}.auth.${field}`);
  switch (connector.kind) {
    case 'jamf': {
      const clientSecret = await secret(connector.auth.clientSecret, 'clientSecret');
      return makeJamfConnector(
        { ...common, pageSize: connector.pageSize, auth: { ...connector.auth, clientSecret } },
        dependencies,
      );
    }
    case 'workspace-one': {
      const { tenantCode, ...auth } = connector.auth;
      return makeWorkspaceOneConnector(
        {
          ...common,
          dailyReservePercent: connector.dailyReservePercent,
          auth: {
            ...auth,
            clientSecret: await secret(auth.clientSecret, 'clientSecret'),
            tenantCode: tenantCode === undefined ? null : await secret(tenantCode, 'tenantCode'),
          },
        },
        dependencies,
      );
    }
    case 'intune': {
      const { auth } = connector;
      const resolved =
        auth.kind === 'client-secret'
          ? { ...auth, clientSecret: await secret(auth.clientSecret, 'clientSecret') }
          : auth.kind === 'static-token'
            ? { ...auth, token: await secret(auth.token, 'token') }
            : auth.kind === 'client-certificate'
              ? { ...auth, certificatePath: loaded.resolve(auth.certificatePath) }
              : auth;
      const url = URL.parse(connector.baseUrl);
      // Graph asks for patience between polls of a report job; a simulator on this machine needs none.
      const pollSeconds = url !== null && isLoopback(url) ? { pollSeconds: 1 } : {};
      return makeIntuneConnector(
        { ...common, ...pollSeconds, strategy: connector.strategy, appLabels: connector.appLabels, auth: resolved },
        dependencies,
      );
    }
  }
}

/** Messages that another process put on the queue are seen after this long. */
const LONGEST_NAP_MS = 1000;

/** A queue that tells when something was sent, so that the one process that works it off need not poll. */
function makeWakingQueue(queue: WorkQueue): { readonly queue: WorkQueue; readonly idle: Muster['idle'] } {
  // Several waits may be open at once: one whose caller went on with other work is not over yet.
  const asleep = new Set<() => void>();
  return {
    queue: {
      async send(name, body, options) {
        await queue.send(name, body, options);
        for (const wake of asleep) wake();
      },
      receive: (name, options) => queue.receive(name, options),
      complete: (name, message) => queue.complete(name, message),
      release: (name, message, delaySeconds) => queue.release(name, message, delaySeconds),
      poison: (name, message, reason) => queue.poison(name, message, reason),
      depth: (name) => queue.depth(name),
    },
    async idle(milliseconds, _busy, signal) {
      if (milliseconds <= 0) return;
      const woken = new AbortController();
      const wake = (): void => woken.abort();
      asleep.add(wake);
      await sleep(Math.min(milliseconds, LONGEST_NAP_MS), AbortSignal.any([woken.signal, signal]));
      asleep.delete(wake);
    },
  };
}

export interface Muster {
  readonly ports: SweepPorts;
  readonly entities: EntityStore;
  readonly policy: CompiledPolicy;
  readonly catalog: OsCatalog | null;
  /** What an operator should know before anything runs, e.g. a stale release feed. */
  readonly warnings: readonly string[];
  /** Pages that one process works on at the same time. */
  readonly concurrency: number;
  readonly idle: PumpOptions['idle'];
  close(): void;
}

/** @throws ConfigError where the policy file cannot be used. */
export async function loadPolicy(file: string): Promise<ReturnType<typeof parsePolicy> & { ok: true }> {
  const parsed = parsePolicy(parseYaml(await readText(file), file));
  if (!parsed.ok) throw new ConfigError(`${file} has ${parsed.problems.length} problem(s)`, parsed.problems);
  return parsed;
}

export async function openMuster(
  loaded: LoadedConfig,
  { telemetry }: { readonly telemetry: Telemetry },
): Promise<Muster> {
  const { config } = loaded;
  if (config.state.kind !== 'sqlite') {
    throw new ConfigError('this command keeps its state in a folder', [
      {
        path: 'state.kind',
        message: `"${config.state.kind}" is not available here`,
        hint: 'Use { kind: sqlite, path: … }.',
      },
    ]);
  }
  const clock = makeSystemClock();
  const parsed = await loadPolicy(loaded.resolve(config.policy));
  const state = await openEmbeddedState(loaded.resolve(config.state.path), { clock });
  const feed = config.feeds.appleOs;
  const { catalog, warnings } =
    feed === undefined
      ? { catalog: null, warnings: [] }
      : await makeOsFeed(
          {
            kind: feed.kind,
            url: feed.url,
            ...(feed.caPath === undefined ? {} : { caPath: loaded.resolve(feed.caPath) }),
          },
          { blobs: state.blobs, clock, telemetry },
        ).load();
  const policy = compilePolicy(parsed.policy, catalog);
  const watchedApps = watchedAppsOf(parsed.policy);
  const connectors = await openConnectors(loaded, { clock, telemetry, watchedApps });
  const judge = {
    policyDigest: policy.digest,
    evaluate: (device, now, sourceFields) => policy.evaluate(device, { now, sourceFields, directory: 'none' }),
    joinKeys,
  } satisfies SweepPorts['judge'];
  const { queue, idle } = makeWakingQueue(state.queue);
  return {
    entities: state.entities,
    policy,
    catalog,
    warnings,
    concurrency: 12,
    idle,
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
      blobs: state.blobs,
      queue,
      // The store works on the same thread: a second place would hold a second page and store neither sooner.
      room: makePageRoom(1),
      judge,
      clock,
      random: makeSystemRandom(clock),
      telemetry,
    },
    close() {
      connectors.close();
      state.close();
    },
  };
}
