/** Turns an answer that is not a success into the error whose handling fits it. One table for all vendors. */
import { PermanentError, ThrottledError, TransientError } from '../../core/errors';
import type { FailureOptions } from '../../core/errors';
import { readRetryAfter } from './retry-after';
import type { HttpAnswer } from './transport';

/** What a vendor's error body says, as far as it parses. */
export interface VendorError {
  /** For people; shortened, without personal values. */
  readonly message: string;
  /** A wait that the body names although the header does not (facts/intune-graph.md §2.1). */
  readonly retryAfterSeconds?: number;
}

export interface AnswerContext {
  readonly connectorId: string;
  readonly endpoint: string;
  /** Privileges or permissions the endpoint needs, by the names the vendor's console shows. */
  readonly privileges: readonly string[];
  readonly now: number;
  /** The vendor's throttling window: how long to wait where no `Retry-After` says it. */
  readonly throttleWindowMs: number;
  /** In [0, 1): spreads the returns of many waiters over half a window more. */
  readonly jitter: number;
  describe(answer: HttpAnswer): VendorError;
}

const RETRYABLE = new Set([408, 425, 500, 502, 503, 504]);

/** @returns the error for a status outside 200–299. */
export function errorForAnswer(answer: HttpAnswer, context: AnswerContext): Error {
  const { status } = answer;
  const { connectorId, endpoint, now } = context;
  const vendor = context.describe(answer);
  const says = vendor.message === '' ? '' : `: ${vendor.message}`;
  const options = (hint: string): FailureOptions => ({ connectorId, endpoint, status, hint });

  const stated = readRetryAfter(answer.headers['retry-after'], now) ?? bodyWait(vendor, now);
  if (status === 429 || (status === 503 && stated !== null)) {
    // Without the header the vendor's own window is waited, jittered upwards only: facts/intune-graph.md §7 T8.
    const retryAt = stated ?? now + Math.ceil(context.throttleWindowMs * (1 + context.jitter / 2));
    return new ThrottledError(
      `${endpoint} is throttled (${status})${says}`,
      retryAt,
      options('Nothing to do: the pull goes on by itself.'),
    );
  }
  if (RETRYABLE.has(status)) {
    return new TransientError(
      `${endpoint} answered ${status}${says}`,
      options('The server failed; the page is tried again.'),
    );
  }
  if (status >= 300 && status < 400) {
    return new PermanentError(
      `${endpoint} answered with a redirect (${status}), which is not followed`,
      options('Set baseUrl to the final host of the MDM; a token is never sent along a redirect.'),
    );
  }
  if (status === 401 || status === 403) {
    const needs = context.privileges.length === 0 ? '' : ` It needs: ${context.privileges.join(', ')}.`;
    return new PermanentError(
      `${endpoint} refused a fresh token (${status})${says}`,
      options(`Grant the client the privilege of this endpoint, or check that the credential is enabled.${needs}`),
    );
  }
  if (status === 404) {
    return new PermanentError(
      `${endpoint} does not exist (404)${says}`,
      options('Check baseUrl and the version of the server. A missing endpoint is never taken for an empty fleet.'),
    );
  }
  return new PermanentError(
    `${endpoint} answered ${status}${says}`,
    options('Run `muster doctor` and read what the server says.'),
  );
}

function bodyWait(vendor: VendorError, now: number): number | null {
  return vendor.retryAfterSeconds === undefined ? null : now + vendor.retryAfterSeconds * 1000;
}

/** Shortens a vendor's text for errors and logs and blanks what looks like a number of a person or a secret. */
export function safeText(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/\+?\d[\d ()-]{7,}\d/g, '…')
    .replace(/[A-Za-z0-9_-]{40,}/g, '…')
    .trim()
    .slice(0, 200);
}
