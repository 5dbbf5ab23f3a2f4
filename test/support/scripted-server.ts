/** A real HTTP server on this machine whose every answer a test writes down. */
import http from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  readonly method: string;
  /** Path and query as they came over the wire. */
  readonly target: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface ScriptedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string is sent as it is, anything else as JSON; left out, there is no body. */
  readonly body?: unknown;
}

/** Writes the response itself, or returns what to answer. */
export type Script = (request: SeenRequest, response: ServerResponse) => ScriptedAnswer | undefined;

export interface ScriptedServer {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  script: Script;
  readonly close: () => Promise<void>;
}

/** @param script answers each request; undefined means that it took the response into its own hands. */
export async function startScriptedServer(script: Script): Promise<ScriptedServer> {
  const seen: SeenRequest[] = [];
  const scripted = { script };
  const server = http.createServer((incoming, response) => {
    const parts: Buffer[] = [];
    incoming.on('data', (part: Buffer) => parts.push(part));
    incoming.on('end', () => {
      const target = incoming.url ?? '/';
      const url = new URL(target, 'http://server');
      const request: SeenRequest = {
        method: incoming.method ?? '',
        target,
        path: url.pathname,
        query: url.searchParams,
        headers: incoming.headers,
        body: Buffer.concat(parts).toString('utf8'),
      };
      seen.push(request);
      const answer = scripted.script(request, response);
      if (answer === undefined) return;
      const { status = 200, headers = {}, body } = answer;
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    get script() {
      return scripted.script;
    },
    set script(next) {
      scripted.script = next;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
