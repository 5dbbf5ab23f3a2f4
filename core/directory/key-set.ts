/** The directory's public keys as any JOSE library reads them: RFC 7517. */
import type { KeyVersion, PublicJwk } from '../ports/kms';

export interface DirectoryJwk extends PublicJwk {
  readonly kid: string;
  readonly alg: 'ES256';
  readonly use: 'sig';
}

/** Disabled versions stay in the set: what they signed stays verifiable. */
export function jwkSetOf(versions: readonly Pick<KeyVersion, 'kid' | 'publicKey'>[]): {
  readonly keys: DirectoryJwk[];
} {
  return {
    keys: versions.map(({ kid, publicKey: { kty, crv, x, y } }) => ({ kty, crv, x, y, kid, alg: 'ES256', use: 'sig' })),
  };
}
