/**
 * One version of a soft key as a file: what anybody may know in the clear, the private key as PKCS#8 under AES-256-GCM. The
 * tag covers both, so that nothing can be changed, exchanged or renamed without notice.
 */
import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  randomUUID,
} from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { PermanentError } from '../../core/errors';
import type { PublicJwk } from '../../core/ports/kms';
import { toNumber } from '../p256';
import { nameOfKeyFile } from './key-folder';

export interface SoftKey {
  /** Position among the versions, from 1: their order, whatever clocks said. */
  readonly sequence: number;
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly enabled: boolean;
  readonly publicKey: PublicJwk;
  /** Between 1 and the order of the curve. */
  readonly scalar: bigint;
}

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

const base64url = z.string().regex(/^[A-Za-z0-9_-]+$/);
const coordinate = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const fileSchema = z.strictObject({
  v: z.literal(1),
  sequence: z.int().positive(),
  version: z.string().regex(/^[0-9a-f]{32}$/),
  createdAt: z.iso.datetime(),
  enabled: z.boolean(),
  publicKey: z.strictObject({ kty: z.literal('EC'), crv: z.literal('P-256'), x: coordinate, y: coordinate }),
  iv: base64url,
  tag: base64url,
  privateKey: base64url,
});
type KeyFile = z.output<typeof fileSchema>;

export function makeSoftKey(sequence: number, createdAt: string): SoftKey {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const version = randomUUID().replaceAll('-', '');
  return { sequence, version, createdAt, enabled: true, ...halvesOf(privateKey) };
}

/** @param protection 32 bytes. */
export function sealKey(key: SoftKey, protection: Buffer): string {
  const { sequence, version, createdAt, enabled, publicKey } = key;
  const open = { v: 1, sequence, version, createdAt, enabled, publicKey } as const;
  const iv = randomBytes(IV_BYTES);
  const der = privateKeyOf(key).export({ type: 'pkcs8', format: 'der' });
  const cipher = createCipheriv(CIPHER, protection, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(boundTo(open));
  const sealed = Buffer.concat([cipher.update(der), cipher.final()]);
  der.fill(0);
  const encode = (bytes: Buffer): string => bytes.toString('base64url');
  const file: KeyFile = { ...open, iv: encode(iv), tag: encode(cipher.getAuthTag()), privateKey: encode(sealed) };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/**
 * @param sequence of the file's name.
 * @throws {PermanentError} naming the file, where anything in it is not as it was written.
 */
export function openKeyFile(content: Buffer | null, sequence: number, protection: Buffer): SoftKey {
  const name = nameOfKeyFile(sequence);
  if (content === null) throw tampered(name, 'is missing');
  const file = parse(content);
  if (file === null) throw tampered(name, 'is damaged');
  if (file.sequence !== sequence) throw tampered(name, 'holds the key of another file');
  const der = decrypt(file, protection);
  if (der === null) throw tampered(name, 'was changed');
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  der.fill(0);
  const { version, createdAt, enabled } = file;
  return { sequence, version, createdAt, enabled, ...halvesOf(privateKey) };
}

function parse(content: Buffer): KeyFile | null {
  try {
    return fileSchema.parse(JSON.parse(content.toString('utf8')));
  } catch {
    return null;
  }
}

function decrypt(file: KeyFile, protection: Buffer): Buffer | null {
  const bytes = (text: string): Buffer => Buffer.from(text, 'base64url');
  try {
    const decipher = createDecipheriv(CIPHER, protection, bytes(file.iv), { authTagLength: TAG_BYTES });
    decipher.setAAD(boundTo(file));
    decipher.setAuthTag(bytes(file.tag));
    return Buffer.concat([decipher.update(bytes(file.privateKey)), decipher.final()]);
  } catch {
    return null;
  }
}

function boundTo({
  v,
  sequence,
  version,
  createdAt,
  enabled,
  publicKey,
}: Omit<KeyFile, 'iv' | 'tag' | 'privateKey'>): Buffer {
  return Buffer.from(JSON.stringify([v, sequence, version, createdAt, enabled, publicKey.x, publicKey.y]));
}

function halvesOf(privateKey: KeyObject): Pick<SoftKey, 'publicKey' | 'scalar'> {
  const { d = '' } = privateKey.export({ format: 'jwk' });
  const { x = '', y = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  return { publicKey: { kty: 'EC', crv: 'P-256', x, y }, scalar: toNumber(Buffer.from(d, 'base64url')) };
}

function privateKeyOf({ publicKey, scalar }: SoftKey): KeyObject {
  const d = Buffer.from(scalar.toString(16).padStart(64, '0'), 'hex').toString('base64url');
  return createPrivateKey({ key: { ...publicKey, d }, format: 'jwk' });
}

function tampered(name: string, what: string): PermanentError {
  const hint = `Restore ${name} from a backup. If nobody of yours changed it, take the key for known to others: rotate it.`;
  return new PermanentError(`kms-key-damaged: the key file ${name} ${what}`, { hint });
}
