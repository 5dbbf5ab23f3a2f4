/** The Intune simulator over HTTP with a connector in front of it, both on one clock that tests turn by hand. */
import { startSimulators } from '../../simulators';
import type { FaultRule, Simulators } from '../../simulators';
import { CREDENTIALS } from '../../simulators/write-config';
import type { IntuneOptions } from '../../simulators/intune';
import type { IntuneAuth, IntuneConnector, IntuneSettings } from '../../connectors/intune';
import { connect, testClock } from '../unit/connectors/intune/fake-graph';
import type { TestClock } from '../unit/connectors/intune/fake-graph';

export interface IntuneBench extends IntuneConnector {
  readonly simulators: Simulators;
  readonly clock: TestClock;
  readonly auth: IntuneAuth;
}

export interface BenchOptions {
  readonly devices: number;
  readonly faults?: readonly FaultRule[];
  readonly simulator?: IntuneOptions;
  readonly settings?: Partial<IntuneSettings>;
  readonly tokenLifetimeSeconds?: number;
}

const open: IntuneBench[] = [];

export async function startBench(options: BenchOptions): Promise<IntuneBench> {
  const clock = testClock();
  const simulators = await startSimulators({
    intune: options.devices,
    jamf: 0,
    workspaceOne: 0,
    seed: 7,
    latency: 'none',
    faults: options.faults ?? [],
    port: 0,
    clock,
    ...(options.tokenLifetimeSeconds === undefined ? {} : { tokenLifetimeSeconds: options.tokenLifetimeSeconds }),
    ...(options.simulator === undefined ? {} : { intuneOptions: options.simulator }),
  });
  const auth: IntuneAuth = {
    kind: 'client-secret',
    authorityHost: `${simulators.url}/login`,
    tenantId: CREDENTIALS.tenantId,
    ...CREDENTIALS.intune,
  };
  const connector = connect(`${simulators.url}/graph`, { auth, ...options.settings }, clock);
  const bench = { ...connector, simulators, clock, auth };
  open.push(bench);
  return bench;
}

/** For `afterEach`. */
export async function closeBenches(): Promise<void> {
  for (const bench of open.splice(0)) {
    bench.close();
    await bench.simulators.close();
  }
}

/** Ids of the whole simulated fleet, in its order. */
export function fleetIds({ simulators }: IntuneBench): string[] {
  const fleet = simulators.fleets.intune;
  return fleet.slice(0, fleet.size).map(({ guid }) => guid);
}
