/** A phone number for logs and screens: country code and last two digits, the rest hidden. */
import { getCountries, getCountryCallingCode } from 'libphonenumber-js/min';

const CALLING_CODES: ReadonlySet<string> = new Set(getCountries().map((country) => getCountryCallingCode(country)));
const LONGEST_CODE = 3;
const SHORTEST_NUMBER = 6;

/** @param phone in any form; without `+` no country is shown, and what is too short to be a number is hidden whole. */
export function redactPhone(phone: string): string {
  const digits = phone.replace(/\D/g, '');
  if (digits.length < SHORTEST_NUMBER) return '…';
  const code = phone.trimStart().startsWith('+') ? callingCodeOf(digits) : '';
  const hidden = '•'.repeat(digits.length - code.length - 2);
  return `${code === '' ? '' : `+${code}`}${hidden}${digits.slice(-2)}`;
}

function callingCodeOf(digits: string): string {
  for (let length = 1; length <= LONGEST_CODE; length += 1) {
    const code = digits.slice(0, length);
    if (CALLING_CODES.has(code)) return code;
  }
  return '';
}
