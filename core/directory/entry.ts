/** A directory entry: what is published, signed and answered. One revision of it is one signed statement. */
import * as z from 'zod';
import type { DeviceKey, E164, IsoTime } from '../device/managed-device';
import { KEY_TYPES } from './public-key';

export const STATUSES = ['active', 'suspended', 'revoked'] as const;
export type EntryStatus = (typeof STATUSES)[number];

const time = z.iso.datetime({ precision: 3 }).transform((text) => text as IsoTime);

/** All members but the signature, in the order in which they are signed. What is not known is null. */
const fields = {
  entryId: z.string().min(1),
  /** 1, 2, 3 …; every change is one more. */
  revision: z.int().min(1),
  phone: z
    .string()
    .regex(/^\+[1-9]\d{6,14}$/)
    .transform((text) => text as E164),
  status: z.enum(STATUSES),
  keyType: z.enum(KEY_TYPES),
  /** SPKI DER, base64. */
  publicKey: z.base64(),
  fingerprint: z.base64().length(44),
  device: z.strictObject({
    deviceKey: z.string().transform((text) => text as DeviceKey),
    /** As the inventory had it when the key was published. */
    enrolledAt: time.nullable(),
  }),
  keySource: z.string().nullable(),
  notBefore: time,
  /** Exclusive; null for no end. */
  notAfter: time.nullable(),
  /** Of the present status. */
  reason: z.string().nullable(),
  changedAt: time,
  /** Of the key that signed this revision. */
  kid: z.string().min(1),
};

export const entryFields = z.strictObject(fields);
export const entrySchema = z.strictObject({ ...fields, jws: z.string() });

export type EntryFields = Readonly<z.infer<typeof entryFields>>;
export type Entry = Readonly<z.infer<typeof entrySchema>>;

/**
 * The bytes that are signed. Written once, when the revision is made; whoever verifies takes them out of the JWS and never
 * writes them again.
 */
export function serializeFields(entry: EntryFields): string {
  const { entryId, revision, phone, status, keyType, publicKey, fingerprint, device } = entry;
  const { keySource, notBefore, notAfter, reason, changedAt, kid } = entry;
  const { deviceKey, enrolledAt } = device;
  return JSON.stringify({
    entryId,
    revision,
    phone,
    status,
    keyType,
    publicKey,
    fingerprint,
    device: { deviceKey, enrolledAt },
    keySource,
    notBefore,
    notAfter,
    reason,
    changedAt,
    kid,
  });
}

/** Member by member; the order in which they came does not matter. */
export function isSameEntry(one: EntryFields, other: EntryFields): boolean {
  return serializeFields(one) === serializeFields(other);
}
