/** Reads a national number by the numbering plan of a country. */
import { getCountryCallingCode, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import type { CountryCode } from 'libphonenumber-js/min';
import type { E164 } from './managed-device';
import { readE164 } from './read-e164';

/** Ten digits that begin with neither 0 nor 1, with or without the trunk 1: a whole number of the plan behind +1. */
const NORTH_AMERICAN = /^1?([2-9]\d{9})$/;

/** How numbers of one beginning and length become E.164: so many digits are dropped, the country code is put in front. */
interface Reading {
  readonly drop: number;
  readonly prefix: string;
}

/** Trunk prefix and possible length are decided by these digits and the length; not so in Argentina. */
const DECIDING_LENGTH = 7;
const LATE_PREFIX: CountryCode = 'AR';
const readings = new Map<string, Reading>();
const MAX_READINGS = 20_000;

/** @param digits the number without punctuation, with or without a trunk prefix or the country's own code. */
export function readNational(digits: string, country: CountryCode): E164 | 'not-possible' {
  const code = getCountryCallingCode(country);
  const northAmerican = code === '1' ? NORTH_AMERICAN.exec(digits)?.[1] : undefined;
  if (northAmerican !== undefined) return checked(`+1${northAmerican}`);

  const key = `${country}${digits.length}/${digits.slice(0, DECIDING_LENGTH)}`;
  const known = readings.get(key);
  if (known !== undefined) return checked(known.prefix + digits.slice(known.drop));

  const parsed = parsePhoneNumberFromString(digits, { defaultCountry: country });
  if (parsed?.isPossible() !== true) return 'not-possible';
  const { number, nationalNumber } = parsed;
  const reading = { drop: digits.length - nationalNumber.length, prefix: `+${parsed.countryCallingCode}` };
  if (country !== LATE_PREFIX && reading.drop >= 0 && reading.prefix + digits.slice(reading.drop) === number) {
    if (readings.size >= MAX_READINGS) readings.clear();
    readings.set(key, reading);
  }
  return checked(number);
}

/** What is made here is looked at by the rules that hold for all numbers in E.164 form. */
function checked(number: string): E164 | 'not-possible' {
  return readE164(number) ?? 'not-possible';
}
