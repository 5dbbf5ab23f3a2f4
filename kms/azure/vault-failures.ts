/** What a failure of the vault's client means for us. Its messages quote requests and answers: none of their text is kept. */
import { z } from 'zod';
import { PermanentError, ThrottledError, TransientError } from '../../core/errors';

/** The parts of a failed request that decisions are made by. */
export interface VaultFailure {
  /** HTTP status; null where no answer came. */
  readonly status: number | null;
  /** The service's own code, e.g. `KeyNotFound`, or Node's, e.g. `ECONNRESET`; '' where there is none. */
  readonly code: string;
  readonly retryAfter: string | null;
}

/** The parts of the client's answers that are looked at. */
export interface VaultAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | undefined };
  readonly bodyAsText?: string | null | undefined;
}

/** An answer that is none to go on with. */
export class VaultAnswerError extends Error {
  constructor(readonly failure: VaultFailure) {
    super('the vault did not do what was asked');
    this.name = 'VaultAnswerError';
  }
}

/**
 * To be asked of every answer before the client sees it: an error without a body makes it fail with a TypeError, and what is
 * no JSON is an empty success to it.
 * @throws {VaultAnswerError}
 */
export function assertAnswered({ status, headers, bodyAsText }: VaultAnswer): void {
  const retryAfter = headers.get('retry-after') ?? null;
  if (status < 200 || status > 299) throw new VaultAnswerError({ status, code: codeIn(bodyAsText ?? ''), retryAfter });
  const type = headers.get('content-type') ?? '';
  if (status !== 204 && !type.startsWith('application/json')) {
    throw new VaultAnswerError({ status, code: 'NotJson', retryAfter });
  }
}

export interface FailedCall {
  /** E.g. `sign`. */
  readonly operation: string;
  /** `NAME/VERSION`, or the name where the call is about all versions. */
  readonly key: string;
  /** Moment to come back where the vault throttles. */
  retryAt(retryAfter: string | null): number;
}

/** Codes are words; anything else that turns up in their place is not repeated in a message or a log. */
const CODE = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
const bodySchema = z.object({ error: z.object({ code: z.string() }) });
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);
/** A success that is no JSON, or not all of it: cut, or a page of a proxy. */
const UNREADABLE = new Set(['PARSE_ERROR', 'NotJson']);

export const ROLE = 'Key Vault Crypto User';

/** Null where the error did not come from a request. */
export function failureOf(error: unknown): VaultFailure | null {
  if (!(error instanceof Error)) return null;
  if (error.name === 'AbortError' || error.name === 'TimeoutError')
    return { status: null, code: 'ETIMEDOUT', retryAfter: null };
  if (error instanceof VaultAnswerError) return error.failure;
  if (error.name !== 'RestError') return null;
  const code = 'code' in error ? wordIn(error.code) : '';
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : null;
  return { status, code, retryAfter: null };
}

function codeIn(body: string): string {
  try {
    const { error } = bodySchema.parse(JSON.parse(body));
    return wordIn(error.code);
  } catch {
    return '';
  }
}

function wordIn(code: unknown): string {
  return typeof code === 'string' && CODE.test(code) ? code : '';
}

/** One of our own errors in place of the client's; any other error as it is. */
export function toFailure(error: unknown, call: FailedCall): unknown {
  const endpoint = `Key Vault ${call.operation} ${call.key}`;
  if (isCredentialError(error)) return credentialFailure(error, endpoint);
  const failure = failureOf(error);
  if (failure === null) {
    // What is wrong in the code has a name of its own; a bare Error is the client's own refusal.
    if (!(error instanceof Error) || error.name !== 'Error') return error;
    const hint =
      "The address must be the vault's own, so that it belongs to the authority that the vault names; and the key must be valid by the clock of this machine.";
    return new PermanentError(`kms-refused: ${endpoint}: the client refused to ask`, { endpoint, hint });
  }
  const { status, code } = failure;
  const context = { endpoint, ...(status === null ? {} : { status }) };
  const what = `${endpoint}: ${[status, code].filter(Boolean).join(' ')}`;
  if (status === 429) return new ThrottledError(`kms-throttled: ${what}`, call.retryAt(failure.retryAfter), context);
  if (status === null || status === 408 || status >= 500 || UNREADABLE.has(code)) {
    return new TransientError(`kms-unavailable: ${what}${outcomeOf(failure, call)}`, {
      ...context,
      ...(code === 'ENOTFOUND' ? { hint: 'Check the name of the vault.' } : {}),
    });
  }
  if (status === 401 || status === 403) return refusal(what, call.key, context);
  if (status === 404) {
    const hint = 'Check name and version of the key. A deleted key can be recovered: az keyvault key recover.';
    return new PermanentError(`kms-key-absent: ${what}`, { ...context, hint });
  }
  return new PermanentError(`kms-refused: ${what}`, context);
}

function refusal(
  what: string,
  key: string,
  context: { readonly endpoint: string; readonly status?: number },
): PermanentError {
  const hint = `Give the identity the role "${ROLE}" on the key ${key.split('/')[0] ?? key}, and see that the vault's firewall lets this network in. A new role takes up to ten minutes.`;
  return new PermanentError(`kms-access-refused: ${what}`, { ...context, hint });
}

/** A signature is charged and logged by the vault even if we never see it: whoever tries again should know. */
function outcomeOf({ status, code }: VaultFailure, { operation }: FailedCall): string {
  if (operation !== 'sign') return '';
  const nothingDone = status === null && NEVER_SENT.has(code);
  return nothingDone ? ', nothing was signed' : ', the vault may have signed; not repeated';
}

function isCredentialError(error: unknown): error is Error {
  return (
    error instanceof Error &&
    ['AuthenticationError', 'AggregateAuthenticationError', 'CredentialUnavailableError'].includes(error.name)
  );
}

function credentialFailure(error: Error, endpoint: string): Error {
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : null;
  const message = `kms-access-refused: no token for the key vault: ${error.name}`;
  const context = { endpoint, ...(status === null ? {} : { status }) };
  if (status !== null && (status >= 500 || status === 408 || status === 429))
    return new TransientError(message, context);
  const hint = 'Check that the identity exists and is assigned to this app.';
  return new PermanentError(message, { ...context, hint });
}
