/** A simulated Azure Key Vault, the part about keys: the real client can be pointed at it. */
import type { SimRoute, Simulator } from '../kit/route';
import { cryptographyRoutes } from './cryptography-routes';
import { deletedKeyRoutes } from './deleted-key-routes';
import type { VaultParts } from './guard';
import { keyRoutes } from './key-routes';
import { makeKeyStore } from './key-store';
import { DEFAULT_LIMITS } from './options';
import type { VaultSimulatorOptions } from './options';
import { makeVaultQuota } from './quota';
import { BadParameterError } from './read-key-request';
import { badParameter, vaultBodyForStatus } from './vault-error';

export { VAULT_RESOURCE } from './options';
export type { KeyAction, VaultLimits, VaultOptions } from './options';

export interface VaultSimulator extends Simulator {
  /** `NAME/VERSION` of the key that is there from the start. */
  readonly firstKey: string;
}

const FIRST_KEY = 'directory';

/**
 * Served below `/vault`, and without that prefix below `/keys` and `/deletedkeys`, since the client insists on `keys` as the
 * first segment. Route names for fault scripts: `vault.keys`, `vault.key`, `vault.versions`, `vault.create`, `vault.update`,
 * `vault.rotate`, `vault.sign`, `vault.verify`, `vault.wrapkey`, `vault.unwrapkey`, `vault.delete`, `vault.deleted-keys`,
 * `vault.deleted-key`, `vault.recover`, `vault.purge`.
 */
export function makeVaultSimulator(options: VaultSimulatorOptions): VaultSimulator {
  const { clock, limits, firstKey = FIRST_KEY } = options;
  const store = makeKeyStore(clock, firstKey);
  const quota = makeVaultQuota({ ...DEFAULT_LIMITS, ...limits }, clock);
  const parts: VaultParts = { options, store, quota };
  const version = store.find(firstKey, null)?.version ?? '';
  return {
    prefix: 'vault',
    rootSegments: ['keys', 'deletedkeys'],
    latency: 'vault',
    issuer: 'key-vault',
    routes: [...cryptographyRoutes(parts), ...deletedKeyRoutes(parts), ...keyRoutes(parts)].map(answeringBadParameters),
    errorBody: vaultBodyForStatus,
    firstKey: `${firstKey}/${version}`,
    reset() {
      store.reset();
      quota.reset();
    },
  };
}

function answeringBadParameters(route: SimRoute): SimRoute {
  return {
    ...route,
    handle: async (request) => {
      try {
        return await route.handle(request);
      } catch (error) {
        if (error instanceof BadParameterError) return badParameter(error.message);
        throw error;
      }
    },
  };
}
