/** Whether a signed entry says what it seems to say. The bytes inside the JWS are what is verified and read. */
import * as z from 'zod';
import { entryFields, isSameEntry } from './entry';
import type { Entry, EntryFields } from './entry';
import { fingerprintOf, keyTypeOf } from './public-key';
import { ENTRY_TYPE } from './sign-entry';
import { verifyEs256 } from './verify-es256';
import type { KeyByKid } from './verify-es256';

export type EntryFault =
  /** Not three parts in base64url, or a header or payload that is no JSON object. */
  | 'malformed'
  | 'wrong-algorithm'
  | 'wrong-type'
  /** `crit`, `b64`, `jwk`, `x5c` … : ours has alg, typ and kid, so anything else was put there by someone else. */
  | 'unexpected-header'
  | 'unknown-kid'
  | 'bad-signature'
  /** Signed, but not an entry. */
  | 'not-an-entry'
  /** The payload names another kid than the header. */
  | 'kid-differs'
  /** The fingerprint or the key type is not that of the public key. */
  | 'key-differs'
  /** The entry around the JWS says something else than the JWS. */
  | 'fields-differ';

export type EntryVerdict =
  { readonly verdict: 'valid'; readonly entry: Entry } | { readonly verdict: EntryFault; readonly entry: null };

const MAX_CHARACTERS = 16_384;
const header = z.record(z.string(), z.unknown());
const HEADER_MEMBERS: ReadonlySet<string> = new Set(['alg', 'typ', 'kid']);

const fault = (verdict: EntryFault): EntryVerdict => ({ verdict, entry: null });

/** @returns the entry that the JWS holds, with its status and times as signed; or the first thing wrong with it. */
export function verifyEntry(jws: string, keyByKid: KeyByKid): EntryVerdict {
  const parts = splitJws(jws);
  const head = header.safeParse(parts === null ? null : parseJson(parts.header));
  if (parts === null || !head.success) return fault('malformed');
  const { alg, typ, kid } = head.data;
  if (alg !== 'ES256') return fault('wrong-algorithm');
  if (!Object.keys(head.data).every((member) => HEADER_MEMBERS.has(member))) return fault('unexpected-header');
  if (typ !== ENTRY_TYPE) return fault('wrong-type');
  const key = typeof kid === 'string' ? keyByKid(kid) : null;
  if (key === null) return fault('unknown-kid');
  if (!verifyEs256(key, Buffer.from(parts.signed), parts.signature)) return fault('bad-signature');
  const fields = entryFields.safeParse(parseJson(parts.payload));
  if (!fields.success) return fault('not-an-entry');
  if (fields.data.kid !== kid) return fault('kid-differs');
  return hasItsKey(fields.data) ? { verdict: 'valid', entry: { ...fields.data, jws } } : fault('key-differs');
}

/** The same for an entry as it was answered or stored: all that stands around the JWS must stand in it. */
export function verifyWholeEntry(entry: Entry, keyByKid: KeyByKid): EntryVerdict {
  const verified = verifyEntry(entry.jws, keyByKid);
  return verified.entry !== null && !isSameEntry(verified.entry, entry) ? fault('fields-differ') : verified;
}

/** Reads the entry out of its JWS without verifying it; null where there is none. */
export function decodeEntry(jws: string): Entry | null {
  const parts = splitJws(jws);
  const fields = entryFields.safeParse(parts === null ? null : parseJson(parts.payload));
  return fields.success ? { ...fields.data, jws } : null;
}

/** The directory signs a key only after it was parsed whole: where its signature holds, form and digest are enough. */
function hasItsKey({ keyType, publicKey, fingerprint }: EntryFields): boolean {
  const spki = Buffer.from(publicKey, 'base64');
  return keyTypeOf(spki) === keyType && fingerprintOf(spki) === fingerprint;
}

interface JwsParts {
  readonly header: string;
  readonly payload: string;
  readonly signature: Buffer;
  /** What the signature is over: the first two parts as they came. */
  readonly signed: string;
}

function splitJws(jws: string): JwsParts | null {
  if (jws.length > MAX_CHARACTERS) return null;
  const [head = null, payload = null, signature = null, ...more] = jws.split('.').map(fromBase64url);
  if (head === null || payload === null || signature === null || more.length > 0) return null;
  const signed = jws.slice(0, jws.lastIndexOf('.'));
  return { header: head.toString('utf8'), payload: payload.toString('utf8'), signature, signed };
}

/** Null for what is not written exactly as encoding would: other bits at the end, padding, white space. */
function fromBase64url(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64url');
  return text !== '' && bytes.toString('base64url') === text ? bytes : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
