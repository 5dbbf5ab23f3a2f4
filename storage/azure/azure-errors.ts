/** What a failure of an SDK means for us. The SDKs' messages quote requests and answers: none of their text is kept. */
import { PermanentError, TransientError } from '../../core/errors';
import type { CallName, Service } from './call';

/** The parts of a failed answer that decisions are made by. */
export interface AzureFailure {
  /** HTTP status; null where no answer came. */
  readonly status: number | null;
  /** The service's own code, e.g. `UpdateConditionNotSatisfied`, or Node's, e.g. `ECONNRESET`; '' where there is none. */
  readonly code: string;
  /** Position in a transaction of the operation that failed; null outside of one. */
  readonly index: number | null;
}

const ROLES: Readonly<Record<Service, string>> = {
  table: 'Storage Table Data Contributor',
  queue: 'Storage Queue Data Contributor',
  blob: 'Storage Blob Data Contributor',
};
/** Codes are words; anything else that turns up in their place is not repeated in a message or a log. */
const CODE = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
const INDEX = /^(\d{1,3}):/;

/** Null where the error did not come from an SDK's request. */
export function failureOf(error: unknown): AzureFailure | null {
  if (!(error instanceof Error)) return null;
  if (error.name === 'AbortError') return { status: null, code: 'ETIMEDOUT', index: null };
  if (error.name !== 'RestError') return null;
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : null;
  const index = INDEX.exec(error.message)?.[1];
  return { status, code: codeOf(error), index: index === undefined ? null : Number(index) };
}

/** Each service puts its code somewhere else: into a header, an XML element, or two levels of JSON. */
function codeOf(error: Error): string {
  const details = at(error, ['details']);
  const candidates = [
    at(error, ['response', 'parsedHeaders', 'errorCode']),
    at(details, ['errorCode']),
    at(details, ['odataError', 'code']),
    at(details, ['code']),
    at(error, ['code']),
  ];
  return candidates.find((each): each is string => typeof each === 'string' && CODE.test(each)) ?? '';
}

function at(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const name of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = Reflect.get(found, name);
  }
  return found;
}

/** Whether the same request may succeed in a moment. */
export function isPassing({ status }: AzureFailure): boolean {
  return status === null || status === 408 || status === 429 || (status >= 500 && status !== 501 && status !== 505);
}

/** E.g. `TableBeingDeleted`: what is deleted keeps its name for half a minute. */
export function isBeingDeleted(code: string): boolean {
  return code.endsWith('BeingDeleted');
}

const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);

/** Whether the service may have done what was asked although no good answer came. A refusal for load did nothing. */
export function isDoubtful({ status, code }: AzureFailure): boolean {
  if (status === null) return !NEVER_SENT.has(code);
  return status === 408 || (status >= 500 && status !== 503);
}

/** One of our own errors in place of an SDK's; any other error as it is. */
export function toFailure(error: unknown, { service, operation, resource }: CallName): unknown {
  const endpoint = `${service} ${operation} ${resource}`;
  if (isCredentialError(error)) return credentialFailure(error, endpoint);
  const failure = failureOf(error);
  if (failure === null) return error;
  const { status, code } = failure;
  const context = { endpoint, ...(status === null ? {} : { status }) };
  const what = `${service} storage, ${operation} on ${resource}: ${[status, code].filter(Boolean).join(' ')}`;
  if (isPassing(failure) || isBeingDeleted(code)) {
    const hint = code === 'ENOTFOUND' ? { hint: 'Check the name of the storage account.' } : {};
    return new TransientError(`storage-unavailable: ${what}`, { ...context, ...hint });
  }
  if (status === 401 || status === 403) {
    const hint = `Give the identity the role "${ROLES[service]}" on the storage account, and see that its firewall lets this network in. A new role takes up to ten minutes.`;
    return new PermanentError(`storage-access-refused: ${what}`, { ...context, hint });
  }
  if (status === 400 && code === 'InvalidHeaderValue') {
    const hint = 'Azurite is older than this client: start it with --skipApiVersionCheck.';
    return new PermanentError(`storage-refused: ${what}`, { ...context, hint });
  }
  return new PermanentError(`storage-refused: ${what}`, context);
}

function isCredentialError(error: unknown): error is Error {
  return (
    error instanceof Error &&
    ['AuthenticationError', 'AggregateAuthenticationError', 'CredentialUnavailableError'].includes(error.name)
  );
}

function credentialFailure(error: Error, endpoint: string): Error {
  const status = at(error, ['statusCode']);
  const passing = typeof status === 'number' && (status >= 500 || status === 408 || status === 429);
  const message = `storage-access-refused: no token for the storage account: ${error.name}`;
  if (passing) return new TransientError(message, { endpoint, status });
  const hint = 'Check that the identity exists and is assigned to this app.';
  return new PermanentError(message, { endpoint, ...(typeof status === 'number' ? { status } : {}), hint });
}
