/** Key Vault's way of saying no: `{error: {code, message, innererror?}}`. */
import type { SimAnswer } from '../kit/route';

export function vaultError(status: number, code: string, message: string, inner?: string): SimAnswer {
  const detail = inner === undefined ? {} : { innererror: { code: inner } };
  return { status, headers: VAULT_HEADERS, body: { error: { code, message, ...detail } } };
}

export const VAULT_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-cache',
  'x-ms-keyvault-region': 'simulated',
};

export const badParameter = (message: string): SimAnswer => vaultError(400, 'BadParameter', message);

export function keyNotFound(id: string): SimAnswer {
  return vaultError(
    404,
    'KeyNotFound',
    `A key with (name/id) ${id} was not found in this key vault. If you recently deleted this key you may be able to recover it using the correct recovery command.`,
  );
}

/** No `Retry-After`: a real one was seen without it (facts/key-directory.md §2.4 #5). */
export function throttled(): SimAnswer {
  return vaultError(429, 'Throttled', THROTTLED);
}

const THROTTLED =
  'Request was not processed because too many requests were received. Reason: VaultRequestTypeLimitReached';
const CODES: Readonly<Record<number, readonly [string, string]>> = {
  400: ['BadParameter', 'The request is not valid.'],
  401: ['Unauthorized', 'AKV10000: Request is missing a Bearer or PoP token.'],
  403: ['Forbidden', 'Caller is not authorized to perform action on resource.'],
  404: ['KeyNotFound', 'A key with (name/id) was not found in this key vault.'],
  409: ['Conflict', 'The key is in a state that does not allow this.'],
  429: ['Throttled', THROTTLED],
};

/** The body for a status that a fault script asks for. */
export function vaultBodyForStatus(status: number): unknown {
  const [code, message] = CODES[status] ?? ['InternalServerError', 'The service could not answer.'];
  return { error: { code, message } };
}
