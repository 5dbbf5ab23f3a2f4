/** A Jamf Pro simulator behind a real server, with a token at hand. */
import { makeFleet } from '../../simulators/fleet/make-fleet';
import type { MutableFleet } from '../../simulators/fleet/synthetic-device';
import { makeJamfSimulator } from '../../simulators/jamf';
import type { JamfOptions } from '../../simulators/jamf';
import type { FaultRule } from '../../simulators/kit/fault';
import type { SimClock } from '../../simulators/kit/route';
import { startServer } from '../../simulators/kit/server';
import type { SimulatorServer } from '../../simulators/kit/server';
import { makeTokenBook } from '../../simulators/token/token-book';

export interface JamfFixture {
  readonly server: SimulatorServer;
  readonly fleet: MutableFleet;
  /** Time moves only when a test moves it. */
  readonly clock: { time: number } & SimClock;
  /** GET with a valid token. @param path below `/jamf`. */
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  askToken(path?: string, fields?: Record<string, string>): Promise<Response>;
}

export interface JamfFixtureOptions extends JamfOptions {
  readonly size: number;
  readonly faults?: readonly FaultRule[];
  readonly tokenLifetimeSeconds?: number;
  readonly inventoryTies?: number;
}

export const PRESENT = Date.parse('2026-11-25T08:00:00Z');

export async function startJamf(options: JamfFixtureOptions): Promise<JamfFixture> {
  const { size, faults = [], tokenLifetimeSeconds = 300, inventoryTies = 0, ...jamf } = options;
  const clock = {
    time: PRESENT,
    now() {
      return this.time;
    },
  };
  const tokens = makeTokenBook({ clock, lifetimeSeconds: tokenLifetimeSeconds });
  const fleet = makeFleet({ mdm: 'jamf', size, seed: 7, now: PRESENT, inventoryTies });
  const server = await startServer({
    simulators: [makeJamfSimulator({ fleet, tokens, clock, clientId: 'client', clientSecret: 'secret', ...jamf })],
    tokens,
    clock,
    seed: 7,
    latency: 'none',
    faults,
    port: 0,
  });
  const token = tokens.issue('jamf', 10_000_000).value;
  return {
    server,
    fleet,
    clock,
    get: (path, headers = {}) =>
      fetch(`${server.url}/jamf${path}`, { headers: { authorization: `Bearer ${token}`, ...headers } }),
    askToken: (path = '/api/v1/oauth/token', fields = {}) =>
      fetch(`${server.url}/jamf${path}`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: 'client',
          client_secret: 'secret',
          ...fields,
        }),
      }),
  };
}
