/** What a simulator is made of: routes that turn a request into an answer. The server adds latency, faults and counters. */
import type { MutableFleet } from '../fleet/synthetic-device';
import type { TokenBook, TokenIssuer } from '../token/token-book';
import type { ContentFault } from './fault';

export interface SimRequest {
  readonly method: string;
  /** Path below the simulator's prefix, decoded, e.g. `/api/v2/mobile-devices/detail`. */
  readonly path: string;
  /** Values of `:name` segments of the route. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  /** `http://127.0.0.1:PORT/prefix`: the base that links in an answer start with. */
  readonly base: string;
  /** Base of another host, for `foreign-next`: whatever arrives there is counted, tokens first of all. */
  readonly foreignBase: string;
  /** Content faults this answer must show; read them with {@link faultOf} and its neighbours in content-faults.ts. */
  readonly faults: readonly ContentFault[];
}

export interface SimAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * A value is sent as JSON. A string or buffer is sent as it is (set `content-type`, else it is JSON text and
   * octet-stream respectively). A `Readable` of bytes is streamed in chunks, for files too long to hold. Null is no body.
   */
  readonly body: unknown;
  /** A second name under `routes` of the counters, for what a test must see of the request, not of the path. */
  readonly alsoCountedAs?: string;
}

export interface SimRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/api/v2/mobile-devices/:id`; segments starting with `:` are parameters. */
  readonly path: string;
  /** Name that fault scripts, latency and counters refer to, e.g. `jamf.devices`. */
  readonly name: string;
  /** Which latency of the profile applies; token routes have their own. A POST that only reads is a `read`. */
  readonly kind: 'token' | 'read' | 'write' | 'download';
  /** 0-based page that the request asks for, where it is not the `page` query parameter (linked pages). */
  readonly page?: (request: Omit<SimRequest, 'faults'>) => number | null;
  handle(request: SimRequest): SimAnswer | Promise<SimAnswer>;
}

export interface Simulator {
  /** URL prefix without slashes: `graph`, `jamf`, `ws1`, `login`, `feeds`, `vault`. */
  readonly prefix: string;
  /**
   * First segments of paths that lead here without the prefix, as parts of the path: for clients that take no prefix, such as
   * the one of Key Vault, for which the first segment of a key's address is `keys`.
   */
  readonly rootSegments?: readonly string[];
  readonly routes: readonly SimRoute[];
  /** Latency of reads and writes in the real profile. */
  readonly latency: 'graph' | 'jamf' | 'workspace-one' | 'feed' | 'vault';
  /** Whose tokens `token-dies` kills. */
  readonly issuer?: TokenIssuer;
  /** The fleet that `fleet-remove` and `fleet-add` change. */
  readonly fleet?: MutableFleet;
  /** The vendor's own JSON for a status that a fault script asks for. */
  errorBody?(status: number): unknown;
  /** Back to the state after start (export jobs, commands); called by `POST /_control/reset`. */
  reset?(): void;
}

export interface SimClock {
  /** Milliseconds since the epoch. */
  now(): number;
}

/**
 * What every vendor simulator is made from:
 * `makeIntuneSimulator(parts: SimulatorParts & {...}): Simulator`, and so on.
 */
export interface SimulatorParts {
  readonly fleet: MutableFleet;
  readonly tokens: TokenBook;
  readonly clock: SimClock;
}
