/** What can be set about a simulated Key Vault. */
import type { SimClock } from '../kit/route';
import type { TokenBook } from '../token/token-book';

/** Data actions that a role grants, as in `Microsoft.KeyVault/vaults/keys/sign/action`. */
export const KEY_ACTIONS = [
  'read',
  'create',
  'update',
  'delete',
  'recover',
  'purge',
  'rotate',
  'sign',
  'verify',
  'wrap',
  'unwrap',
] as const;
export type KeyAction = (typeof KEY_ACTIONS)[number];

/** Operations in one window. A P-256 operation is the unit: larger RSA keys take more of it (facts/key-directory.md §2.2). */
export interface VaultLimits {
  readonly windowSeconds: number;
  /** All but creation, for keys in hardware and in software. */
  readonly hsmOperations: number;
  readonly softwareOperations: number;
  readonly hsmCreations: number;
  readonly softwareCreations: number;
}

export const DEFAULT_LIMITS: VaultLimits = {
  windowSeconds: 10,
  hsmOperations: 2000,
  softwareOperations: 4000,
  hsmCreations: 10,
  softwareCreations: 20,
};

export interface VaultOptions {
  /** What the client may do; all unless told. Anything else is refused with 403. */
  readonly actions?: readonly KeyAction[];
  readonly limits?: Partial<VaultLimits>;
  /** Name of an EC-HSM P-256 key that is there from the start; `directory` unless told. */
  readonly firstKey?: string;
}

export interface VaultSimulatorOptions extends VaultOptions {
  readonly tokens: TokenBook;
  readonly clock: SimClock;
  readonly tenantId: string;
}

/** What a token for the vault is issued for, and what the challenge names. */
export const VAULT_RESOURCE = 'https://vault.azure.net';
/** Of soft delete: the longest there is, and the usual one (facts/key-directory.md §2.5). */
export const RECOVERABLE_DAYS = 90;
/** Entries of one page of a list, at most. */
export const PAGE_SIZE = 25;
