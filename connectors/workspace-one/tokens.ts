/** Access tokens by client credentials, from a host of their own: facts/workspace-one.md §1. */
import type { Clock, Random } from '../../core/ports/clock';
import { makeTokenRequest } from '../http/client-credentials';
import type { TokenRequest } from '../http/client-credentials';
import { makeTokenSource } from '../http/token-source';
import type { TokenSource } from '../http/token-source';
import { makeTransport } from '../http/transport';
import { describeUemError, hintForRetiredHost, THROTTLE_WINDOW_MS } from './errors';

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

  const request: TokenRequest = {
    connectorId,
    transport,
    urls: [tokenUrl],
    fields: { client_id: clientId, client_secret: clientSecret },
    refusedHint:
      'Check clientId, clientSecret and that tokenUrl is of the region of the tenant (Groups & Settings > Configurations > OAuth Client Management).',
    throttleWindowMs: THROTTLE_WINDOW_MS,
    assumedLifeSeconds: 300,
    clock,
    random,
    describe: describeUemError,
  };
  return { tokens: makeTokenSource(makeTokenRequest(request), clock), close: transport.close };
}
