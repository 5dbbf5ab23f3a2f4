import fc from 'fast-check';
import {
  getCountries,
  getCountryCallingCode,
  getExampleNumber,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/min';
import examples from 'libphonenumber-js/mobile/examples';
import { normalizePhone } from '../../../../core/device/phone-number';
import type { NoPhoneReason, PhoneOrigin } from '../../../../core/device/phone-number';

const US: PhoneOrigin = { homePlmn: '310260' };
const GB: PhoneOrigin = { homePlmn: '23410' };

/** What the library itself makes of a number, read without any of our short cuts. */
function byLibrary(text: string, defaultCountry?: ReturnType<typeof getCountries>[number]): string | null {
  const parsed = parsePhoneNumberFromString(text, defaultCountry === undefined ? {} : { defaultCountry });
  return parsed?.isPossible() === true ? parsed.number : null;
}

describe('a number becomes E.164', () => {
  test.each<[string, PhoneOrigin, string, string]>([
    ['+442079460000', {}, '+442079460000', 'E.164 already'],
    ['+12025550123', {}, '+12025550123', 'a number for fiction passes: length is what counts'],
    ['+15555550100', {}, '+15555550100', 'also one of no block'],
    ['+44 7700 900123', {}, '+447700900123', 'blanks'],
    ['+44 (0)7700 900123', {}, '+447700900123', 'the trunk zero that people write behind a country code'],
    ['+4407700900123', {}, '+447700900123', 'the same without brackets'],
    ['+39 06 555 0100', {}, '+39065550100', 'in Italy the zero belongs to the number'],
    ['tel:+442079460000', {}, '+442079460000', 'as a link'],
    [' +12025550123 ', {}, '+12025550123', 'blanks around it'],
    ['202-555-0106', US, '+12025550106', 'national, home network in the United States'],
    ['(202) 555-0106', US, '+12025550106', 'with brackets'],
    ['12025550106', US, '+12025550106', 'with the trunk 1'],
    ['020 7946 0000', GB, '+442079460000', 'national, home network in Britain'],
    ['447700900123', GB, '+447700900123', "with the country's own code and no plus"],
    ['07700\u00a0900\u2011123', GB, '+447700900123', 'with typographic blanks and dashes'],
    ['0030 21 0555 0100', {}, '+302105550100', 'dialled with 00, country unknown'],
    ['0044 7700 900123', { homePlmn: '26201' }, '+447700900123', 'dialled with 00 from a country where that is right'],
  ])('%p with %p is %s: %s', (raw, origin, expected) => {
    expect(normalizePhone(raw, origin)).toEqual({ phone: expected, reason: null });
  });

  test.each<[string | null | undefined, PhoneOrigin, NoPhoneReason, string]>([
    [null, US, 'blank', 'absent'],
    [undefined, US, 'blank', 'absent'],
    ['', US, 'blank', 'empty'],
    ['  ', US, 'blank', 'blanks'],
    ['+*******0016', US, 'masked', 'what Intune shows of a personal phone'],
    ['***-***-0016', US, 'masked', 'masked nationally'],
    ['XXX-XXX-0016', US, 'masked', 'masked with letters'],
    ['+1•••••••16', US, 'masked', 'as our own logs show it'],
    ['Unknown', US, 'placeholder', 'a word'],
    ['Not Available', US, 'placeholder', 'a word'],
    ['0', US, 'placeholder', 'a zero'],
    ['000-000-0000', US, 'placeholder', 'zeros'],
    ['9999999999', US, 'placeholder', 'one digit'],
    ['+10000000000', US, 'not-possible', 'zeros behind a country code'],
    ['+44444444444444', {}, 'not-possible', 'one digit'],
    ['1234567890', US, 'not-possible', 'no number behind +1 begins with 1'],
    ['651-555-0105 Ext111', US, 'extension', 'a desk, not a SIM'],
    ['651-555-0105x111', US, 'extension', 'in short'],
    ['651-555-0105 #111', US, 'extension', 'with a hash'],
    ['651-555-0105,111', US, 'extension', 'with a pause'],
    ['1-800-FLOWERS', US, 'not-a-number', 'letters on keys'],
    ['SIM 2', US, 'not-a-number', 'a name with a digit'],
    ['202-555-0106', {}, 'no-country', 'nothing tells the country'],
    ['202-555-0106', { homePlmn: '00101' }, 'no-country', 'a test network is in no country'],
    ['202-555-0106', { defaultCountry: 'ZZ' }, 'no-country', 'a country that does not exist'],
    ['555-0100', US, 'not-possible', 'without its area code'],
    ['+1555010', US, 'not-possible', 'too short'],
    ['+120255501234', US, 'not-possible', 'too long'],
    ['+999123456789', US, 'not-possible', 'no such country code'],
    ['202-555-0106 / 202-555-0107', US, 'not-possible', 'two numbers'],
  ])('%p with %p is none: %s, %s', (raw, origin, reason) => {
    expect(normalizePhone(raw, origin)).toEqual({ phone: null, reason });
  });
});

describe('the country of a national number', () => {
  const NATIONAL = '07700 900123';

  test.each<[PhoneOrigin, string, string]>([
    [
      { homePlmn: '23410', iccid: '8949000000000000017', defaultCountry: 'FR' },
      '+447700900123',
      'the home network first',
    ],
    [{ mcc: '234', iccid: '8949000000000000017', defaultCountry: 'FR' }, '+447700900123', 'its country code alone'],
    [
      { homePlmn: null, iccid: '8944100000000000017', defaultCountry: 'US' },
      '+447700900123',
      'then the issuer of the SIM',
    ],
    [{ homePlmn: '00101', iccid: '8944100000000000017', defaultCountry: 'US' }, '+447700900123', 'past a test network'],
    [
      { iccid: '8988300000000000017', defaultCountry: 'GB' },
      '+447700900123',
      'then the default: an international issuer tells nothing',
    ],
    [{ defaultCountry: 'gb' }, '+447700900123', 'in either case'],
  ])('%p: %s, %s', (origin, expected) => {
    expect(normalizePhone(NATIONAL, origin).phone).toBe(expected);
  });
});

describe('short cuts change nothing', () => {
  const international = fc
    .tuple(
      fc.constantFrom(...new Set(getCountries().map((country) => getCountryCallingCode(country)))),
      fc.stringMatching(/^[0-9]{5,11}$/),
    )
    .map(([code, rest]) => `+${code}${rest}`);

  test('an international number is what the library says, on the first and on every later reading', () => {
    fc.assert(
      fc.property(international, fc.stringMatching(/^[0-9]{4}$/), (number, tail) => {
        // +1 has a stricter rule of its own, and numbers of one digit are placeholders.
        fc.pre(!number.startsWith('+1') && number.length > 9 && !/(\d)\1{5}/.test(number));
        const neighbour = number.slice(0, -4) + tail;
        for (const text of [number, neighbour, number]) {
          fc.pre(!/(\d)\1{5}/.test(text));
          expect(normalizePhone(text, {}).phone).toBe(byLibrary(text));
        }
      }),
      { numRuns: 500 },
    );
  });

  test('a national number is what the library says, on the first and on every later reading', () => {
    const countries = ['GB', 'DE', 'FR', 'IT', 'BR', 'MX', 'AR', 'JP', 'AU', 'SE', 'HU'] as const;
    fc.assert(
      fc.property(
        fc.constantFrom(...countries),
        fc.stringMatching(/^0?[1-9][0-9]{7,10}$/),
        fc.stringMatching(/^[0-9]{4}$/),
        (country, number, tail) => {
          for (const text of [number, number.slice(0, -4) + tail, number]) {
            fc.pre(!/(\d)\1{5}/.test(text));
            expect(normalizePhone(text, { defaultCountry: country }).phone).toBe(byLibrary(text, country));
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test("every country's example mobile number is read, in both forms", () => {
    const missed = getCountries().filter((country) => {
      const example = getExampleNumber(country, examples);
      if (example === undefined) return false;
      const national = normalizePhone(example.formatNational(), { defaultCountry: country }).phone;
      const whole = normalizePhone(example.formatInternational(), {}).phone;
      return national !== example.number || whole !== example.number;
    });
    expect(missed).toEqual([]);
  });

  test('whatever the text, the answer is E.164 or a reason', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[+0-9() xX*.#-]{0,18}$/), (text) => {
        const { phone, reason } = normalizePhone(text, US);
        expect(phone === null).toBe(reason !== null);
        if (phone !== null) {
          expect(phone).toMatch(/^\+[1-9]\d{6,14}$/);
          expect(normalizePhone(phone, {}).phone).toBe(phone);
        }
      }),
    );
  });
});
