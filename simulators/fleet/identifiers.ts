/** Identifiers that are plainly synthetic, unique within all fleets of one seed, and right in their check digits. */
import { hash32 } from '../kit/seeded';

const HEX4 = Array.from({ length: 0x1_0000 }, (_, n) => n.toString(16).padStart(4, '0'));
const HEX4_UPPER = HEX4.map((text) => text.toUpperCase());

function hex4(n: number): string {
  return HEX4[n & 0xffff] ?? '';
}

/** @returns the Luhn check digit of a string of digits. */
export function luhnDigit(digits: string): number {
  let sum = 0;
  let double = true;
  for (let at = digits.length - 1; at >= 0; at -= 1) {
    let digit = digits.charCodeAt(at) - 48;
    if (double) {
      digit *= 2;
      if (digit > 9) digit -= 9;
    }
    sum += digit;
    double = !double;
  }
  return (10 - (sum % 10)) % 10;
}

/**
 * IMEI of the n-th modem, 15 digits. Type allocation codes that start with 001001 are for test phones; the first is
 * 00100100, and a fleet of more than a million modems goes on with 00100101.
 */
export function imeiOf(n: number): string {
  const digits = `00${100100_000000 + n}`;
  return digits + luhnDigit(digits);
}

/** ICCID of the n-th card of a carrier, 20 digits with the check digit. @param prefix 7 digits. */
export function iccidOf(prefix: string, n: number): string {
  const digits = prefix + String(n).padStart(12, '0');
  return digits + luhnDigit(digits);
}

const EID_PREFIX = '89049032';
// 10^8 mod 97 steps let the check digits of 32 digits be taken in parts that stay exact integers.
const EID_PREFIX_MOD = Number(EID_PREFIX) % 97;
const TEN_TO_8_MOD = 100_000_000 % 97;

/** EID of the n-th eSIM, 32 digits; the last two make the whole number 1 modulo 97. */
export function eidOf(n: number): string {
  const high = Math.floor(n / 100_000_000);
  const low = n % 100_000_000;
  // 8 digits of prefix, 8 zeros, 6 + 8 digits of number, 2 check digits.
  let rest = EID_PREFIX_MOD;
  rest = (rest * TEN_TO_8_MOD) % 97;
  rest = (rest * 1_000_000 + high) % 97;
  rest = (rest * TEN_TO_8_MOD + low) % 97;
  const check = 98 - ((rest * 100) % 97);
  const tail = String(high).padStart(6, '0') + String(low).padStart(8, '0');
  return `${EID_PREFIX}00000000${tail}${check < 10 ? '0' : ''}${check}`;
}

/** `SYN` and 9 characters: the serial of the n-th phone. */
export function serialOf(n: number): string {
  return `SYN${n.toString(36).toUpperCase().padStart(9, '0')}`;
}

/** A GUID of version 4's form whose last 8 digits are the ordinal, so that a simulator finds the device by it. */
export function guidOf(seed: number, stream: number, ordinal: number): string {
  const a = hash32(seed, stream, ordinal);
  const b = hash32(seed, stream + 1, ordinal);
  return (
    `${hex4(a >>> 16)}${hex4(a)}-${hex4(b >>> 16)}-4${hex4(b).slice(1)}-8${hex4(a ^ b).slice(1)}-` +
    `0000${hex4(ordinal >>> 16)}${hex4(ordinal)}`
  );
}

/** @returns the ordinal inside a GUID of {@link guidOf}, without checking the rest; null when it is no GUID. */
export function ordinalInGuid(guid: string): number | null {
  const digits = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-0000([0-9a-f]{8})$/i.exec(guid)?.[1];
  return digits === undefined ? null : Number.parseInt(digits, 16);
}

/** UDID in Apple's 25-character form. */
export function udidOf(n: number): string {
  const high = Math.floor(n / 0x1_0000_0000);
  return `00008110-${upper(high >>> 16)}${upper(high)}${upper(n >>> 16)}${upper(n)}`;
}

function upper(n: number): string {
  return HEX4_UPPER[n & 0xffff] ?? '';
}
