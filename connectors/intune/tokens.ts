/** Access tokens for Graph, from whatever kind of credential the tenant gives us. */
import type { TokenCredential } from '@azure/identity';
import { ConfigError, PermanentError, TransientError } from '../../core/errors';
import type { RequestMeter } from '../../core/ports/inventory-source';
import { makeTokenRequest } from '../http/client-credentials';
import type { TokenRequest } from '../http/client-credentials';
import { makeTokenSource } from '../http/token-source';
import type { AccessToken, TokenSource } from '../http/token-source';
import { makeTransport } from '../http/transport';
import { describeEntraError, THROTTLE_WINDOW_MS } from './errors';
import type { IntuneAuth, IntuneDependencies, IntuneSettings } from './settings';

type AuthOf<Kind extends IntuneAuth['kind']> = Extract<IntuneAuth, { readonly kind: Kind }>;

export interface IntuneTokens extends TokenSource {
  readonly close: () => void;
}

/** @throws ConfigError for a static token towards a host that is not this machine. */
export function makeIntuneTokens(settings: IntuneSettings, dependencies: IntuneDependencies): IntuneTokens {
  const { auth } = settings;
  const scope = scopeOf(settings.baseUrl);
  switch (auth.kind) {
    case 'static-token':
      refuseOutside(settings);
      return { get: async () => auth.token, invalidate: () => undefined, close: () => undefined };
    case 'client-secret':
      return secretTokens(settings.id, auth, scope, dependencies);
    case 'client-certificate':
      return identityTokens(settings.id, scope, dependencies, async () => {
        const { ClientCertificateCredential } = await import('@azure/identity');
        const { tenantId, clientId, certificatePath, authorityHost } = auth;
        return new ClientCertificateCredential(tenantId, clientId, { certificatePath }, { authorityHost });
      });
    case 'managed-identity':
      return identityTokens(settings.id, scope, dependencies, async () => {
        const { ManagedIdentityCredential } = await import('@azure/identity');
        return auth.clientId === undefined
          ? new ManagedIdentityCredential()
          : new ManagedIdentityCredential({ clientId: auth.clientId });
      });
  }
}

/** National clouds have their own Graph host and scope; a simulator stands for the global one. */
export function scopeOf(baseUrl: string): string {
  const url = new URL(baseUrl);
  return `${url.protocol === 'https:' ? url.origin : 'https://graph.microsoft.com'}/.default`;
}

function refuseOutside({ id, baseUrl }: IntuneSettings): void {
  const { protocol, hostname } = new URL(baseUrl);
  if (protocol === 'http:' && (hostname === '127.0.0.1' || hostname === 'localhost')) return;
  throw new ConfigError(`connector ${id} must not use a static token`, [
    {
      path: 'auth.kind',
      message: 'static-token is allowed only where baseUrl is http://127.0.0.1 or http://localhost',
      hint: 'Use managed-identity, client-certificate or client-secret.',
    },
  ]);
}

function secretTokens(
  connectorId: string,
  auth: AuthOf<'client-secret'>,
  scope: string,
  { clock, random, userAgent }: IntuneDependencies,
): IntuneTokens {
  const transport = makeTransport({ connectorId, baseUrl: auth.authorityHost, userAgent, maxBodyBytes: 1024 * 1024 });
  const request: TokenRequest = {
    connectorId,
    transport,
    urls: [`/${encodeURIComponent(auth.tenantId)}/oauth2/v2.0/token`],
    // The tenant's id stays out of errors; the path says enough.
    endpoint: 'POST /{tenantId}/oauth2/v2.0/token',
    fields: { client_id: auth.clientId, client_secret: auth.clientSecret, scope },
    refusedHint: 'Check tenantId, clientId and clientSecret, and that the secret has not expired in Entra ID.',
    throttleWindowMs: THROTTLE_WINDOW_MS,
    assumedLifeSeconds: 300,
    clock,
    random,
    describe: describeEntraError,
  };
  return { ...makeTokenSource(makeTokenRequest(request), clock), close: transport.close };
}

/** `@azure/identity` is loaded with the first token: it takes a third of a second that `--help` must not pay. */
function identityTokens(
  connectorId: string,
  scope: string,
  { clock }: IntuneDependencies,
  makeCredential: () => Promise<TokenCredential>,
): IntuneTokens {
  let credential: Promise<TokenCredential> | null = null;
  const fetchToken = async (meter: RequestMeter): Promise<AccessToken> => {
    try {
      credential ??= makeCredential();
      meter.request();
      const token = await (await credential).getToken(scope);
      if (token === null) throw new Error('no token');
      return { value: token.token, expiresInSeconds: Math.max(1, (token.expiresOnTimestamp - clock.now()) / 1000) };
    } catch (error) {
      credential = null;
      throw credentialError(connectorId, error);
    }
  };
  return { ...makeTokenSource(fetchToken, clock), close: () => undefined };
}

/**
 * The failure of an `@azure/identity` credential by what can be done about it. Its messages may quote the request, so
 * only its name, its status and Entra's own number are kept.
 */
export function credentialError(connectorId: string, error: unknown): Error {
  const name = error instanceof Error ? error.name : 'unknown';
  const status = statusOf(error);
  const number = error instanceof Error ? (/AADSTS\d+/.exec(error.message)?.[0] ?? '') : '';
  const message = `no token for Graph: ${[name, status, number].filter(Boolean).join(' ')}`;
  const refused = status !== null && status >= 400 && status < 500 && status !== 408 && status !== 429;
  if (refused || name === 'CredentialUnavailableError' || number !== '' || isMissingFile(error)) {
    return new PermanentError(message, {
      connectorId,
      endpoint: 'token of the identity',
      ...(status === null ? {} : { status }),
      hint: 'Check that the identity is assigned to this app, or the certificate is readable and registered in Entra ID. A role that was just granted can take a day to appear in a managed identity’s token.',
    });
  }
  return new TransientError(message, { connectorId, endpoint: 'token of the identity' });
}

function statusOf(error: unknown): number | null {
  return typeof error === 'object' && error !== null && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : null;
}

function isMissingFile(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}
