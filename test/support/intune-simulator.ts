/** An Intune simulator behind a real server, with a token at hand. */
import { makeFleet } from '../../simulators/fleet/make-fleet';
import type { MutableFleet } from '../../simulators/fleet/synthetic-device';
import { makeIntuneSimulator } from '../../simulators/intune';
import type { IntuneOptions } from '../../simulators/intune';
import type { FaultRule } from '../../simulators/kit/fault';
import type { SimClock } from '../../simulators/kit/route';
import { startServer } from '../../simulators/kit/server';
import type { SimulatorServer } from '../../simulators/kit/server';
import { makeTokenBook } from '../../simulators/token/token-book';

export interface IntuneFixture {
  readonly server: SimulatorServer;
  readonly fleet: MutableFleet;
  /** Time moves only when a test moves it. */
  readonly clock: { time: number } & SimClock;
  readonly token: string;
  /** GET with a valid token. @param pathOrUrl below `/graph/v1.0/deviceManagement`, or a whole link. */
  get(pathOrUrl: string): Promise<Response>;
  /** POST of JSON with a valid token. */
  post(path: string, body: unknown): Promise<Response>;
}

export interface IntuneFixtureOptions extends IntuneOptions {
  readonly size: number;
  readonly faults?: readonly FaultRule[];
}

export const PRESENT = Date.parse('2026-11-25T08:00:00Z');

export async function startIntune(options: IntuneFixtureOptions): Promise<IntuneFixture> {
  const { size, faults = [], ...intune } = options;
  const clock = {
    time: PRESENT,
    now() {
      return this.time;
    },
  };
  const tokens = makeTokenBook({ clock });
  const fleet = makeFleet({ mdm: 'intune', size, seed: 7, now: PRESENT });
  const server = await startServer({
    simulators: [makeIntuneSimulator({ fleet, tokens, clock, ...intune })],
    tokens,
    clock,
    seed: 7,
    latency: 'none',
    faults,
    port: 0,
  });
  const token = tokens.issue('entra', 10_000_000).value;
  const authorization = `Bearer ${token}`;
  const urlOf = (pathOrUrl: string): string =>
    pathOrUrl.startsWith('http') ? pathOrUrl : `${server.url}/graph/v1.0/deviceManagement${pathOrUrl}`;
  return {
    server,
    fleet,
    clock,
    token,
    get: (pathOrUrl) => fetch(urlOf(pathOrUrl), { headers: { authorization } }),
    post: (path, body) =>
      fetch(urlOf(path), {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
  };
}
