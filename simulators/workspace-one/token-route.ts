/** `POST /connect/token`: client credentials (facts/workspace-one.md §1). */
import type { SimRequest, SimRoute } from '../kit/route';
import type { TokenBook } from '../token/token-book';

export interface OAuthClient {
  readonly id: string;
  readonly secret: string;
}

export interface TokenRouteParts {
  readonly tokens: TokenBook;
  /** The one client that gets tokens; null: whoever names an id and a secret. */
  readonly client: OAuthClient | null;
  /** `expires_in` is a string in some tenants. */
  readonly expiresIn: 'number' | 'string';
}

export function makeTokenRoute({ tokens, client, expiresIn }: TokenRouteParts): SimRoute {
  return {
    method: 'POST',
    path: '/connect/token',
    name: 'ws1.token',
    kind: 'token',
    handle({ body }: SimRequest) {
      const form = new URLSearchParams(body.toString('utf8'));
      if (form.get('grant_type') !== 'client_credentials') {
        return { status: 400, body: { error: 'unsupported_grant_type' } };
      }
      const id = form.get('client_id') ?? '';
      const secret = form.get('client_secret') ?? '';
      const isKnown = client === null ? id !== '' && secret !== '' : id === client.id && secret === client.secret;
      if (!isKnown) return { status: 400, body: { error: 'invalid_client' } };
      const { value, expiresInSeconds } = tokens.issue('workspace-one');
      return {
        status: 200,
        headers: { 'cache-control': 'no-store' },
        body: {
          access_token: value,
          expires_in: expiresIn === 'string' ? String(expiresInSeconds) : expiresInSeconds,
          token_type: 'Bearer',
        },
      };
    },
  };
}
