/**
 * What every UEM call goes through: quota, credentials, tenant code, and the version that is really served, which is
 * v1 without a word when the `Accept` header is not understood (facts/workspace-one.md §1, §8.11).
 */
import { guidOf } from '../fleet/identifiers';
import { faultOf } from '../kit/content-faults';
import type { SimAnswer, SimRequest } from '../kit/route';
import type { TokenBook } from '../token/token-book';
import type { DailyQuota } from './daily-quota';
import { uemError } from './uem-error';

const CORRELATION_STREAM = 441;

export interface BasicAccount {
  readonly username: string;
  readonly password: string;
}

export interface ApiParts {
  readonly tokens: TokenBook;
  readonly quota: DailyQuota;
  /** `aw-tenant-code` that every call must carry; null: none is asked for. */
  readonly tenantCode: string | null;
  /** Account that may call with Basic instead of a token; null: none. */
  readonly basic: BasicAccount | null;
}

export interface UemRequest {
  /** UEM does not care about the case of query names: they are lower case here. */
  readonly query: ReadonlyMap<string, string>;
  readonly params: SimRequest['params'];
  readonly faults: SimRequest['faults'];
  /** Version that is served. */
  readonly version: number;
}

export type UemHandle = (request: UemRequest) => SimAnswer | Promise<SimAnswer>;
export type VersionedApi = (
  versions: readonly number[],
  handle: UemHandle,
) => (request: SimRequest) => Promise<SimAnswer>;

/** @returns a wrapper for routes; `versions` are those that the route serves, 1 among them. */
export function makeVersionedApi({ tokens, quota, tenantCode, basic }: ApiParts): VersionedApi {
  let answers = 0;

  const refusal = ({ headers }: SimRequest): SimAnswer | null => {
    const isKnown =
      tokens.check('workspace-one', headers.authorization) === 'ok' ||
      (basic !== null && headers.authorization === basicHeader(basic));
    if (!isKnown) return { status: 401, body: uemError(401) };
    return tenantCode === null || headers['aw-tenant-code'] === tenantCode
      ? null
      : { status: 403, body: uemError(403) };
  };

  return (versions, handle) => async (request) => {
    const left = quota.spend();
    const asked = askedVersion(request.headers.accept);
    const isWrong = faultOf(request, 'wrong-version') !== null;
    const version = asked !== null && !isWrong && versions.includes(asked) ? asked : 1;
    const answer = !left.isAdmitted
      ? { status: 429, body: uemError(429) }
      : (refusal(request) ??
        (await handle({
          query: new Map([...request.query].map(([name, value]) => [name.toLowerCase(), value])),
          params: request.params,
          faults: request.faults,
          version,
        })));
    answers += 1;
    return {
      ...answer,
      headers: {
        ...answer.headers,
        'x-api-version': `v${version}`,
        'api-supported-versions': versions.join(', '),
        'x-correlation-id': guidOf(0, CORRELATION_STREAM, answers),
        'x-ratelimit-limit': String(left.limit),
        'x-ratelimit-remaining': String(left.remaining),
        'x-ratelimit-reset': String(left.reset),
      },
    };
  };
}

/** Exactly `application/json;version=N`: a semicolon too many, and it is not understood. */
function askedVersion(accept: string | undefined): number | null {
  const version = /^application\/json;\s*version=(\d)$/i.exec(accept ?? '')?.[1];
  return version === undefined ? null : Number(version);
}

function basicHeader({ username, password }: BasicAccount): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
