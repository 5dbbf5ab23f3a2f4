/** HTTP triggers on one machine: prefix, route, method and auth level as the platform has them. */
import { randomUUID, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { LoadedApp, RegisteredFunction, RpcHttp } from './functions-core';
import { parseRoute } from './route-template';
import type { RouteTemplate } from './route-template';

export interface HttpFrontOptions {
  readonly app: LoadedApp;
  /** `extensions.http.routePrefix` of host.json. */
  readonly prefix: string;
  /** Needed for functions of auth level `function` and `admin`: header `x-functions-key` or query `code`. */
  readonly key: string;
  readonly onError: (functionName: string, error: unknown) => void;
}

interface Endpoint {
  readonly name: string;
  readonly binding: string;
  readonly template: RouteTemplate;
  readonly methods: readonly string[];
  readonly authLevel: string;
}

/** The platform takes 100 MB; nothing here needs more than a few kilobytes. */
const MAX_BODY = 1024 * 1024;
const STATE_TIMEOUT_MS = 230_000;

export function makeHttpFront({ app, prefix, key, onError }: HttpFrontOptions): Server {
  const endpoints = app.functions.flatMap(endpointOf).sort((one, other) => other.template.weight - one.template.weight);
  const base = `/${prefix}`.replace(/\/+$/, '').toLowerCase();

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = URL.parse(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`);
    if (url === null) {
      end(response, 400);
      return;
    }
    const found = url.pathname.toLowerCase().startsWith(`${base}/`)
      ? endpoints.flatMap((endpoint) => {
          const params = endpoint.template.match(url.pathname.slice(base.length));
          return params === null ? [] : [{ endpoint, params }];
        })
      : [];
    const method = request.method ?? 'GET';
    const hit = found.find(({ endpoint }) => endpoint.methods.includes(method));
    // The platform answers 404 for a method that no function of the route takes, too.
    if (hit === undefined) {
      end(response, 404);
      return;
    }
    if (!isAllowed(hit.endpoint, request, url)) {
      end(response, 401);
      return;
    }
    const body = await readBody(request);
    if (body === null) {
      end(response, 413);
      return;
    }
    const http: RpcHttp = {
      method,
      url: url.href,
      headers: headersOf(request),
      query: queryOf(url),
      params: hit.params,
      // Without Content-Length the platform hands over nothing: facts/azure-functions.md §2.9.
      ...(body.length > 0 && request.headers['content-length'] !== undefined ? { body: { bytes: body } } : {}),
    };
    const returned = await app.invoke(hit.endpoint.name, {
      invocationId: randomUUID(),
      inputData: [{ name: hit.endpoint.binding, data: { http } }],
    });
    const { statusCode = '204', headers = {}, body: content } = returned?.http ?? {};
    response.writeHead(Number(statusCode), headers);
    response.end(content?.bytes ?? content?.string ?? '');
  };

  const isAllowed = ({ authLevel }: Endpoint, { headers }: IncomingMessage, url: URL): boolean => {
    if (authLevel === 'anonymous') return true;
    const given = Buffer.from(String(headers['x-functions-key'] ?? url.searchParams.get('code') ?? ''));
    const wanted = Buffer.from(key);
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      onError(request.url ?? '', error);
      if (!response.headersSent) end(response, 500);
      else response.destroy();
    });
  });
  server.requestTimeout = STATE_TIMEOUT_MS;
  return server;
}

function endpointOf({ name, bindings }: RegisteredFunction): Endpoint[] {
  return Object.entries(bindings).flatMap(([binding, { type, route, methods, authLevel }]): Endpoint[] => {
    if (type !== 'httpTrigger') return [];
    return [
      {
        name,
        binding,
        template: parseRoute(typeof route === 'string' ? route : name),
        methods: Array.isArray(methods) ? methods.map((method) => String(method).toUpperCase()) : ['GET', 'POST'],
        authLevel: typeof authLevel === 'string' ? authLevel : 'function',
      },
    ];
  });
}

/** Repeated headers arrive joined, as through the platform. */
function headersOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}

/** Repeated keys, too: facts/azure-functions.md §2.9. */
function queryOf({ searchParams }: URL): Record<string, string> {
  return Object.fromEntries([...new Set(searchParams.keys())].map((key) => [key, searchParams.getAll(key).join(',')]));
}

/** Null where it is longer than allowed. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function end(response: ServerResponse, status: number): void {
  // Of a body that is too long, the rest is not waited for.
  response.writeHead(status, status === 413 ? { Connection: 'close' } : {});
  response.end();
}
