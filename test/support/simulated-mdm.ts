/** A connector and its simulated MDM on a port of this machine, with a clock that the test moves. */
import { makeJamfConnector } from '../../connectors/jamf';
import type { JamfConnector, JamfSettings } from '../../connectors/jamf';
import { makeWorkspaceOneConnector } from '../../connectors/workspace-one';
import type { WorkspaceOneConnector, WorkspaceOneSettings } from '../../connectors/workspace-one';
import { startSimulators } from '../../simulators';
import type { FaultRule, Simulators, SimulatorsOptions } from '../../simulators';
import type { MutableFleet } from '../../simulators/fleet/synthetic-device';
import { CREDENTIALS } from '../../simulators/write-config';
import { makeMovableClock } from './walk-pull';
import type { MovableClock } from './walk-pull';

export interface SimulatedOptions<Settings> {
  readonly size: number;
  readonly faults?: readonly FaultRule[];
  readonly settings?: Partial<Settings>;
  readonly simulators?: Partial<SimulatorsOptions>;
}

export interface Simulated<Connector> {
  readonly simulators: Simulators;
  readonly fleet: MutableFleet;
  readonly clock: MovableClock;
  readonly connector: Connector;
  readonly close: () => Promise<void>;
}

const dependencies = (clock: MovableClock) => ({
  clock,
  random: { next: () => 0.5, id: () => 'id' },
  userAgent: 'Muster/test',
});

async function start(sizes: Partial<SimulatorsOptions>, { faults = [], simulators }: SimulatedOptions<unknown>) {
  const clock = makeMovableClock();
  const started = await startSimulators({
    intune: 0,
    jamf: 0,
    workspaceOne: 0,
    seed: 7,
    latency: 'none',
    faults,
    port: 0,
    clock,
    ...sizes,
    ...simulators,
  });
  return { clock, started };
}

export async function startJamf(options: SimulatedOptions<JamfSettings>): Promise<Simulated<JamfConnector>> {
  const { clock, started } = await start({ jamf: options.size }, options);
  const { clientId, clientSecret } = CREDENTIALS.jamf;
  const connector = makeJamfConnector(
    {
      id: 'jamf',
      baseUrl: `${started.url}/jamf`,
      pageSize: 100,
      watchedApps: [],
      auth: { clientId, clientSecret },
      defaultCountry: null,
      ...options.settings,
    },
    dependencies(clock),
  );
  return { simulators: started, fleet: started.fleets.jamf, clock, connector, close: closing(connector, started) };
}

export async function startWorkspaceOne(
  options: SimulatedOptions<WorkspaceOneSettings>,
): Promise<Simulated<WorkspaceOneConnector>> {
  const { clock, started } = await start({ workspaceOne: options.size }, options);
  const { clientId, clientSecret, tenantCode } = CREDENTIALS.workspaceOne;
  const connector = makeWorkspaceOneConnector(
    {
      id: 'ws1',
      baseUrl: `${started.url}/ws1`,
      auth: { tokenUrl: `${started.url}/ws1/connect/token`, clientId, clientSecret, tenantCode },
      defaultCountry: null,
      watchedApps: [],
      dailyReservePercent: 20,
      ...options.settings,
    },
    dependencies(clock),
  );
  const fleet = started.fleets['workspace-one'];
  return { simulators: started, fleet, clock, connector, close: closing(connector, started) };
}

function closing(connector: { readonly close: () => void }, simulators: Simulators): () => Promise<void> {
  return async () => {
    connector.close();
    await simulators.close();
  };
}
