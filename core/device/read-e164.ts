/** Reads text that has the form of E.164 already: what most lines of a fleet show, so it is fast. */
import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import type { E164 } from './managed-device';

const FORM = /^\+[1-9]\d{6,14}$/;
/** Every number of the plan behind +1 has ten digits, of which the first is neither 0 nor 1. */
const NORTH_AMERICAN = /^\+1[2-9]\d{9}$/;

/**
 * Numbers that agree in length and first seven digits are read alike: country, trunk prefix and possible length are
 * decided by then. Argentina's mobile prefix can stand further behind.
 */
const DECIDING_LENGTH = 8;
const LATE_PREFIX = '+54';
const unchanged = new Set<number>();
const MAX_READINGS = 100_000;

/**
 * @returns the number in E.164 (a stray trunk prefix as in `+4407700…` is dropped), `not-possible` where no number of
 * that country has this length or all its digits are one, null where the text has not the form.
 */
export function readE164(text: string): E164 | 'not-possible' | null {
  if (!FORM.test(text)) return null;
  if (endsInOneDigit(text) && isRepeated(text)) return 'not-possible';
  if (text.startsWith('+1')) return NORTH_AMERICAN.test(text) ? (text as E164) : 'not-possible';
  // The digits and the length as one number, the cheapest of keys.
  const reading = Number(text.slice(1, DECIDING_LENGTH)) * 16 + text.length;
  if (unchanged.has(reading)) return text as E164;
  const number = readSlowly(text);
  if (number === text && !text.startsWith(LATE_PREFIX)) {
    if (unchanged.size >= MAX_READINGS) unchanged.clear();
    unchanged.add(reading);
  }
  return number;
}

function readSlowly(text: string): E164 | 'not-possible' {
  const parsed = parsePhoneNumberFromString(text);
  if (parsed?.isPossible() !== true) return 'not-possible';
  const number: string = parsed.number;
  return number as E164;
}

/** Seven equal digits at the end: cheap to see, and the beginning of a placeholder. */
function endsInOneDigit(text: string): boolean {
  const last = text.charCodeAt(text.length - 1);
  for (let at = text.length - 2; at > text.length - 8; at -= 1) if (text.charCodeAt(at) !== last) return false;
  return true;
}

/** All digits behind the country code are one, whatever its length: `+10000000000`, `+999999999999`. */
function isRepeated(text: string): boolean {
  return /^\+\d{1,3}?(\d)\1{6,}$/.test(text);
}
