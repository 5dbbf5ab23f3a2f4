/** Operations with a key: sign and verify with EC over a digest, wrap and unwrap with RSA. */
import { constants, createPublicKey, privateDecrypt, publicEncrypt } from 'node:crypto';
import type { SimAnswer, SimRoute } from '../kit/route';
import { CURVES, signDigest, verifyDigest } from './ecdsa-over-digest';
import type { Curve } from './ecdsa-over-digest';
import { guardedKey } from './guard';
import type { VaultParts } from './guard';
import { keyId, originOf } from './key-bundle';
import type { KeyVersion } from './key-store';
import { readBytes, readFields } from './read-key-request';
import type { Fields } from './read-key-request';
import { badParameter, VAULT_HEADERS, vaultError } from './vault-error';

type Operation = 'sign' | 'verify' | 'wrapKey' | 'unwrapKey';

/** What is still done with a key that is disabled: what needs no private key. */
const WHILE_DISABLED: ReadonlySet<Operation> = new Set(['verify', 'wrapKey']);
/** What is still done outside of the window of a key (facts/key-directory.md §2.1). */
const OUTSIDE_WINDOW: ReadonlySet<Operation> = new Set(['verify', 'unwrapKey']);
const OAEP = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' } as const;

export function cryptographyRoutes(parts: VaultParts): readonly SimRoute[] {
  const { clock } = parts.options;
  const route = (
    operation: Operation,
    action: 'sign' | 'verify' | 'wrap' | 'unwrap',
    work: (key: KeyVersion, fields: Fields) => SimAnswer | object,
  ): SimRoute[] => {
    const handle = guardedKey(parts, action, (request, key) => {
      const refusal = refusalOf(operation, key, Math.floor(clock.now() / 1000));
      if (refusal !== null) return refusal;
      const outcome = work(key, readFields(request.body));
      if ('status' in outcome) return outcome;
      const named = operation === 'verify' ? {} : { kid: keyId(originOf(request), key) };
      return { status: 200, headers: VAULT_HEADERS, body: { ...named, ...outcome } };
    });
    const segment = operation.toLowerCase();
    // Nothing managed is changed, yet a signature counts and is charged: a write, so that a test can count.
    const common = { method: 'POST', name: `vault.${segment}`, kind: 'write', handle } as const;
    return [
      { ...common, path: `/keys/:name/:version/${segment}` },
      // Without a version the latest one works.
      { ...common, path: `/keys/:name/${segment}` },
      { ...common, path: `/keys/:name//${segment}` },
    ];
  };

  return [
    ...route('sign', 'sign', (key, fields) => {
      const curve = curveFor(key, fields);
      if (curve === null) return wrongAlgorithm(fields, key);
      const digest = readBytes(fields, 'value');
      if (digest.length !== curve.digestBytes) return wrongLength(curve, digest);
      return { value: signDigest(curve, key.privateKey, digest).toString('base64url') };
    }),
    ...route('verify', 'verify', (key, fields) => {
      const curve = curveFor(key, fields);
      if (curve === null) return wrongAlgorithm(fields, key);
      const digest = readBytes(fields, 'digest');
      if (digest.length !== curve.digestBytes) return wrongLength(curve, digest);
      return { value: verifyDigest(curve, key.privateKey, digest, readBytes(fields, 'value')) };
    }),
    ...route('wrapKey', 'wrap', (key, fields) => {
      if (key.shape.size === null || fields['alg'] !== 'RSA-OAEP-256') return wrongAlgorithm(fields, key);
      const plain = readBytes(fields, 'value');
      if (plain.length > key.shape.size / 8 - 66) return badParameter('The value is too long for the key.');
      const wrapped = publicEncrypt({ key: createPublicKey(key.privateKey), ...OAEP }, plain);
      return { value: wrapped.toString('base64url') };
    }),
    ...route('unwrapKey', 'unwrap', (key, fields) => {
      if (key.shape.size === null || fields['alg'] !== 'RSA-OAEP-256') return wrongAlgorithm(fields, key);
      try {
        return {
          value: privateDecrypt({ key: key.privateKey, ...OAEP }, readBytes(fields, 'value')).toString('base64url'),
        };
      } catch {
        return badParameter('The parameter is incorrect.');
      }
    }),
  ];
}

/** Null where the operation may go on. */
function refusalOf(
  operation: Operation,
  { shape, enabled, notBefore, expires }: KeyVersion,
  now: number,
): SimAnswer | null {
  if (!shape.operations.includes(operation)) {
    const message = `Operation ${operation} is not permitted on this key.`;
    return vaultError(403, 'Forbidden', message, 'KeyOperationForbidden');
  }
  if (!enabled && !WHILE_DISABLED.has(operation)) {
    return vaultError(403, 'Forbidden', `Operation ${operation} is not allowed on a disabled key.`, 'KeyDisabled');
  }
  if (OUTSIDE_WINDOW.has(operation)) return null;
  // That these are refused is known, the words and inner codes are not: nobody should read them.
  if (notBefore !== null && now < notBefore) {
    return vaultError(403, 'Forbidden', `Operation ${operation} is not allowed on a key that is not yet valid.`);
  }
  if (expires !== null && now >= expires) {
    return vaultError(403, 'Forbidden', `Operation ${operation} is not allowed on an expired key.`);
  }
  return null;
}

/** Null where key and algorithm do not belong together. */
function curveFor({ shape }: KeyVersion, fields: Fields): Curve | null {
  return CURVES.find(({ name, algorithm }) => name === shape.curve && algorithm === fields['alg']) ?? null;
}

function wrongAlgorithm(fields: Fields, { shape }: KeyVersion): SimAnswer {
  const algorithm = typeof fields['alg'] === 'string' ? fields['alg'] : '(none)';
  return badParameter(`Key and signing key algorithm mismatch: ${algorithm} and ${shape.curve ?? shape.type}.`);
}

function wrongLength({ algorithm, digestBytes }: Curve, { length }: Buffer): SimAnswer {
  return badParameter(`Invalid length of 'value': ${length} bytes. ${algorithm} requires ${digestBytes} bytes.`);
}
