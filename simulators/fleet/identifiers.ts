/**
 * Identifiers that are plainly synthetic, unique within all fleets of one seed, and right in their check digits.
 *
 * They are the most numerous strings of an answer. Each is written byte by byte into one scratch buffer and read out
 * once: joining pieces would leave a tree of small objects per identifier, and most of the time would go to collecting them.
 */
import { hash32 } from '../kit/seeded';

const ZERO = 48;
const DASH = 45;
const HEX = Buffer.from('0123456789abcdef');
const HEX_UPPER = Buffer.from('0123456789ABCDEF');
const BASE_36 = Buffer.from('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ');

const scratch = Buffer.alloc(40);

/** Writes `n` with leading zeros into [at, at + width). */
function putNumber(n: number, at: number, width: number, radix = 10, digits: Buffer = BASE_36): void {
  let rest = n;
  for (let place = at + width - 1; place >= at; place -= 1) {
    const next = Math.floor(rest / radix);
    scratch[place] = digits[rest - next * radix] ?? ZERO;
    rest = next;
  }
}

/** Writes the Luhn check digit of the digits in [0, length) behind them. */
function putLuhn(length: number): void {
  let sum = 0;
  let double = true;
  for (let at = length - 1; at >= 0; at -= 1) {
    const digit = (scratch[at] ?? ZERO) - ZERO;
    sum += double ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit;
    double = !double;
  }
  scratch[length] = ZERO + ((10 - (sum % 10)) % 10);
}

/**
 * IMEI of the n-th modem, 15 digits. Type allocation codes that start with 001001 are for test phones; the first is
 * 00100100, and a fleet of more than a million modems goes on with 00100101.
 */
export function imeiOf(n: number): string {
  putNumber(100_100_000_000 + n, 0, 14);
  putLuhn(14);
  return scratch.toString('latin1', 0, 15);
}

/** ICCID of the n-th card of a carrier, 20 digits with the check digit. @param prefix 7 digits. */
export function iccidOf(prefix: string, n: number): string {
  putNumber(Number(prefix), 0, 7);
  putNumber(n, 7, 12);
  putLuhn(19);
  return scratch.toString('latin1', 0, 20);
}

const EID_PREFIX = 89_049_032;
const TEN_TO_8_MOD = 100_000_000 % 97;

/** EID of the n-th eSIM, 32 digits; the last two make the whole number 1 modulo 97. */
export function eidOf(n: number): string {
  const high = Math.floor(n / 100_000_000);
  const low = n % 100_000_000;
  // 8 digits of prefix, 8 zeros, 6 + 8 digits of number: taken in parts that stay exact integers.
  let rest = ((EID_PREFIX % 97) * TEN_TO_8_MOD) % 97;
  rest = (rest * 1_000_000 + high) % 97;
  rest = (rest * TEN_TO_8_MOD + low) % 97;
  putNumber(EID_PREFIX, 0, 8);
  putNumber(n, 8, 22);
  putNumber(98 - ((rest * 100) % 97), 30, 2);
  return scratch.toString('latin1', 0, 32);
}

/** `SYN` and 9 characters: the serial of the n-th phone. */
export function serialOf(n: number): string {
  scratch.write('SYN', 'latin1');
  putNumber(n, 3, 9, 36);
  return scratch.toString('latin1', 0, 12);
}

/** A GUID of version 4's form whose last 8 digits are the ordinal, so that a simulator finds the device by it. */
export function guidOf(seed: number, stream: number, ordinal: number): string {
  const a = hash32(seed, stream, ordinal);
  const b = hash32(seed, stream + 1, ordinal);
  putHex(a, 0, 8);
  scratch[8] = DASH;
  putHex(b >>> 16, 9, 4);
  scratch[13] = DASH;
  scratch[14] = ZERO + 4;
  putHex(b, 15, 3);
  scratch[18] = DASH;
  scratch[19] = ZERO + 8;
  putHex(a ^ b, 20, 3);
  scratch[23] = DASH;
  putHex(0, 24, 4);
  putHex(ordinal, 28, 8);
  return scratch.toString('latin1', 0, 36);
}

/** Writes the low `width` hexadecimal digits of a 32-bit integer. */
function putHex(n: number, at: number, width: number, digits: Buffer = HEX): void {
  let rest = n;
  for (let place = at + width - 1; place >= at; place -= 1) {
    scratch[place] = digits[rest & 15] ?? ZERO;
    rest >>>= 4;
  }
}

/** @returns the ordinal inside a GUID of {@link guidOf}, without checking the rest; null when it is no GUID. */
export function ordinalInGuid(guid: string): number | null {
  const digits = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-0000([0-9a-f]{8})$/i.exec(guid)?.[1];
  return digits === undefined ? null : Number.parseInt(digits, 16);
}

/** UDID in Apple's 25-character form. @param n below 2^32. */
export function udidOf(n: number): string {
  scratch.write('00008110-00000000', 'latin1');
  putHex(n, 17, 8, HEX_UPPER);
  return scratch.toString('latin1', 0, 25);
}
