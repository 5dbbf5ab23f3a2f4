/**
 * Who calls: Microsoft Entra access tokens, checked against the keys that Entra publishes. Signature, issuer, audience,
 * tenant, times and app roles; tokens of an application and of a person are told apart.
 */
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import * as z from 'zod';
import type { EdgeConfig } from '../../config/schema';
import type { Clock } from '../../core/ports/clock';
import { Problem } from './problem';

/** The app roles of the API, as registered in Entra ID. */
export const ROLES = ['Operations.Read', 'Operations.Run'] as const;
export type Role = (typeof ROLES)[number];

export interface Caller {
  /** `application` with a token of its own, or `person`, for whom an application asks. */
  readonly kind: 'application' | 'person';
  /** Object id in Entra ID. */
  readonly id: string;
  /** The client application, by its id. */
  readonly client: string;
  readonly roles: readonly string[];
}

/** @throws Problem 401 or 503; a 403 where the role is missing. */
export type TokenCheck = (authorization: string | null, role: Role) => Promise<Caller>;

/** Clocks of issuers and of this machine may differ by this much. */
const TOLERANCE_SECONDS = 120;
const LONGEST_TOKEN = 16 * 1024;
const KEYS_TIMEOUT_MS = 5_000;
/** Keys are asked for again after this long, and at most once a minute when a token names an unknown one. */
const KEYS_AGE_MS = 12 * 3_600_000;
const KEYS_COOLDOWN_MS = 60_000;

/** The claims that are read. Lists stay open: Entra adds claims at will. */
const claims = z.object({
  tid: z.string(),
  oid: z.string().min(1),
  azp: z.string().optional(),
  appid: z.string().optional(),
  idtyp: z.string().optional(),
  scp: z.string().optional(),
  roles: z.array(z.string()).default([]),
});

type Api = NonNullable<EdgeConfig['api']>;

export function makeTokenCheck({ authorityHost, tenantId, audience }: Api, clock: Clock): TokenCheck {
  const published = createRemoteJWKSet(new URL(`${authorityHost}/${tenantId}/discovery/v2.0/keys`), {
    timeoutDuration: KEYS_TIMEOUT_MS,
    cacheMaxAge: KEYS_AGE_MS,
    cooldownDuration: KEYS_COOLDOWN_MS,
  });
  // What goes wrong here is the issuer's fault, unless it knows no key of that name.
  const keys: JWTVerifyGetKey = async (header, token) => {
    try {
      return await published(header, token);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) throw error;
      throw new Problem('unavailable', 'The keys of the token issuer cannot be read now; try again.', {
        headers: { 'Retry-After': '5' },
      });
    }
  };
  // Which of the two an API gets is a setting of its registration (requestedAccessTokenVersion).
  const issuers = [`${authorityHost}/${tenantId}/v2.0`, `https://sts.windows.net/${tenantId}/`];
  const audiences = [...new Set([audience, audience.replace(/^api:\/\//, '')])];

  const verified = async (token: string): Promise<JWTPayload> => {
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms: ['RS256'],
        issuer: issuers,
        audience: audiences,
        clockTolerance: TOLERANCE_SECONDS,
        currentDate: new Date(clock.now()),
        requiredClaims: ['exp', 'nbf', 'tid', 'oid'],
      });
      return payload;
    } catch (error) {
      if (error instanceof Problem) throw error;
      throw refused(
        error instanceof errors.JWTExpired ? 'The access token has expired.' : 'The access token is not valid here.',
      );
    }
  };

  return async (authorization, role) => {
    const token = /^Bearer ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined || token.length > LONGEST_TOKEN) {
      throw refused('Send an access token of Microsoft Entra ID: "Authorization: Bearer …".');
    }
    const parsed = claims.safeParse(await verified(token));
    if (!parsed.success || parsed.data.tid !== tenantId) throw refused('The access token is not valid here.');
    const { oid, azp, appid, idtyp, scp, roles } = parsed.data;
    // A token without a scope was issued to an application for itself; newer ones say so.
    const kind = idtyp === 'app' || (idtyp === undefined && scp === undefined) ? 'application' : 'person';
    if (!roles.includes(role)) {
      throw new Problem('forbidden', `The ${kind} needs the app role ${role}, assigned in Entra ID.`, {
        headers: { 'WWW-Authenticate': 'Bearer error="insufficient_scope"' },
      });
    }
    return { kind, id: oid, client: azp ?? appid ?? 'unknown', roles };
  };
}

function refused(detail: string): Problem {
  return new Problem('not-signed-in', detail, { headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' } });
}
