/**
 * Public keys as the directory takes them: EC on P-256 (the curve that every component can hold), P-384 or P-521, and
 * Ed25519 (facts/rcs-carrier.md §1.2). One key has one spelling: a SubjectPublicKeyInfo in DER with a named curve and an
 * uncompressed point, so that its fingerprint is its name.
 */
import { createHash, createPublicKey } from 'node:crypto';
import { diagnoseSpki } from './diagnose-spki';
import { faultOfEd25519Point } from './ed25519-point';
import type { KeyFault } from './key-fault';
import { readKeyText } from './read-key-text';

export const KEY_TYPES = ['P-256', 'P-384', 'P-521', 'Ed25519'] as const;
export type KeyType = (typeof KEY_TYPES)[number];

export interface PublicKey {
  readonly keyType: KeyType;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Buffer;
  readonly fingerprint: string;
}

export type KeyReading =
  { readonly ok: true; readonly key: PublicKey } | { readonly ok: false; readonly fault: KeyFault };

/** Everything before the coordinates, and the length of the whole: all that may vary is the point. */
const SHAPES: readonly { readonly keyType: KeyType; readonly head: Buffer; readonly length: number }[] = [
  { keyType: 'P-256', head: hex('3059301306072a8648ce3d020106082a8648ce3d03010703420004'), length: 91 },
  { keyType: 'P-384', head: hex('3076301006072a8648ce3d020106052b8104002203620004'), length: 120 },
  { keyType: 'P-521', head: hex('30819b301006072a8648ce3d020106052b810400230381860004'), length: 158 },
  { keyType: 'Ed25519', head: hex('302a300506032b6570032100'), length: 44 },
];

/**
 * @param text PEM (`-----BEGIN PUBLIC KEY-----`) or base64 of the SPKI DER.
 * @returns the key, or the one reason why not. Never holds what was sent where that is no public key.
 */
export function parsePublicKey(text: string): KeyReading {
  const read = readKeyText(text);
  return 'fault' in read ? { ok: false, fault: read.fault } : parseSpki(read.bytes);
}

/** @param bytes SubjectPublicKeyInfo, DER. */
export function parseSpki(bytes: Buffer): KeyReading {
  const shape = shapeOf(bytes);
  if (shape === undefined) return { ok: false, fault: diagnoseSpki(bytes) };
  if (!isReadAlike(bytes)) return { ok: false, fault: 'not-on-curve' };
  const { keyType, head } = shape;
  const fault = keyType === 'Ed25519' ? faultOfEd25519Point(bytes.subarray(head.length)) : null;
  if (fault !== null) return { ok: false, fault };
  const spki = Buffer.from(bytes);
  return { ok: true, key: { keyType, spki, fingerprint: fingerprintOf(spki) } };
}

/** By the form alone, for bytes that were parsed once and are vouched for since; null for no form that is accepted. */
export function keyTypeOf(bytes: Buffer): KeyType | null {
  return shapeOf(bytes)?.keyType ?? null;
}

function shapeOf(bytes: Buffer): (typeof SHAPES)[number] | undefined {
  return SHAPES.find(({ head, length }) => bytes.length === length && bytes.subarray(0, head.length).equals(head));
}

/** What `openssl pkey -pubin -outform DER | openssl dgst -sha256 -binary | base64` prints. */
export function fingerprintOf(spki: Buffer): string {
  return createHash('sha256').update(spki).digest('base64');
}

/** node:crypto takes the key (for EC: the point lies on the curve, coordinates below the prime) and writes it the same. */
function isReadAlike(bytes: Buffer): boolean {
  try {
    return createPublicKey({ key: bytes, format: 'der', type: 'spki' })
      .export({ format: 'der', type: 'spki' })
      .equals(bytes);
  } catch {
    return false;
  }
}

function hex(text: string): Buffer {
  return Buffer.from(text, 'hex');
}
