/** Several simulators on one port of this machine, with latency, scripted faults, counters and control routes. */
import http from 'node:http';
import https from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { TokenBook } from '../token/token-book';
import { handleControl } from './control';
import { makeCounters } from './counters';
import type { Stats } from './counters';
import type { FaultRule } from './fault';
import { makeFaultScript } from './fault-script';
import type { SideEffect } from './fault-script';
import { closeServer, portOf, startForeignHost } from './foreign-host';
import { latencyOf } from './latency';
import type { LatencyProfile } from './latency';
import { makeRouteMatcher } from './match-route';
import type { RouteMatch, RouteMiss } from './match-route';
import { checkFaultRoutes } from './read-fault-file';
import { readBody } from './read-body';
import type { SimAnswer, SimClock, SimRequest, Simulator } from './route';
import { sendAnswer, sendSpoiled } from './send-answer';
import { makeThrottleWatch } from './throttle-watch';

export interface ServerOptions {
  readonly simulators: readonly Simulator[];
  readonly tokens: TokenBook;
  readonly clock: SimClock;
  readonly seed: number;
  readonly latency: LatencyProfile;
  readonly faults: readonly FaultRule[];
  /** 0 for any free one. */
  readonly port: number;
  /** Certificate and key, PEM: serves HTTPS instead of HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

export interface SimulatorServer {
  /** `http://127.0.0.1:PORT`, or `https:` with a certificate. */
  readonly url: string;
  readonly port: number;
  /** The other host that redirects and foreign links lead to. */
  readonly foreignUrl: string;
  /** Names that fault rules and counters know. */
  readonly routeNames: readonly string[];
  stats(): Stats;
  /** Counters, faults, fleets and simulators as they were after start. Tokens stay valid. */
  reset(): void;
  /** Other fault rules from now on; counters go on. */
  setFaults(rules: readonly FaultRule[]): void;
  close(): Promise<void>;
}

/** @throws FaultFileError for a rule that names no route. Rejects when the port is taken. */
export async function startServer(options: ServerOptions): Promise<SimulatorServer> {
  const { simulators, tokens, clock, seed, latency } = options;
  // Some routes have more than one path.
  const routeNames = [...new Set(simulators.flatMap(({ routes }) => routes.map(({ name }) => name)))];
  checkFaultRoutes(options.faults, routeNames);
  const counters = makeCounters();
  const script = makeFaultScript({ rules: options.faults, seed, clock });
  const throttles = makeThrottleWatch(clock);
  const match = makeRouteMatcher(simulators);
  const stopping = new AbortController();
  const foreign = await startForeignHost((withAuthorization) => counters.foreign(withAuthorization));

  const takeEffect = async (effects: readonly SideEffect[], { issuer, fleet }: Simulator): Promise<void> => {
    for (const effect of effects) {
      switch (effect.kind) {
        case 'slow':
          await wait(effect.ms, undefined, { signal: stopping.signal });
          break;
        case 'token-dies':
          if (issuer !== undefined) tokens.killAll(issuer);
          break;
        case 'fleet-remove':
          fleet?.remove(fleet.ordinals(effect.at, effect.count));
          break;
        case 'fleet-add':
          if (effect.restore) fleet?.restore(effect.count);
          else fleet?.add(effect.count);
          break;
      }
    }
  };

  const answerMatch = async (
    { simulator, route, path, params }: RouteMatch,
    incoming: IncomingMessage,
    url: URL,
    response: ServerResponse,
  ): Promise<void> => {
    const arrived = performance.now();
    const running = counters.begin(simulator.prefix, route);
    // Stalled and cut answers end with their connection, whole ones when they are handed to the socket.
    let seen: number | null = null;
    response.once('close', () => running.done(seen));

    const address = `${incoming.method ?? ''} ${incoming.url ?? ''}`;
    if (throttles.tooEarly(address)) counters.early();
    const body = await readBody(incoming);
    if (body === null) {
      sendAnswer(response, { status: 413, body: { error: 'body too large' } });
      running.done(413);
      return;
    }
    const bare: Omit<SimRequest, 'faults'> = {
      method: incoming.method ?? 'GET',
      path,
      params,
      query: url.searchParams,
      headers: Object.fromEntries(
        Object.entries(incoming.headers).map(([name, value]) => [
          name,
          Array.isArray(value) ? value.join(', ') : value,
        ]),
      ),
      body,
      base: `${origin}/${simulator.prefix}`,
      foreignBase: `${foreign.url}/${simulator.prefix}`,
    };
    const planned = script.plan(route.name, route.page === undefined ? pageOf(url) : route.page(bare));
    if (planned.answer !== null || planned.content.length > 0 || planned.sideEffects.length > 0) running.faulted();

    await takeEffect(planned.sideEffects, simulator);
    const answer: SimAnswer = await route.handle({ ...bare, faults: planned.content });
    if (answer.alsoCountedAs !== undefined) counters.also(answer.alsoCountedAs, answer.status);
    const left = latencyOf(latency, simulator, route.kind) - (performance.now() - arrived);
    if (left > 0) await wait(left, undefined, { signal: stopping.signal });
    if (response.destroyed) return;

    const fault = planned.answer;
    if (fault === null) {
      sendAnswer(response, answer);
      running.done(answer.status);
      return;
    }
    seen = sendSpoiled(response, answer, fault, {
      now: clock.now(),
      foreignUrl: foreign.url,
      errorBody: (status) => simulator.errorBody?.(status) ?? { error: http.STATUS_CODES[status] ?? 'error' },
    });
    if (fault.kind === 'status' && fault.retryAfter !== undefined) {
      const { retryAfter } = fault;
      throttles.note(address, typeof retryAfter === 'number' ? retryAfter : retryAfter.date);
    }
  };

  const listener = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
    const method = incoming.method ?? 'GET';
    if (url.pathname.startsWith('/_control/')) {
      sendAnswer(response, await handleControl(method, url.pathname, incoming, control));
      return;
    }
    const found = match(method, url.pathname);
    if ('miss' in found) {
      incoming.resume();
      counters.unmatched();
      sendAnswer(response, answerMiss(found, `${method} ${url.pathname}`));
      return;
    }
    await answerMatch(found, incoming, url, response);
  };

  const onRequest = (incoming: IncomingMessage, response: ServerResponse): void => {
    listener(incoming, response).catch((error: unknown) => {
      // The client went away, or the simulator is wrong: the second must be loud.
      if (stopping.signal.aborted || response.destroyed) return;
      if (response.headersSent) {
        response.destroy();
        return;
      }
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      sendAnswer(response, { status: 500, body: { error: `simulator failed: ${text}` } });
    });
  };
  const { tls } = options;
  const settings = { keepAliveTimeout: 65_000 };
  const server =
    tls === undefined
      ? http.createServer(settings, onRequest)
      : https.createServer({ ...settings, cert: tls.cert, key: tls.key }, onRequest);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(options.port, '127.0.0.1', resolve);
    });
  } catch (error) {
    await foreign.close();
    throw error;
  }
  const port = portOf(server);
  const origin = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;

  const control: Omit<SimulatorServer, 'close'> = {
    url: origin,
    port,
    foreignUrl: foreign.url,
    routeNames,
    stats: () => counters.stats(),
    setFaults(rules) {
      checkFaultRoutes(rules, routeNames);
      script.replace(rules);
    },
    reset() {
      counters.reset();
      throttles.reset();
      script.replace(options.faults);
      for (const simulator of simulators) {
        simulator.fleet?.reset();
        simulator.reset?.();
      }
    },
  };
  return {
    ...control,
    async close() {
      stopping.abort();
      await Promise.all([closeServer(server), foreign.close()]);
    },
  };
}

function answerMiss(miss: RouteMiss, request: string): SimAnswer {
  switch (miss.miss) {
    case 'path-unknown':
      return { status: 404, body: { error: `no simulator knows ${request}` } };
    case 'method-unknown': {
      const allow = miss.allow.join(', ');
      return { status: 405, headers: { allow }, body: { error: `${request}: that path knows ${allow}` } };
    }
    case 'undecodable':
      return { status: 400, body: { error: 'the path is not valid percent-encoding' } };
  }
}

function pageOf(url: URL): number | null {
  const page = url.searchParams.get('page');
  return page !== null && /^\d+$/.test(page) ? Number(page) : null;
}
