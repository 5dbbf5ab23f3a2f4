/**
 * How every request to the storage account is sent: with a number of its own, a time limit, few tries, and a line in the
 * log. One policy serves the pipelines of all three SDKs, whose own retries are switched off, since
 * - `@azure/storage-*` repeats at once after the first failure, has no time limit on our side (`tryTimeoutInMs` only asks
 *   the server to hurry) and does not know 429;
 * - `@azure/data-tables` has no time limit for a try and waits as long as any `Retry-After` says;
 * - neither tells afterwards that there was an earlier try, which decides what a conflict means.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Telemetry } from '../../core/ports/telemetry';
import type { AzureFailure } from './azure-errors';
import { failureOf, isDoubtful, isPassing } from './azure-errors';
import { currentCall } from './call';

export interface RetryLimits {
  /** Requests of one call at most, the first included. */
  readonly tries: number;
  /** Milliseconds before the second try; doubles with every further one. */
  readonly firstPauseMs: number;
  /** Milliseconds of the longest pause, whatever the service asks for: longer waits are the queue's. */
  readonly longestPauseMs: number;
  /** Milliseconds for one try; one second more for every MiB that is sent. */
  readonly tryMs: number;
}

export const RETRY_LIMITS: RetryLimits = { tries: 4, firstPauseMs: 500, longestPauseMs: 8000, tryMs: 30_000 };

/** What the requests of all SDKs have in common. */
export interface SentRequest {
  readonly method: string;
  readonly headers: { set(name: string, value: string): void };
  body?: unknown;
}

export interface SentAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | undefined };
}

/** @param next sends the request once, giving up when the signal says so. */
export type SendRequest = <A extends SentAnswer>(
  request: SentRequest,
  next: (signal: AbortSignal) => Promise<A>,
) => Promise<A>;

export const REQUEST_ID_HEADER = 'x-ms-client-request-id';
const BYTES_PER_SECOND = 1024 * 1024;
/** Answers that are part of normal work: absence, a lost race, a range past the end. */
const ORDINARY = new Set([404, 409, 412, 416]);

interface Ended<A> {
  readonly answer: A | null;
  readonly error: unknown;
  /** Null when the try gave an answer to go on with. */
  readonly failure: AzureFailure | null;
  readonly retryAfterMs: number;
}

/** The log shows each try as `storage-request`, at level debug, or warn where it failed. */
export function makeSendRequest(telemetry: Telemetry, limits: RetryLimits): SendRequest {
  return async <A extends SentAnswer>(request: SentRequest, next: (signal: AbortSignal) => Promise<A>): Promise<A> => {
    const call = currentCall();
    if (typeof request.body === 'string' && call !== null && call.rewrite !== null)
      request.body = call.rewrite(request.body);
    for (let attempt = 1; ; attempt += 1) {
      const requestId = randomUUID();
      request.headers.set(REQUEST_ID_HEADER, requestId);
      const started = performance.now();
      const ended = await tryOnce(next, limits.tryMs + (sizeOf(request.body) / BYTES_PER_SECOND) * 1000);
      const { failure } = ended;
      const status = ended.answer?.status ?? failure?.status ?? null;
      telemetry.log(failure === null || ORDINARY.has(status ?? 0) ? 'debug' : 'warn', 'storage-request', {
        service: call?.service,
        operation: call?.operation,
        resource: call?.resource,
        method: request.method,
        status,
        code: failure?.code,
        ms: Math.round(performance.now() - started),
        requestId,
        attempt,
      });
      const again = failure !== null && isPassing(failure);
      const doubtful = again && isDoubtful(failure);
      if (!again || attempt >= limits.tries || (doubtful && call?.repeatable === false)) {
        if (ended.answer !== null) return ended.answer;
        throw ended.error;
      }
      if (doubtful && call !== null) call.doubtful = true;
      const most = Math.min(limits.firstPauseMs * 2 ** (attempt - 1), limits.longestPauseMs);
      // Spread over the upper half, so that workers that were refused together do not return together.
      await pause(Math.min(Math.max(ended.retryAfterMs, most * (0.5 + Math.random() / 2)), limits.longestPauseMs));
    }
  };
}

async function tryOnce<A extends SentAnswer>(next: (signal: AbortSignal) => Promise<A>, ms: number): Promise<Ended<A>> {
  const expiry = new AbortController();
  const timer = setTimeout(() => expiry.abort(), ms);
  try {
    const answer = await next(expiry.signal);
    // A transaction's answer comes as it is; those of other requests were judged below and thrown.
    const failure = answer.status >= 400 ? { status: answer.status, code: '', index: null } : null;
    return { answer, error: null, failure, retryAfterMs: retryAfterOf(answer) };
  } catch (error) {
    const failure = failureOf(error);
    // What is no answer and no failure of the network, e.g. of a credential, is not repeated here.
    if (failure === null) throw error;
    return { answer: null, error, failure, retryAfterMs: retryAfterOf(answerIn(error)) };
  } finally {
    clearTimeout(timer);
  }
}

function retryAfterOf(answer: SentAnswer | null): number {
  const seconds = Number(answer?.headers.get('retry-after') ?? 0);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0;
}

function answerIn(error: unknown): SentAnswer | null {
  if (typeof error !== 'object' || error === null || !('response' in error)) return null;
  return isAnswer(error.response) ? error.response : null;
}

function isAnswer(value: unknown): value is SentAnswer {
  if (typeof value !== 'object' || value === null || !('headers' in value)) return false;
  const { headers } = value;
  return typeof headers === 'object' && headers !== null && 'get' in headers && typeof headers.get === 'function';
}

function sizeOf(body: unknown): number {
  if (typeof body === 'string') return body.length;
  return body instanceof Uint8Array ? body.byteLength : 0;
}
