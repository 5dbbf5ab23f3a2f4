/**
 * `@microsoft/microsoft-graph-client` as a thin transport. It builds the request and runs our one middleware; retries,
 * tokens, redirects and paging of its own stay off, since they clip waits, re-send POSTs and lose rows
 * (facts/intune-graph.md §2.3).
 *
 * The URL travels beside the request, in a middleware option: the library takes URLs apart and puts them together again,
 * and hangs an absolute `http://` link onto the path (facts/peers.md §4). A nextLink leaves here byte for byte.
 */
import type { Client, Middleware, MiddlewareOptions } from '@microsoft/microsoft-graph-client';
import type { RequestMeter } from '../../core/ports/inventory-source';
import type { JsonAnswer, JsonCall, JsonClient } from '../http/json-client';

type Outcome = { readonly answer: JsonAnswer } | { readonly error: unknown };

/** One exact call on its way through the library, and what became of it. */
class ExactCall implements MiddlewareOptions {
  /** Kept here because the library turns every error into its own, which has no room for ours. */
  outcome: Outcome | null = null;

  constructor(
    readonly call: JsonCall,
    readonly meter: RequestMeter,
    readonly signal: AbortSignal,
  ) {}
}

/** The last middleware of the chain, and the only one: it sends the call as it stands. */
function makeTerminal(json: JsonClient): Middleware {
  return {
    async execute(context) {
      const exact = context.middlewareControl?.getMiddlewareOptions(ExactCall);
      if (!(exact instanceof ExactCall)) throw new Error('a Graph request without its exact call');
      try {
        exact.outcome = { answer: await json.call(exact.call, exact.meter, exact.signal) };
      } catch (error) {
        exact.outcome = { error };
      }
      context.response = new Response(null, { status: 204 });
    },
  };
}

/**
 * The same promises as the JSON client below it: errors are typed, every call is sent once.
 * The library is loaded with the first call.
 */
export function makeGraph(json: JsonClient, baseUrl: string): JsonClient {
  let client: Promise<Client> | null = null;
  const load = async (): Promise<Client> => {
    const { Client } = await import('@microsoft/microsoft-graph-client');
    return Client.initWithMiddleware({ middleware: makeTerminal(json), baseUrl: `${baseUrl}/` });
  };

  return {
    async call(call, meter, signal) {
      client ??= load();
      const exact = new ExactCall(call, meter, signal);
      const request = (await client).api('/deviceManagement').middlewareOptions([exact]);
      await (call.method === 'POST' ? request.post(undefined) : request.get());
      if (exact.outcome === null) throw new Error('the Graph client did not send the request');
      if ('error' in exact.outcome) throw exact.outcome.error;
      return exact.outcome.answer;
    },
  };
}
