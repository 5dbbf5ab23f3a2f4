/** Connectors as the configuration names them. */
import { makeIntuneConnector } from '../connectors/intune';
import { makeJamfConnector } from '../connectors/jamf';
import { makeWorkspaceOneConnector } from '../connectors/workspace-one';
import type { LoadedConfig } from '../config/load-config';
import { resolveSecret } from '../config/resolve-secret';
import { isLoopback } from '../config/schema';
import type { ConnectorConfig } from '../config/schema';
import type { AppPolicy } from '../core/policy/schema';
import type { Clock } from '../core/ports/clock';
import type { Diagnosable } from '../core/ports/connector-check';
import type { InventorySource } from '../core/ports/inventory-source';
import type { Telemetry } from '../core/ports/telemetry';
import packageJson from '../package.json';
import { makeSystemRandom } from './system';

export const USER_AGENT = `Muster/${packageJson.version} (+https://muster.example; inventory sweep)`;

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
