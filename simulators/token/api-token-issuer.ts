/**
 * Access tokens for an API of one's own, as Microsoft Entra ID issues them (v2.0): signed, with app roles, checkable against
 * the published keys. A simulated issuer lets the caller choose the roles; that is its purpose.
 */
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { SimClock } from '../kit/route';

export interface ApiTokenRequest {
  /** `http://127.0.0.1:PORT/login/TENANT`. */
  readonly authority: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly audience: string;
  readonly roles: readonly string[];
  /** Object id of the caller. */
  readonly caller: string;
  /** A person signed in: the token then names the scope it was issued for. */
  readonly person: boolean;
  readonly lifetimeSeconds: number;
}

export interface ApiTokenIssuer {
  issue(request: ApiTokenRequest): string;
  /** The public keys as a JWK set. */
  keys(): unknown;
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The key is made with the first use, and new with every start. */
export function makeApiTokenIssuer(clock: SimClock): ApiTokenIssuer {
  let pair: { readonly publicKey: KeyObject; readonly privateKey: KeyObject; readonly kid: string } | null = null;
  const keyPair = (): NonNullable<typeof pair> => {
    if (pair === null) {
      const made = generateKeyPairSync('rsa', { modulusLength: 2048 });
      const der = made.publicKey.export({ type: 'spki', format: 'der' });
      pair = { ...made, kid: createHash('sha256').update(der).digest('base64url').slice(0, 27) };
    }
    return pair;
  };
  return {
    issue({ authority, tenantId, clientId, audience, roles, caller, person, lifetimeSeconds }) {
      const { privateKey, kid } = keyPair();
      const now = Math.floor(clock.now() / 1000);
      const signed = [
        encode({ typ: 'JWT', alg: 'RS256', kid }),
        encode({
          aud: audience,
          iss: `${authority}/v2.0`,
          iat: now,
          nbf: now,
          exp: now + lifetimeSeconds,
          azp: clientId,
          oid: caller,
          sub: caller,
          tid: tenantId,
          ver: '2.0',
          roles,
          ...(person ? { scp: 'access_as_user', name: 'Simulated Person' } : { idtyp: 'app' }),
        }),
      ].join('.');
      return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), privateKey).toString('base64url')}`;
    },
    keys() {
      const { publicKey, kid } = keyPair();
      return { keys: [{ ...publicKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid }] };
    },
  };
}
