/** Access tokens by client credentials, from a host of their own: facts/workspace-one.md §1. */
import { PermanentError, TransientError } from '../../core/errors';
import type { Clock, Random } from '../../core/ports/clock';
import type { RequestMeter } from '../../core/ports/inventory-source';
import { errorForAnswer } from '../http/answer-errors';
import { parseBody } from '../http/json-client';
import { makeTokenSource } from '../http/token-source';
import type { AccessToken, TokenSource } from '../http/token-source';
import { makeTransport } from '../http/transport';
import { describeUemError, hintForRetiredHost, THROTTLE_WINDOW_MS } from './errors';
import { uemToken } from './schema';

export interface UemTokenSettings {
  readonly connectorId: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface UemTokens {
  readonly tokens: TokenSource;
  readonly close: () => void;
}

/** The client secret goes to the host of `tokenUrl` and nowhere else; the token never goes there. */
export function makeUemTokens(
  { connectorId, tokenUrl, clientId, clientSecret }: UemTokenSettings,
  { clock, random, userAgent }: { readonly clock: Clock; readonly random: Random; readonly userAgent: string },
): UemTokens {
  const retired = hintForRetiredHost(tokenUrl);
  const transport = makeTransport({
    connectorId,
    baseUrl: new URL(tokenUrl).origin,
    userAgent,
    ...(retired === null ? {} : { unresolvedHint: retired }),
  });

  const fetchToken = async (meter: RequestMeter): Promise<AccessToken> => {
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    }).toString();
    const request = {
      method: 'POST',
      url: tokenUrl,
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body,
    } as const;
    const endpoint = transport.endpoint(request);
    meter.request();
    const answer = await transport.send(request, new AbortController().signal);
    if (answer.status === 400 || answer.status === 401) {
      throw new PermanentError(
        `${endpoint} refused the client credentials (${answer.status}): ${describeUemError(answer).message}`,
        {
          connectorId,
          endpoint,
          status: answer.status,
          hint: 'Check clientId, clientSecret and that tokenUrl is of the region of the tenant (Groups & Settings > Configurations > OAuth Client Management).',
        },
      );
    }
    if (answer.status !== 200) {
      throw errorForAnswer(answer, {
        connectorId,
        endpoint,
        privileges: [],
        now: clock.now(),
        throttleWindowMs: THROTTLE_WINDOW_MS,
        jitter: random.next(),
        describe: describeUemError,
      });
    }
    const token = uemToken.safeParse(parseBody(answer, endpoint, connectorId));
    if (!token.success) {
      throw new TransientError(`${endpoint} answered without a token`, { connectorId, endpoint, status: 200 });
    }
    return { value: token.data.access_token, expiresInSeconds: token.data.expires_in };
  };

  return { tokens: makeTokenSource(fetchToken, clock), close: transport.close };
}
