/** Numbers as the limits know them: keyed digests, which tell nobody without the key which number it was. */
import { createHmac } from 'node:crypto';
import type { E164 } from '../../device/managed-device';

/** HMAC-SHA-256 of a number, 64 hexadecimal characters. */
export type PhoneDigest = string;

export interface PhoneDigests {
  digest(phone: E164): PhoneDigest;
  /** Of the numbers that differ from it by 1 to `within`, where they have as many digits. */
  neighbours(phone: E164, within: number): readonly PhoneDigest[];
}

const MIN_KEY_BYTES = 32;

/** @param key secret, at least 32 bytes; another key is another set of limits. @throws {RangeError} for a shorter one. */
export function makePhoneDigests(key: Buffer): PhoneDigests {
  if (key.length < MIN_KEY_BYTES) {
    throw new RangeError(`the key of phone digests must have at least ${MIN_KEY_BYTES} bytes`);
  }
  const digest = (phone: string): PhoneDigest =>
    createHmac('sha256', key).update(`directory-limits/phone\n${phone}`).digest('hex');
  return {
    digest,
    neighbours(phone, within) {
      // At most 15 digits, which a number holds exactly.
      const digits = phone.slice(1);
      const value = Number(digits);
      return Array.from({ length: 2 * within }, (_, at) => (at < within ? at - within : at - within + 1))
        .map((difference) => String(value + difference))
        .filter((neighbour) => neighbour.length === digits.length)
        .map((neighbour) => digest(`+${neighbour}`));
    },
  };
}
