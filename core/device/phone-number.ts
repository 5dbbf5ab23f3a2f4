/**
 * Phone numbers as E.164, or an explicit reason why not. A number that is not certain is never made up.
 * Length is what can be certain: which blocks a carrier really uses changes daily, and numbers for tests and fiction are
 * in none of them.
 */
import { isSupportedCountry } from 'libphonenumber-js/min';
import type { CountryCode } from 'libphonenumber-js/min';
import type { E164 } from './managed-device';
import { countryOfIccid, countryOfPlmn } from './mcc-country';
import { readE164 } from './read-e164';
import { readNational } from './read-national';

export type NoPhoneReason =
  | 'blank'
  /** Digits are hidden: `+*******0016` (facts/intune-graph.md §1.4). */
  | 'masked'
  /** `Unknown`, `N/A`, `0000000000`. */
  | 'placeholder'
  /** `651-555-0105 Ext111`: a desk behind a number, not a SIM. */
  | 'extension'
  | 'not-a-number'
  /** A national number, and nothing tells the country. */
  | 'no-country'
  /** No number of that country has this length. */
  | 'not-possible';

export type NormalizedPhone =
  { readonly phone: E164; readonly reason: null } | { readonly phone: null; readonly reason: NoPhoneReason };

/** Where the country of a number without one may come from, best first. */
export interface PhoneOrigin {
  readonly homePlmn?: string | null;
  /** Mobile country code of the SIM where no PLMN is known. */
  readonly mcc?: string | null;
  readonly iccid?: string | null;
  /** ISO 3166 alpha-2, from the connector's configuration. */
  readonly defaultCountry?: string | null;
}

const none = (reason: NoPhoneReason): NormalizedPhone => ({ phone: null, reason });
const NONE = {
  blank: none('blank'),
  masked: none('masked'),
  placeholder: none('placeholder'),
  extension: none('extension'),
  notANumber: none('not-a-number'),
  noCountry: none('no-country'),
  notPossible: none('not-possible'),
} as const;

const HIDDEN = /[*•●…]|[xX#]{2,}/;
const EXTENSION = /\d\s*(?:ext|x|#|;|,|durchwahl|poste)/i;
const LETTER = /\p{L}/u;
const PUNCTUATION = /[\s().\-/\u00a0\u2010-\u2015]/g;
const ONLY_DIGITS = /^\d+$/;
const REPEATED_DIGIT = /^\+?(\d)\1*$/;

/** @param raw the number as the MDM shows it, whatever its punctuation. */
export function normalizePhone(raw: string | null | undefined, origin: PhoneOrigin): NormalizedPhone {
  if (raw === null || raw === undefined || raw === '') return NONE.blank;
  // Most numbers of most MDMs: E.164 already.
  const plain = raw.startsWith('+') ? readE164(raw) : null;
  if (plain !== null) return result(plain);
  const text = raw.trim().replace(/^tel:/i, '');
  if (text === '') return NONE.blank;
  const refused = refuse(text);
  if (refused !== null) return refused;
  const digits = text.replace(PUNCTUATION, '');
  if (REPEATED_DIGIT.test(digits)) return NONE.placeholder;
  // `+44 (0)7700…` has lost its brackets by now, and loses the stray 0 here.
  if (digits.startsWith('+')) return result(readE164(digits) ?? 'not-possible');
  if (!ONLY_DIGITS.test(digits)) return NONE.notANumber;
  const country = countryOf(origin);
  if (country !== null) return result(readNational(digits, country));
  // `00` is what most countries dial before a country code; where the country is known, its own rule holds.
  return digits.startsWith('00') ? result(readE164(`+${digits.slice(2)}`) ?? 'not-possible') : NONE.noCountry;
}

function result(read: E164 | 'not-possible'): NormalizedPhone {
  return read === 'not-possible' ? NONE.notPossible : { phone: read, reason: null };
}

/** What is no telephone number at all, before anyone tries to read one out of it. */
function refuse(text: string): NormalizedPhone | null {
  if (HIDDEN.test(text)) return NONE.masked;
  if (!/\d/.test(text)) return NONE.placeholder;
  if (EXTENSION.test(text)) return NONE.extension;
  return LETTER.test(text) ? NONE.notANumber : null;
}

/** The line's own country first: its home network, its SIM, and only then what the operator configured. */
function countryOf({ homePlmn, mcc, iccid, defaultCountry }: PhoneOrigin): CountryCode | null {
  const country =
    countryOfPlmn(homePlmn ?? null) ??
    countryOfPlmn(mcc ?? null) ??
    countryOfIccid(iccid ?? null) ??
    defaultCountry?.toUpperCase() ??
    null;
  return country !== null && isSupportedCountry(country) ? country : null;
}
