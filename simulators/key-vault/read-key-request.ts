/** Reads the bodies of requests about keys; what is wrong with one is a 400. */
import { CURVES } from './ecdsa-over-digest';
import type { KeyAttributes, KeyShape, KeyType, KeyVersion } from './key-store';

/** The message for a `BadParameter`. */
export class BadParameterError extends Error {}

const TYPES: readonly KeyType[] = ['EC', 'EC-HSM', 'RSA', 'RSA-HSM'];
const SIZES = [2048, 3072, 4096];
const OPERATIONS: Readonly<Record<'EC' | 'RSA', readonly string[]>> = {
  EC: ['sign', 'verify'],
  RSA: ['encrypt', 'decrypt', 'sign', 'verify', 'wrapKey', 'unwrapKey'],
};
const MOST_TAGS = 15;
const LONGEST_TAG = 256;

export type Fields = Readonly<Record<string, unknown>>;

/** @throws {BadParameterError} for what is no JSON object. An empty body is one without fields. */
export function readFields(body: Buffer): Fields {
  if (body.length === 0) return {};
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (isFields(value)) return value;
  } catch {
    // Said below.
  }
  throw new BadParameterError('The request body is not valid JSON.');
}

export function readShape(fields: Fields): KeyShape {
  const type = TYPES.find((each) => each === fields['kty']);
  if (type === undefined) throw new BadParameterError('The property "kty" is not a supported key type.');
  const family = type.startsWith('EC') ? 'EC' : 'RSA';
  const operations = readOperations(fields['key_ops']) ?? OPERATIONS[family];
  if (operations.some((each) => !OPERATIONS[family].includes(each))) {
    throw new BadParameterError(`The property "key_ops" names what a key of type ${type} cannot do.`);
  }
  if (family === 'EC') {
    const curve = CURVES.find(({ name }) => name === (fields['crv'] ?? 'P-256'));
    if (curve === undefined) throw new BadParameterError('The property "crv" is not a supported curve.');
    return { type, curve: curve.name, size: null, operations };
  }
  const size = SIZES.find((each) => each === (fields['key_size'] ?? 2048));
  if (size === undefined) throw new BadParameterError('The property "key_size" is not a supported size.');
  return { type, curve: null, size, operations };
}

/** Only what is stated: an update leaves the rest as it is. */
export function readAttributes(fields: Fields): Partial<KeyAttributes> {
  const stated = fields['attributes'] ?? {};
  if (!isFields(stated)) throw new BadParameterError('The property "attributes" is not an object.');
  const { enabled, nbf, exp } = stated;
  if (enabled !== undefined && typeof enabled !== 'boolean') {
    throw new BadParameterError('The property "enabled" is not a boolean.');
  }
  return {
    ...(enabled === undefined ? {} : { enabled }),
    ...(nbf === undefined ? {} : { notBefore: readSeconds('nbf', nbf) }),
    ...(exp === undefined ? {} : { expires: readSeconds('exp', exp) }),
  };
}

/** Undefined where none are stated. */
export function readOperations(value: unknown): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || !value.every((each) => typeof each === 'string')) {
    throw new BadParameterError('The property "key_ops" is not a list of operations.');
  }
  return value;
}

/** Undefined where none are stated. */
export function readTags(value: unknown): NonNullable<KeyVersion['tags']> | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isFields(value)) throw new BadParameterError('The property "tags" is not an object.');
  const entries = Object.entries(value);
  // facts/key-directory.md §2.1.
  if (
    entries.length > MOST_TAGS ||
    entries.flat().some((each) => typeof each !== 'string' || each.length > LONGEST_TAG)
  ) {
    throw new BadParameterError(`A key has at most ${MOST_TAGS} tags of at most ${LONGEST_TAG} characters.`);
  }
  return Object.fromEntries(entries.map(([name, text]) => [name, String(text)]));
}

/** @throws {BadParameterError} for what is not base64url without padding. */
export function readBytes(fields: Fields, name: string): Buffer {
  const value = fields[name];
  if (typeof value !== 'string' || !/^[A-Za-z0-9_-]+$/.test(value)) {
    throw new BadParameterError(`The property "${name}" is not a base64url encoded value.`);
  }
  return Buffer.from(value, 'base64url');
}

/** Null takes a limit away. */
function readSeconds(name: string, value: unknown): number | null {
  if (value === null) return null;
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw new BadParameterError(`The property "${name}" is not a time in seconds.`);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
