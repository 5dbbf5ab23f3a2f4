/** Puts an answer on the wire, whole or spoiled. */
import type { ServerResponse } from 'node:http';
import { STATUS_CODES } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import type { RetryAfter } from './fault';
import type { AnswerFault } from './fault-script';
import type { SimAnswer } from './route';

const JSON_TYPE = 'application/json';

interface Wire {
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

/** Sends the answer as it is. */
export function sendAnswer(response: ServerResponse, answer: SimAnswer): void {
  if (answer.body instanceof Readable) {
    response.writeHead(answer.status, streamHeaders(answer));
    // A failure on either side ends both; what the client makes of half a file is its business.
    pipeline(answer.body, response, () => undefined);
    return;
  }
  const { headers, body } = toWire(answer);
  response.writeHead(answer.status, headers);
  response.end(body);
}

export interface SpoiledContext {
  readonly now: number;
  /** Where a redirect without `location` leads. */
  readonly foreignUrl: string;
  errorBody(status: number): unknown;
}

/**
 * Sends what the fault makes of the answer.
 * @returns the status that the client has seen, null when it saw none.
 */
export function sendSpoiled(
  response: ServerResponse,
  answer: SimAnswer,
  fault: AnswerFault,
  context: SpoiledContext,
): number | null {
  if (answer.body instanceof Readable) {
    if (fault.kind === 'stall-body' || fault.kind === 'cut-json')
      return sendFirstPiece(response, answer, answer.body, fault);
    answer.body.destroy();
  }
  switch (fault.kind) {
    case 'status': {
      const headers =
        fault.retryAfter === undefined ? {} : { 'retry-after': retryAfterHeader(fault.retryAfter, context.now) };
      const body = fault.body === 'json' ? context.errorBody(fault.status) : htmlPage(fault.status);
      const type = fault.body === 'json' ? JSON_TYPE : 'text/html; charset=utf-8';
      sendAnswer(response, { status: fault.status, headers: { 'content-type': type, ...headers }, body });
      return fault.status;
    }
    case 'html': {
      const headers = { 'content-type': 'text/html; charset=utf-8' };
      sendAnswer(response, { status: fault.status, headers, body: htmlPage(fault.status) });
      return fault.status;
    }
    case 'redirect':
      sendAnswer(response, {
        status: fault.status,
        headers: { location: fault.location ?? `${context.foreignUrl}/redirected` },
        body: null,
      });
      return fault.status;
    case 'stall-headers':
      return null;
    case 'stall-body': {
      const { headers, body } = toWire(answer);
      response.writeHead(answer.status, headers);
      response.write(body.subarray(0, body.length >> 1));
      return answer.status;
    }
    case 'cut-json': {
      const { headers, body } = toWire(answer);
      const half = body.subarray(0, body.length >> 1);
      if (fault.declared === 'short') {
        response.writeHead(answer.status, { ...headers, 'content-length': String(half.length) });
        response.end(half);
      } else {
        response.writeHead(answer.status, headers);
        // The socket closes only when the half has left, else the client may see nothing at all.
        response.write(half, () => response.destroy());
      }
      return answer.status;
    }
    case 'disconnect':
      response.destroy();
      return null;
  }
}

/** Half of a stream is its first piece. */
function sendFirstPiece(
  response: ServerResponse,
  answer: SimAnswer,
  body: Readable,
  fault: Extract<AnswerFault, { kind: 'stall-body' | 'cut-json' }>,
): number {
  response.writeHead(answer.status, streamHeaders(answer));
  body.once('data', (piece: Buffer) => {
    body.destroy();
    response.write(piece, () => {
      if (fault.kind === 'stall-body') return;
      if (fault.declared === 'short') response.end();
      else response.destroy();
    });
  });
  return answer.status;
}

function streamHeaders({ headers }: SimAnswer): Record<string, string> {
  return { 'content-type': 'application/octet-stream', ...lowerCase(headers ?? {}) };
}

function toWire({ status, headers, body }: SimAnswer): Wire {
  const named = lowerCase(headers ?? {});
  if (body === null || body === undefined) {
    return {
      headers: status === 204 || status === 304 ? named : { 'content-length': '0', ...named },
      body: Buffer.alloc(0),
    };
  }
  const isBuffer = Buffer.isBuffer(body);
  const bytes = isBuffer ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const type = isBuffer ? 'application/octet-stream' : JSON_TYPE;
  return { headers: { 'content-type': type, ...named, 'content-length': String(bytes.length) }, body: bytes };
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function retryAfterHeader(retryAfter: RetryAfter, now: number): string {
  if (typeof retryAfter === 'number') return String(retryAfter);
  // HTTP dates have whole seconds: rounded up, so that the date is never earlier than what was meant.
  return new Date(Math.ceil(now / 1000 + retryAfter.date) * 1000).toUTCString();
}

function htmlPage(status: number): string {
  const title = `${status} ${STATUS_CODES[status] ?? 'Unknown'}`;
  return `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`;
}
