/** Error bodies of Graph, and of the Intune service behind it, which puts a JSON text into `error.message`. */
import { guidOf } from '../fleet/identifiers';
import { secondsOf } from '../fleet/iso-time';
import type { SimAnswer, SimClock } from '../kit/route';

const REQUEST_STREAM = 311;

const CODES: Readonly<Record<number, readonly [code: string, message: string]>> = {
  400: ['BadRequest', 'The request is not valid.'],
  401: ['InvalidAuthenticationToken', 'Access token has expired or is not yet valid.'],
  403: [
    'Forbidden',
    'Application is not authorized to perform this operation. Application must have one of the following scopes: DeviceManagementManagedDevices.Read.All, DeviceManagementManagedDevices.ReadWrite.All',
  ],
  404: ['ResourceNotFound', 'The resource was not found.'],
  429: ['TooManyRequests', 'Too many requests.'],
  500: ['InternalServerError', 'An internal server error has occurred.'],
  502: ['BadGateway', 'The gateway got no usable answer.'],
  503: ['ServiceUnavailable', 'The service is not available.'],
  504: ['GatewayTimeout', 'The service did not answer in time.'],
};

/** Statuses that the Intune service itself answers, with its own envelope inside `error.message`. */
const NESTED: ReadonlySet<number> = new Set([400, 403, 429, 500, 503, 504]);

export interface GraphErrors {
  /** `{error: {code, message, innerError}}`; code and message are those of the status unless given. */
  body(status: number, message?: string): unknown;
  answer(status: number, message?: string, headers?: Readonly<Record<string, string>>): SimAnswer;
}

/** Bodies carry the time and a request id that counts on. */
export function makeGraphErrors(clock: SimClock): GraphErrors {
  let requests = 0;

  const body = (status: number, message?: string): unknown => {
    const [code, usual] = CODES[status] ?? ['UnknownError', 'Something went wrong.'];
    requests += 1;
    const id = guidOf(0, REQUEST_STREAM, requests);
    const text = message ?? usual;
    return {
      error: {
        code,
        message: NESTED.has(status) ? nestedMessage(text) : text,
        innerError: { date: `${secondsOf(clock.now())}Z`, 'request-id': id, 'client-request-id': id },
      },
    };
  };
  return { body, answer: (status, message, headers = {}) => ({ status, headers, body: body(status, message) }) };
}

/** The JSON text inside `error.message`: facts/intune-graph.md §2.1. */
function nestedMessage(message: string): string {
  return JSON.stringify({
    _version: 3,
    Message: message,
    CustomApiErrorPhrase: '',
    RetryAfter: null,
    ErrorSourceService: '',
    HttpHeaders: '{}',
  });
}
