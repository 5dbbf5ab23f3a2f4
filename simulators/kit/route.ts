/** What a simulator is made of: routes that turn a request into an answer. The server adds latency, faults and counters. */

export interface SimRequest {
  readonly method: string;
  /** Path below the simulator's prefix, decoded, e.g. `/api/v2/mobile-devices/detail`. */
  readonly path: string;
  /** Values of `:name` segments of the route. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  /** `http://127.0.0.1:PORT/prefix`: the base that links in an answer start with. */
  readonly base: string;
}

export interface SimAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A value is sent as JSON, a string or buffer as it is, null as no body. */
  readonly body: unknown;
}

export interface SimRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/api/v2/mobile-devices/:id`; segments starting with `:` are parameters. */
  readonly path: string;
  /** Name that fault scripts, latency and counters refer to, e.g. `jamf.devices`. */
  readonly name: string;
  /** Which latency of the profile applies; token routes have their own. */
  readonly kind: 'token' | 'read' | 'write' | 'download';
  handle(request: SimRequest): SimAnswer | Promise<SimAnswer>;
}

export interface Simulator {
  /** URL prefix without slashes: `graph`, `jamf`, `ws1`, `login`, `feeds`. */
  readonly prefix: string;
  readonly routes: readonly SimRoute[];
}
