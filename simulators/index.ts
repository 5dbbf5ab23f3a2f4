/**
 * All simulators on one port: Microsoft Graph for Intune, Jamf Pro, Workspace ONE UEM, the Entra token endpoint, Azure Key
 * Vault and the Apple release feeds, over seeded synthetic fleets. docs/simulators.md describes them.
 */
import { makeFeedSimulator } from './release-feeds';
import type { FeedState } from './release-feeds';
import { makeFleet } from './fleet/make-fleet';
import type { Mdm, MutableFleet } from './fleet/synthetic-device';
import { makeIntuneSimulator } from './intune';
import type { IntuneOptions } from './intune';
import { makeJamfSimulator } from './jamf';
import type { JamfOptions } from './jamf';
import { makeVaultSimulator, VAULT_RESOURCE } from './key-vault';
import type { VaultOptions } from './key-vault';
import { systemClock } from './kit/clock';
import type { Stats } from './kit/counters';
import type { FaultRule } from './kit/fault';
import type { LatencyProfile } from './kit/latency';
import type { SimClock } from './kit/route';
import { startServer } from './kit/server';
import { makeEntraSimulator } from './token/entra-simulator';
import { makeTokenBook } from './token/token-book';
import { makeWorkspaceOneSimulator } from './workspace-one';
import type { WorkspaceOneOptions } from './workspace-one';
import { configText, CREDENTIALS } from './write-config';

export { FaultFileError, parseFaultRules, readFaultFile } from './kit/read-fault-file';
export type { Stats } from './kit/counters';
export type { FaultRule } from './kit/fault';

export interface SimulatorsOptions {
  /** Devices of each fleet; 0 leaves the connector out of the written configuration. */
  readonly intune: number;
  readonly jamf: number;
  readonly workspaceOne: number;
  /** Equal seeds and equal `now` give equal fleets. */
  readonly seed: number;
  readonly latency: LatencyProfile;
  readonly faults: readonly FaultRule[];
  /** 0 for any free one. */
  readonly port: number;
  /** Of all tokens; 3599 s unless told. */
  readonly tokenLifetimeSeconds?: number;
  /** The present of the fleets, in milliseconds since the epoch; the clock's unless told. */
  readonly now?: number;
  /** For expiry of tokens, export jobs, windows of throttling and times of fault rules; this machine's unless told. */
  readonly clock?: SimClock;
  /** The first so many devices of every fleet have one and the same inventory time. */
  readonly inventoryTies?: number;
  readonly feeds?: FeedState;
  readonly intuneOptions?: IntuneOptions;
  readonly jamfOptions?: JamfOptions;
  readonly workspaceOneOptions?: Omit<WorkspaceOneOptions, 'client' | 'tenantCode'>;
  readonly vaultOptions?: VaultOptions;
  /** Certificate and key, PEM: serves HTTPS instead of HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

export interface Simulators {
  /**
   * `http://127.0.0.1:PORT`; the parts are below `/graph`, `/login`, `/jamf`, `/ws1`, `/feeds`, `/vault` and `/_control`.
   * It is the address of the key vault as well, whose client takes no path.
   */
  readonly url: string;
  /** Address of the signing key that the vault has from the start, its version included. */
  readonly vaultKey: string;
  readonly port: number;
  /** The other host that redirects and foreign links lead to. */
  readonly foreignUrl: string;
  /** Names that fault rules and counters know. */
  readonly routeNames: readonly string[];
  readonly fleets: Readonly<Record<Mdm, MutableFleet>>;
  /** @returns a complete muster.yaml for these simulators; paths as the file shall name them. */
  config(statePath: string, policyPath: string): string;
  stats(): Stats;
  reset(): void;
  setFaults(rules: readonly FaultRule[]): void;
  close(): Promise<void>;
}

/** @throws FaultFileError for a rule that names no route. Rejects when the port is taken. */
export async function startSimulators(options: SimulatorsOptions): Promise<Simulators> {
  const { seed, clock = systemClock, inventoryTies = 0 } = options;
  const now = options.now ?? clock.now();
  const tokens = makeTokenBook({
    clock,
    ...(options.tokenLifetimeSeconds === undefined ? {} : { lifetimeSeconds: options.tokenLifetimeSeconds }),
  });
  const fleetOf = (mdm: Mdm, size: number): MutableFleet => makeFleet({ mdm, size, seed, now, inventoryTies });
  const fleets: Readonly<Record<Mdm, MutableFleet>> = {
    intune: fleetOf('intune', options.intune),
    jamf: fleetOf('jamf', options.jamf),
    'workspace-one': fleetOf('workspace-one', options.workspaceOne),
  };
  const { tenantId, intune, jamf, workspaceOne } = CREDENTIALS;
  const vault = makeVaultSimulator({ tokens, clock, tenantId, ...options.vaultOptions });
  const server = await startServer({
    simulators: [
      makeEntraSimulator({
        tokens,
        clock,
        tenantId,
        ...intune,
        vault: { ...CREDENTIALS.vault, resource: VAULT_RESOURCE },
        api: CREDENTIALS.api,
      }),
      makeIntuneSimulator({ fleet: fleets.intune, tokens, clock, ...options.intuneOptions }),
      makeJamfSimulator({ fleet: fleets.jamf, tokens, clock, ...jamf, ...options.jamfOptions }),
      makeWorkspaceOneSimulator({
        fleet: fleets['workspace-one'],
        tokens,
        clock,
        client: { id: workspaceOne.clientId, secret: workspaceOne.clientSecret },
        tenantCode: workspaceOne.tenantCode,
        ...options.workspaceOneOptions,
      }),
      vault,
      makeFeedSimulator({ clock, state: options.feeds ?? 'fresh' }),
    ],
    tokens,
    clock,
    seed,
    latency: options.latency,
    faults: options.faults,
    port: options.port,
    ...(options.tls === undefined ? {} : { tls: options.tls }),
  });
  const connectors = [
    ...(options.intune > 0 ? (['intune'] as const) : []),
    ...(options.jamf > 0 ? (['jamf'] as const) : []),
    ...(options.workspaceOne > 0 ? (['workspace-one'] as const) : []),
  ];
  return {
    ...server,
    fleets,
    vaultKey: `${server.url}/keys/${vault.firstKey}`,
    config: (statePath, policyPath) => configText({ url: server.url, connectors, statePath, policyPath }),
  };
}
