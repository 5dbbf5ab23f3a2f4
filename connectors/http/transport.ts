/**
 * One HTTP exchange with one configured host: bounded in time and size, and never outside that host.
 * It knows nothing of tokens, retries or vendors; it turns what goes wrong on the wire into TransientError.
 */
import axios from 'axios';
import http from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import { PermanentError, TransientError } from '../../core/errors';
import { makeBodyBuffers } from './body-buffers';
import { makeAgents } from './connect-agent';

export interface TransportSettings {
  readonly connectorId: string;
  /** Scheme, host, port and optional path prefix; no trailing slash. */
  readonly baseUrl: string;
  readonly userAgent: string;
  /** What to say besides where the host name does not resolve, e.g. that the vendor renamed it. */
  readonly unresolvedHint?: string;
  /** Until the connection stands; facts/jamf-pro.md §2.5 gives 10 s. */
  readonly connectTimeoutMs?: number;
  /** From the request to the first byte of the answer; facts/jamf-pro.md §2.5 gives 60 s. */
  readonly firstByteTimeoutMs?: number;
  /** Longest silence inside a body. There is no short total: large pages may take their time. */
  readonly stallTimeoutMs?: number;
  /** Larger answers are refused. */
  readonly maxBodyBytes?: number;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  /** Absolute, or relative to the base URL and starting with `/`. Sent byte for byte. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  /** From sending the request to the last byte. */
  readonly milliseconds: number;
  /** Gives the memory of the body back for the next one. Whoever calls it looks at the body no more; nobody has to. */
  release?(): void;
}

export interface HttpStream {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Errors with TransientError when the body stalls or is cut. */
  readonly body: Readable;
}

export interface Transport {
  /** @throws TransientError for anything on the wire; PermanentError for a link that leaves the host. */
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>;
  /** The same with the body as a stream, for downloads that must not be held in memory. */
  stream(request: HttpRequest, signal: AbortSignal): Promise<HttpStream>;
  /** `METHOD /path` without query values: what errors and logs may show. */
  endpoint(request: HttpRequest): string;
  readonly close: () => void;
}

const MEGABYTE = 1024 * 1024;

/** As many pages as a connector has on their way at the same time. */
const SPARE_BUFFERS = 8;

export function makeTransport(settings: TransportSettings): Transport {
  const {
    connectorId,
    connectTimeoutMs = 10_000,
    firstByteTimeoutMs = 60_000,
    stallTimeoutMs = 30_000,
    maxBodyBytes = 64 * MEGABYTE,
  } = settings;
  const base = new URL(settings.baseUrl);
  const prefix = settings.baseUrl.replace(/\/+$/, '');
  const agents = makeAgents(connectTimeoutMs);
  const buffers = makeBodyBuffers(SPARE_BUFFERS);

  const endpoint = (request: HttpRequest): string => {
    const path = request.url.startsWith('/') ? request.url : request.url.slice(request.url.indexOf('/', 8));
    return `${request.method} ${path.split('?', 1)[0] ?? path}`;
  };

  /** The absolute form of the URL; refuses one that leaves the configured host, so that no token ever goes there. */
  const absolute = (request: HttpRequest): string => {
    const url = request.url.startsWith('/') ? prefix + request.url : request.url;
    const parsed = URL.parse(url);
    if (parsed?.origin !== base.origin || parsed.username !== '' || parsed.password !== '') {
      throw new PermanentError(`refused a link that leaves ${base.host}`, {
        connectorId,
        endpoint: `${request.method} ${base.origin}`,
        hint: `The server sent a link to another host. If the host was renamed, set baseUrl to the new one; otherwise treat it as an attack.`,
      });
    }
    return url;
  };

  const open = async (request: HttpRequest, outer: AbortSignal): Promise<HttpStream> => {
    const url = absolute(request);
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), firstByteTimeoutMs);
    try {
      const answer = await axios.request<Readable>({
        url,
        method: request.method,
        headers: { 'User-Agent': settings.userAgent, Accept: 'application/json', ...request.headers },
        ...(request.body === undefined ? {} : { data: request.body }),
        responseType: 'stream',
        maxRedirects: 0,
        maxContentLength: -1,
        decompress: true,
        validateStatus: () => true,
        transformRequest: (data: unknown) => data,
        httpAgent: agents.http,
        httpsAgent: agents.https,
        transport: exactPath(url),
        proxy: false,
        signal: AbortSignal.any([abort.signal, outer]),
      });
      const headers: Record<string, string | undefined> = {};
      for (const [name, value] of Object.entries(answer.headers)) {
        if (value !== undefined && value !== null) headers[name.toLowerCase()] = String(value);
      }
      return { status: answer.status, headers, body: answer.data };
    } catch (error) {
      if (outer.aborted) throw outer.reason;
      const what = abort.signal.aborted ? `no answer within ${firstByteTimeoutMs} ms` : wireFault(error);
      throw new TransientError(`${endpoint(request)}: ${what}`, {
        connectorId,
        endpoint: endpoint(request),
        hint: hintFor(error, base.host, settings.unresolvedHint),
        cause: stripped(error),
      });
    } finally {
      clearTimeout(timer);
    }
  };

  const cut = (request: HttpRequest, what: string): TransientError =>
    new TransientError(`${endpoint(request)}: ${what}`, { connectorId, endpoint: endpoint(request) });

  /** Ends the stream with an error when it is silent for too long or breaks off. */
  const guard = (request: HttpRequest, stream: HttpStream): HttpStream => {
    const { body } = stream;
    const timer = setTimeout(stalled, stallTimeoutMs);
    function stalled(): void {
      body.destroy(cut(request, `the body stalled for ${stallTimeoutMs} ms`));
    }
    const settle = (): void => clearTimeout(timer);
    body.on('data', () => timer.refresh());
    body.pause();
    body.once('close', settle);
    body.once('end', settle);
    return stream;
  };

  return {
    endpoint,
    close: agents.close,
    async stream(request, signal) {
      return guard(request, await open(request, signal));
    },
    async send(request, signal) {
      const started = performance.now();
      const { status, headers, body } = await open(request, signal);
      const gathering = buffers.gather(maxBodyBytes, Number(headers['content-length'] ?? 0) || 0);
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(stalled, stallTimeoutMs);
        function stalled(): void {
          fail(cut(request, `the body stalled for ${stallTimeoutMs} ms`));
        }
        const fail = (error: Error): void => {
          clearTimeout(timer);
          body.destroy();
          reject(error);
        };
        body.on('data', (chunk: Buffer) => {
          if (!gathering.add(chunk)) {
            fail(
              new PermanentError(`${endpoint(request)}: the answer is larger than ${maxBodyBytes} bytes`, {
                connectorId,
                endpoint: endpoint(request),
                hint: 'Lower pageSize of this connector.',
              }),
            );
            return;
          }
          timer.refresh();
        });
        body.once('end', () => {
          clearTimeout(timer);
          resolve();
        });
        body.once('error', (error) => fail(signal.aborted ? (signal.reason as Error) : cut(request, wireFault(error))));
        body.once('close', () => {
          clearTimeout(timer);
          if (!body.readableEnded) fail(cut(request, 'the connection closed inside the body'));
        });
      });
      const milliseconds = performance.now() - started;
      return { status, headers, body: gathering.body(), milliseconds, release: () => gathering.release() };
    },
  };
}

/**
 * Puts the path on the wire as it stands in the URL. axios parses URLs, which rewrites what it finds inside, `'` to `%27`
 * for one, and an opaque link must come back as it was given.
 */
function exactPath(url: string): {
  readonly request: (
    options: https.RequestOptions,
    callback: (answer: http.IncomingMessage) => void,
  ) => http.ClientRequest;
} {
  const path = /^[^/]*\/\/[^/?#]*(\/[\x21-\x22\x24-\x7e]*)$/.exec(url)?.[1];
  return {
    request: (options, callback) =>
      (url.startsWith('https:') ? https : http).request(path === undefined ? options : { ...options, path }, callback),
  };
}

function codeOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string')
    return error.code;
  return error instanceof Error ? error.name : 'unknown';
}

function wireFault(error: unknown): string {
  const code = codeOf(error);
  switch (code) {
    case 'CONNECT_TIMEOUT':
      return 'no connection in time';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the host name does not resolve (${code})`;
    case 'ECONNREFUSED':
      return 'the connection was refused';
    case 'ECONNRESET':
    case 'ERR_BAD_RESPONSE':
      return 'the connection broke off';
    default:
      return `the connection failed (${code})`;
  }
}

function hintFor(error: unknown, host: string, unresolvedHint?: string): string {
  const code = codeOf(error);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return [`Check the host name ${host} and DNS.`, unresolvedHint].filter(Boolean).join(' ');
  }
  if (code.startsWith('CERT_') || code.includes('SELF_SIGNED') || code.includes('ALTNAME')) {
    return `The certificate of ${host} is not trusted here. Add its CA through NODE_EXTRA_CA_CERTS; checks are never switched off.`;
  }
  return `Check that ${host} can be reached from here (network, proxy, firewall).`;
}

/** An axios error carries the request with its headers: only its code and message may travel on. */
function stripped(error: unknown): Error {
  return new Error(error instanceof Error ? `${codeOf(error)}: ${error.message}` : 'unknown failure');
}
