/** A server between a client and another one that lets a test break what goes through it. */
import http from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface PassingRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** 1 for the first request of all. */
  readonly number: number;
}

export type Fate =
  | 'pass'
  /** The server does what it is asked, and its answer is lost. */
  | 'lose-answer'
  /** Nothing happens, for ever. */
  | 'stall'
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string };

export interface FaultProxy {
  /** The address to use in place of the target's. */
  readonly url: string;
  readonly seen: readonly PassingRequest[];
  /** Decides on each request; everything passes until it is set. */
  fate: (request: PassingRequest) => Fate | Promise<Fate>;
  readonly close: () => Promise<void>;
}

/** @param target an address over plain HTTP, its path included. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const { hostname, port, pathname } = new URL(target);
  const seen: PassingRequest[] = [];
  const decision: { fate: FaultProxy['fate'] } = { fate: () => 'pass' };
  const server = http.createServer((incoming, response) => {
    const { method = '', url = '/', headers } = incoming;
    const request: PassingRequest = { method, path: url, headers, number: seen.length + 1 };
    seen.push(request);
    const parts: Buffer[] = [];
    incoming.on('data', (part: Buffer) => parts.push(part));
    incoming.on('end', () => {
      void (async () => {
        const fate = await decision.fate(request);
        if (fate === 'stall') return;
        if (typeof fate === 'object') {
          response.writeHead(fate.status, { 'content-type': 'application/xml', ...fate.headers });
          response.end(fate.body ?? '');
          return;
        }
        const forwarded = http.request({ hostname, port, path: url, method, headers }, (answer) => {
          const received: Buffer[] = [];
          answer.on('data', (part: Buffer) => received.push(part));
          answer.on('end', () => {
            if (fate === 'lose-answer') {
              incoming.socket.destroy();
              return;
            }
            response.writeHead(answer.statusCode ?? 500, answer.headers);
            response.end(Buffer.concat(received));
          });
        });
        forwarded.on('error', () => incoming.socket.destroy());
        forwarded.end(Buffer.concat(parts));
      })();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}${pathname}`,
    seen,
    get fate() {
      return decision.fate;
    },
    set fate(next) {
      decision.fate = next;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
