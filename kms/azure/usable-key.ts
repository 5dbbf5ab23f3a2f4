/** Whether a version of a vault's key can sign what we sign, now. */
import type { KeyVaultKey } from '@azure/keyvault-keys';
import { PermanentError } from '../../core/errors';
import type { PublicJwk } from '../../core/ports/kms';
import { toPublicJwk } from '../p256';

/** What of a key or of a list entry decides. */
export interface KeyState {
  readonly enabled?: boolean | undefined;
  readonly notBefore?: Date | undefined;
  readonly expiresOn?: Date | undefined;
}

/** Null when it can be used. Outside of its window the service refuses to sign (facts/key-directory.md §2.1). */
export function reasonAgainst({ enabled, notBefore, expiresOn }: KeyState, now: number): string | null {
  if (enabled === false) return 'is disabled';
  if (notBefore !== undefined && now < notBefore.getTime()) return `is not valid before ${notBefore.toISOString()}`;
  if (expiresOn !== undefined && now >= expiresOn.getTime()) return `expired at ${expiresOn.toISOString()}`;
  return null;
}

/** @throws {PermanentError} where the key is of another type or curve, or is not made for signing. */
export function publicHalfOf({ key, keyType, keyOperations }: KeyVaultKey, kid: string): PublicJwk {
  const half = publicHalf(key);
  if (half === null) {
    const type = [keyType, key?.crv].filter(Boolean).join(' ');
    const hint =
      'Make an EC key on the curve P-256: az keyvault key create --kty EC-HSM --curve P-256 --ops sign verify.';
    throw new PermanentError(`kms-key-unsuitable: the key ${kid} is ${type}, not EC P-256`, { hint });
  }
  if (keyOperations !== undefined && !keyOperations.includes('sign')) {
    const hint = 'Make a key with --ops sign verify, or add the operation sign to this one.';
    throw new PermanentError(`kms-key-unsuitable: the key ${kid} does not permit the operation sign`, { hint });
  }
  return half;
}

/** Null where the key is not EC P-256. */
export function publicHalf(key: KeyVaultKey['key']): PublicJwk | null {
  const text = (bytes: Uint8Array | undefined): string | undefined =>
    bytes === undefined ? undefined : Buffer.from(bytes).toString('base64url');
  return toPublicJwk({ kty: key?.kty, crv: key?.crv, x: text(key?.x), y: text(key?.y) });
}

export function cannotSign(kid: string, reason: string): PermanentError {
  const hint = 'Refer to a version that is valid, or enable or extend this one. What it signed stays verifiable.';
  return new PermanentError(`kms-key-unusable: the key version ${kid} ${reason}`, { hint });
}
