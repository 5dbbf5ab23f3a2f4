/** Who may call: token first, then the version of the API, then the role; a request refused so far spends no quota. */
import type { SimAnswer, SimRequest } from '../kit/route';
import { originOf } from './key-bundle';
import type { KeyStore, KeyVersion } from './key-store';
import type { KeyAction, VaultSimulatorOptions } from './options';
import { KEY_ACTIONS, VAULT_RESOURCE } from './options';
import type { VaultQuota } from './quota';
import { badParameter, keyNotFound, throttled, vaultError } from './vault-error';

export interface VaultParts {
  readonly options: VaultSimulatorOptions;
  readonly store: KeyStore;
  readonly quota: VaultQuota;
}

export type Handler = (request: SimRequest) => SimAnswer;
export type KeyHandler = (request: SimRequest, key: KeyVersion) => SimAnswer;

/** `7.0` and up, and the dated ones since 2025 that took their place. */
const API_VERSION = /^(7\.\d(-preview\.\d)?|20\d\d-\d\d-\d\d(-preview)?)$/;

export function guarded({ options }: VaultParts, action: KeyAction, handler: Handler): Handler {
  const granted = new Set<KeyAction>(options.actions ?? KEY_ACTIONS);
  return (request) => {
    const verdict = options.tokens.check('key-vault', request.headers['authorization']);
    if (verdict !== 'ok') return challenge(options.tenantId, request, verdict === 'missing');
    const version = request.query.get('api-version');
    if (version === null) return badParameter('api-version must be specified');
    if (!API_VERSION.test(version)) return badParameter(`Invalid api-version: ${version}`);
    if (!granted.has(action)) {
      const message = `Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or role definitions were changed recently, please observe propagation time.\r\nAction: 'Microsoft.KeyVault/vaults/keys/${action}/action'`;
      return vaultError(403, 'Forbidden', message, 'ForbiddenByRbac');
    }
    return handler(request);
  };
}

/** The first request of a client has no token and learns here where to get one (facts/key-directory.md §2.4 #9). */
function challenge(tenantId: string, request: SimRequest, missing: boolean): SimAnswer {
  const message = missing ? 'AKV10000: Request is missing a Bearer or PoP token.' : 'Error validating token.';
  const refusal = vaultError(401, 'Unauthorized', message);
  const authority = `${originOf(request)}/login/${tenantId}`;
  const header = `Bearer authorization="${authority}", resource="${VAULT_RESOURCE}"`;
  return { ...refusal, headers: { ...refusal.headers, 'www-authenticate': header } };
}

/** The same with the key that the path names, which spends one operation of its kind. */
export function guardedKey(parts: VaultParts, action: KeyAction, handler: KeyHandler): Handler {
  return guarded(parts, action, (request) => {
    const { name = '', version } = request.params;
    const key = parts.store.find(name, version ?? null);
    if (!parts.quota.admit('operation', key?.shape ?? null)) return throttled();
    return key === null ? keyNotFound(version === undefined ? name : `${name}/${version}`) : handler(request, key);
  });
}
