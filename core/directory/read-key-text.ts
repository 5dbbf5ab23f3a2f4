/** The DER bytes that a text holds, as PEM or base64; and whether it is a secret that nobody should have sent. */
import type { KeyFault } from './key-fault';
import { readElements, TAG } from './der';

/** A public key on P-521 has 290 characters as PEM; refused ones deserve their own reason, up to RSA with 16384 bits. */
const MAX_CHARACTERS = 8192;
const PEM = /^-----BEGIN PUBLIC KEY-----\r?\n([A-Za-z0-9+/=\r\n]+)\r?\n-----END PUBLIC KEY-----$/;
/** Of all kinds: PKCS #8, SEC 1, PKCS #1, OpenSSH, PGP (`… BLOCK`), PuTTY. */
const PRIVATE_TEXT = /PRIVATE KEY(?: BLOCK)?-----|Private-Lines:/i;
const JWK_PRIVATE = /^\s*\{[^]*"(?:d|k)"\s*:/;
const RSA_PEM = /^-----BEGIN RSA PUBLIC KEY-----/;

export type KeyBytes = { readonly bytes: Buffer } | { readonly fault: KeyFault };

/** Around the text white space is fine, within base64 line breaks; nothing else is. */
export function readKeyText(text: string): KeyBytes {
  // First of all, and for any length: what holds a secret is named as such.
  if (PRIVATE_TEXT.test(text) || (text.length <= MAX_CHARACTERS && JWK_PRIVATE.test(text))) {
    return { fault: 'private-key-sent' };
  }
  if (text.length > MAX_CHARACTERS) return { fault: 'too-large' };
  const trimmed = text.trim();
  if (RSA_PEM.test(trimmed)) return { fault: 'rsa-not-accepted' };
  if (trimmed.includes('-----')) {
    const body = PEM.exec(trimmed)?.[1];
    return body === undefined ? { fault: 'malformed-pem' } : fromBase64(body);
  }
  return fromBase64(trimmed);
}

function fromBase64(wrapped: string): KeyBytes {
  const base64 = wrapped.replace(/[\r\n]+/g, '');
  const bytes = Buffer.from(base64, 'base64');
  // Decoding skips what it does not know: only what it writes the same way again was base64.
  if (bytes.length === 0 || bytes.toString('base64') !== base64) return { fault: 'malformed-base64' };
  return isPrivate(bytes) ? { fault: 'private-key-sent' } : { bytes };
}

/** PKCS #8, plain or encrypted, PKCS #1, SEC 1 and PKCS #12: a version number where SPKI has an algorithm. */
function isPrivate(bytes: Buffer): boolean {
  const [outer] = readElements(bytes) ?? [];
  if (outer?.tag !== TAG.sequence) return false;
  const [first, second] = readElements(outer.content) ?? [];
  if (first === undefined || second === undefined) return false;
  if (first.tag === TAG.sequence) return second.tag === TAG.octetString;
  if (first.tag !== TAG.integer || first.content.length !== 1) return false;
  return second.tag === TAG.sequence || second.tag === TAG.octetString || second.tag === TAG.integer;
}
