/**
 * Authorised JSON calls to one MDM: token, one refresh on 401, a place under the host's limit, errors by table.
 * It sends each call once. Retrying and waiting belong to whoever drives the pull, so that a wait is scheduled, not slept.
 */
import { TransientError } from '../../core/errors';
import type { Clock, Random } from '../../core/ports/clock';
import type { RequestMeter } from '../../core/ports/inventory-source';
import type { AdaptiveLimit } from './adaptive-limit';
import { errorForAnswer } from './answer-errors';
import type { VendorError } from './answer-errors';
import type { TokenSource } from './token-source';
import type { HttpAnswer, HttpRequest, Transport } from './transport';

export interface JsonClientSettings {
  readonly connectorId: string;
  readonly transport: Transport;
  readonly tokens: TokenSource;
  readonly limit: AdaptiveLimit;
  readonly clock: Clock;
  readonly random: Random;
  readonly throttleWindowMs: number;
  /** Headers that every call of this vendor carries besides the token. */
  readonly headers?: Readonly<Record<string, string>>;
  describe(answer: HttpAnswer): VendorError;
  /** Sees every answer before it is judged, e.g. to read quota headers; may throw. */
  inspect?(answer: HttpAnswer, endpoint: string): void;
}

export interface JsonCall extends HttpRequest {
  readonly privileges: readonly string[];
  /** Sees the bytes of a good answer before they are parsed. */
  beforeParsing?(body: Buffer): Promise<void>;
}

export interface JsonAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Parsed body; null for an empty one (204). */
  readonly value: unknown;
}

export interface JsonClient {
  /**
   * @throws ThrottledError, TransientError, PermanentError as {@link errorForAnswer} says; TransientError also for a body
   *   that is cut or is an HTML page.
   */
  call(call: JsonCall, meter: RequestMeter, signal: AbortSignal): Promise<JsonAnswer>;
}

export function makeJsonClient(settings: JsonClientSettings): JsonClient {
  const { connectorId, transport, tokens, limit, clock } = settings;

  const exchange = async (
    call: JsonCall,
    token: string,
    meter: RequestMeter,
    signal: AbortSignal,
  ): Promise<HttpAnswer> => {
    const release = await limit.acquire(signal);
    let outcome: 'ok' | 'pushed-back' = 'pushed-back';
    const started = performance.now();
    try {
      meter.request();
      const answer = await transport.send(
        { ...call, headers: { ...settings.headers, ...call.headers, Authorization: `Bearer ${token}` } },
        signal,
      );
      if (answer.status !== 429 && answer.status < 500) outcome = 'ok';
      settings.inspect?.(answer, transport.endpoint(call));
      return answer;
    } finally {
      release(outcome, performance.now() - started);
    }
  };

  return {
    async call(call, meter, signal) {
      const token = await tokens.get(meter);
      let answer = await exchange(call, token, meter, signal);
      if (answer.status === 401) {
        // One refresh, one more try: a second 401 is a missing privilege, not an old token (facts/jamf-pro.md §1.3).
        tokens.invalidate(token);
        answer = await exchange(call, await tokens.get(meter), meter, signal);
      }
      const endpoint = transport.endpoint(call);
      if (answer.status < 200 || answer.status > 299) {
        throw errorForAnswer(answer, {
          connectorId,
          endpoint,
          privileges: call.privileges,
          now: clock.now(),
          throttleWindowMs: settings.throttleWindowMs,
          jitter: settings.random.next(),
          describe: settings.describe.bind(settings),
        });
      }
      await call.beforeParsing?.(answer.body);
      await meter.arrived?.();
      const value = parseBody(answer, endpoint, connectorId);
      answer.release?.();
      return { status: answer.status, headers: answer.headers, value };
    },
  };
}

/** @throws TransientError when the body is not JSON: a maintenance page or a cut answer, worth another try. */
export function parseBody(answer: HttpAnswer, endpoint: string, connectorId: string): unknown {
  if (answer.body.length === 0) return null;
  try {
    return JSON.parse(answer.body.toString('utf8')) as unknown;
  } catch (cause) {
    const html = answer.body[0] === 0x3c;
    throw new TransientError(`${endpoint}: ${html ? 'an HTML page instead of JSON' : 'the JSON is cut or broken'}`, {
      connectorId,
      endpoint,
      status: answer.status,
      hint: html ? 'A proxy, a login page or a maintenance page answered. Check baseUrl.' : 'The page is tried again.',
      cause: cause instanceof Error ? new Error(cause.name) : undefined,
    });
  }
}
