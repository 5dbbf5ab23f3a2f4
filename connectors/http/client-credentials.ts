/** The client-credentials grant of OAuth 2.0 (RFC 6749 §4.4), as the token endpoints of all three vendors take it. */
import * as z from 'zod';
import { PermanentError, TransientError } from '../../core/errors';
import type { Clock, Random } from '../../core/ports/clock';
import type { RequestMeter } from '../../core/ports/inventory-source';
import { errorForAnswer } from './answer-errors';
import type { VendorError } from './answer-errors';
import { parseBody } from './json-client';
import type { AccessToken } from './token-source';
import type { HttpAnswer, Transport } from './transport';

export interface TokenRequest {
  readonly connectorId: string;
  /** Towards the host of the token endpoint: the secret goes there and nowhere else. */
  readonly transport: Transport;
  /** Absolute, or relative to the transport's base; the second is asked where the first does not exist (404). */
  readonly urls: readonly [string, ...string[]];
  /** Form fields beside the grant type: the credentials, a scope. */
  readonly fields: Readonly<Record<string, string>>;
  /** What errors show in place of the URL, where it tells more than they should. */
  readonly endpoint?: string;
  /** What to check when the credentials are refused. */
  readonly refusedHint: string;
  readonly throttleWindowMs: number;
  /** Life of a token that does not tell its own, in seconds. */
  readonly assumedLifeSeconds: number;
  readonly clock: Clock;
  readonly random: Random;
  describe(answer: HttpAnswer): VendorError;
}

/**
 * Asks for a token each time it is called. Which of several URLs exists is found once.
 * @throws PermanentError where the credentials are refused: asking again only locks the client (facts/intune-graph.md §5);
 *   otherwise as {@link errorForAnswer} says.
 */
export function makeTokenRequest(request: TokenRequest): (meter: RequestMeter) => Promise<AccessToken> {
  const remaining = [...request.urls];
  return async (meter) => {
    let url = remaining[0] ?? request.urls[0];
    let answer = await post(request, url, meter);
    while (answer.status === 404 && remaining.length > 1) {
      remaining.shift();
      url = remaining[0] ?? url;
      answer = await post(request, url, meter);
    }
    return tokenOf(answer, url, request);
  };
}

function tokenOf(answer: HttpAnswer, url: string, request: TokenRequest): AccessToken {
  const { connectorId, transport, clock, random } = request;
  const endpoint = request.endpoint ?? transport.endpoint({ method: 'POST', url });
  const { status } = answer;
  if (status === 400 || status === 401) {
    throw new PermanentError(
      `${endpoint} refused the client credentials (${status}): ${request.describe(answer).message}`,
      { connectorId, endpoint, status, hint: request.refusedHint },
    );
  }
  if (status !== 200) {
    throw errorForAnswer(answer, {
      connectorId,
      endpoint,
      privileges: [],
      now: clock.now(),
      throttleWindowMs: request.throttleWindowMs,
      jitter: random.next(),
      describe: request.describe.bind(request),
    });
  }
  const token = z
    .object({
      access_token: z.string().min(1),
      expires_in: z.coerce.number().positive().catch(request.assumedLifeSeconds),
    })
    .safeParse(parseBody(answer, endpoint, connectorId));
  if (!token.success) {
    throw new TransientError(`${endpoint} answered without a token`, { connectorId, endpoint, status });
  }
  return { value: token.data.access_token, expiresInSeconds: token.data.expires_in };
}

function post({ transport, fields }: TokenRequest, url: string, meter: RequestMeter): Promise<HttpAnswer> {
  meter.request();
  return transport.send(
    {
      method: 'POST',
      url,
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ grant_type: 'client_credentials', ...fields }).toString(),
    },
    new AbortController().signal,
  );
}
