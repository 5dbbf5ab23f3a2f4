/** Phone numbers as E.164, or an explicit reason why not. A number that is not certain is never made up. */
import { parsePhoneNumberFromString, isSupportedCountry } from 'libphonenumber-js/min';
import type { CountryCode } from 'libphonenumber-js/min';
import type { E164 } from './managed-device';
import { countryOfIccid, countryOfMcc } from './mcc-country';

export type NoPhoneReason = 'blank' | 'masked' | 'extension' | 'no-country' | 'not-possible';

export type NormalizedPhone =
  { readonly phone: E164; readonly reason: null } | { readonly phone: null; readonly reason: NoPhoneReason };

/** Where the country of a number without one may come from, best first. */
export interface PhoneOrigin {
  readonly homePlmn?: string | null;
  readonly iccid?: string | null;
  /** Mobile country code of the SIM where no PLMN is known. */
  readonly mcc?: string | null;
  readonly defaultCountry?: string | null;
}

const none = (reason: NoPhoneReason): NormalizedPhone => ({ phone: null, reason });
const BLANK = none('blank');
const MASKED = none('masked');
const EXTENSION = none('extension');
const NO_COUNTRY = none('no-country');
const NOT_POSSIBLE = none('not-possible');

/** A number that is E.164 already, by form. */
const E164_FORM = /^\+[1-9]\d{6,14}$/;
/** Numbers of one block differ in the last digits only: what parses for one parses for all of the same length. */
const verdicts = new Map<string, boolean>();
const MAX_VERDICTS = 20_000;

export function normalizePhone(raw: string | null | undefined, origin: PhoneOrigin): NormalizedPhone {
  if (raw === null || raw === undefined || raw === '') return BLANK;
  if (E164_FORM.test(raw)) return isPossible(raw) ? { phone: raw as E164, reason: null } : NOT_POSSIBLE;
  const text = raw.trim();
  if (text === '') return BLANK;
  // `+*******0016` (facts/intune-graph.md §1.4), and whatever else hides digits.
  if (/[*#xX•]{2,}/.test(text) || text.includes('*')) return MASKED;
  if (/[A-Za-z;,]/.test(text)) return EXTENSION;
  if (!/\d/.test(text)) return BLANK;
  const country = text.startsWith('+') || text.startsWith('00') ? undefined : countryOf(origin);
  if (country === null) return NO_COUNTRY;
  const international = text.startsWith('00') ? `+${text.slice(2)}` : text;
  const parsed = parsePhoneNumberFromString(international, country === undefined ? {} : { defaultCountry: country });
  if (parsed?.isPossible() !== true) return NOT_POSSIBLE;
  const number: string = parsed.number;
  return { phone: number as E164, reason: null };
}

/** The line's own country first: its home network, its SIM, and only then what the operator configured. */
function countryOf({
  homePlmn = null,
  mcc = null,
  iccid = null,
  defaultCountry = null,
}: PhoneOrigin): CountryCode | null {
  const country = countryOfMcc(homePlmn) ?? countryOfMcc(mcc) ?? countryOfIccid(iccid) ?? defaultCountry;
  return country !== null && isSupportedCountry(country) ? country : null;
}

/** Length is what can be certain: which blocks a carrier really uses changes daily, and test numbers are in none. */
function isPossible(number: string): boolean {
  // Country and first digits with the length decide; the last four digits never do.
  const key = `${number.slice(0, -4)}/${number.length}`;
  const known = verdicts.get(key);
  if (known !== undefined) return known;
  const possible = parsePhoneNumberFromString(number)?.isPossible() === true;
  if (verdicts.size >= MAX_VERDICTS) verdicts.clear();
  verdicts.set(key, possible);
  return possible;
}
