/** Tokens that the simulators issued: opaque, with a wall-clock expiry, and a switch that kills all of one issuer. */

/** Whose tokens: a token of one issuer is a stranger to the others. Entra's for Key Vault are of their own audience. */
export type TokenIssuer = 'entra' | 'key-vault' | 'jamf' | 'workspace-one';

export type TokenVerdict =
  | 'ok'
  /** No `Authorization: Bearer` header. */
  | 'missing'
  /** Never issued, of another issuer, revoked or killed. */
  | 'unknown'
  | 'expired';

export interface IssuedToken {
  readonly value: string;
  readonly expiresInSeconds: number;
}

export interface TokenBook {
  /** @param lifetimeSeconds instead of the book's own lifetime. */
  issue(issuer: TokenIssuer, lifetimeSeconds?: number): IssuedToken;
  /** @param authorization the header as it came, e.g. `Bearer sim-jamf-1-4f2a`. */
  check(issuer: TokenIssuer, authorization: string | undefined): TokenVerdict;
  /** Takes one token back; unknown tokens are ignored. */
  revoke(value: string): void;
  /** All tokens of the issuer that exist now are unknown from now on. */
  killAll(issuer: TokenIssuer): void;
}

export interface TokenBookOptions {
  readonly clock: { now(): number };
  /** Seconds; 3599 unless told. */
  readonly lifetimeSeconds?: number;
}

/** A token older than this many lifetimes is forgotten, so that a long run does not grow. */
const KEPT_LIFETIMES = 10;

export function makeTokenBook({ clock, lifetimeSeconds = 3599 }: TokenBookOptions): TokenBook {
  const tokens = new Map<
    string,
    { readonly issuer: TokenIssuer; readonly expiresAt: number; readonly forgetAt: number }
  >();
  let issued = 0;

  const forgetOld = (now: number): void => {
    for (const [value, { forgetAt }] of tokens) {
      if (forgetAt > now) return;
      tokens.delete(value);
    }
  };

  return {
    issue(issuer, seconds = lifetimeSeconds) {
      const now = clock.now();
      forgetOld(now);
      issued += 1;
      // Opaque on purpose: a client that parses tokens breaks here (facts/jamf-pro.md §1.1).
      const value = `sim-${issuer}-${issued}-${((issued * 2654435761) >>> 0).toString(16)}`;
      tokens.set(value, { issuer, expiresAt: now + seconds * 1000, forgetAt: now + seconds * 1000 * KEPT_LIFETIMES });
      return { value, expiresInSeconds: seconds };
    },
    check(issuer, authorization) {
      const value = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
      if (value === undefined) return 'missing';
      const token = tokens.get(value);
      if (token?.issuer !== issuer) return 'unknown';
      return clock.now() < token.expiresAt ? 'ok' : 'expired';
    },
    revoke(value) {
      tokens.delete(value);
    },
    killAll(issuer) {
      for (const [value, token] of tokens) if (token.issuer === issuer) tokens.delete(value);
    },
  };
}
