/** The header fields of draft-ietf-httpapi-ratelimit-headers-11, and Retry-After. */
import type { LimitAnswer } from './gcra';

/** @param policy a name of `a-z` and `-`. */
export function rateLimitFields(policy: string, answer: LimitAnswer): Readonly<Record<string, string>> {
  return {
    'RateLimit-Policy': `"${policy}";q=${answer.limit};w=${answer.windowSeconds}`,
    RateLimit: `"${policy}";r=${answer.remaining};t=${answer.resetSeconds}`,
    ...(answer.allowed ? {} : { 'Retry-After': String(answer.retryAfterSeconds) }),
  };
}
