/** A Workspace ONE simulator behind a real server, with a token at hand. */
import { makeFleet } from '../../simulators/fleet/make-fleet';
import type { MutableFleet } from '../../simulators/fleet/synthetic-device';
import type { FaultRule } from '../../simulators/kit/fault';
import type { SimClock } from '../../simulators/kit/route';
import { startServer } from '../../simulators/kit/server';
import type { SimulatorServer } from '../../simulators/kit/server';
import { makeTokenBook } from '../../simulators/token/token-book';
import { makeWorkspaceOneSimulator } from '../../simulators/workspace-one';
import type { WorkspaceOneOptions } from '../../simulators/workspace-one';

export interface WorkspaceOneFixture {
  readonly server: SimulatorServer;
  readonly fleet: MutableFleet;
  /** Time moves only when a test moves it. */
  readonly clock: { time: number } & SimClock;
  /** GET with a valid token. @param path below `/ws1/api`. @param accept the version, or a whole `Accept` header. */
  get(path: string, accept?: 1 | 2 | string, headers?: Record<string, string>): Promise<Response>;
}

export interface WorkspaceOneFixtureOptions extends WorkspaceOneOptions {
  readonly size: number;
  readonly faults?: readonly FaultRule[];
}

export const PRESENT = Date.parse('2026-11-25T08:00:00Z');

export async function startWorkspaceOne(options: WorkspaceOneFixtureOptions): Promise<WorkspaceOneFixture> {
  const { size, faults = [], ...workspaceOne } = options;
  const clock = {
    time: PRESENT,
    now() {
      return this.time;
    },
  };
  const tokens = makeTokenBook({ clock });
  const fleet = makeFleet({ mdm: 'workspace-one', size, seed: 7, now: PRESENT });
  const server = await startServer({
    simulators: [makeWorkspaceOneSimulator({ fleet, tokens, clock, ...workspaceOne })],
    tokens,
    clock,
    seed: 7,
    latency: 'none',
    faults,
    port: 0,
  });
  const authorization = `Bearer ${tokens.issue('workspace-one', 10_000_000).value}`;
  return {
    server,
    fleet,
    clock,
    get: (path, accept = 2, headers = {}) =>
      fetch(`${server.url}/ws1/api${path}`, {
        headers: {
          authorization,
          accept: typeof accept === 'number' ? `application/json;version=${accept}` : accept,
          ...headers,
        },
      }),
  };
}
