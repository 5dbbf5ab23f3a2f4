import fc from 'fast-check';
import { redactPhone } from '../../../../core/device/redact-phone';

describe('a phone number for logs', () => {
  test.each([
    ['+12025550123', '+1••••••••23', 'a country code of one digit'],
    ['+447700900123', '+44••••••••23', 'of two'],
    ['+353850000123', '+353•••••••23', 'of three'],
    ['+44 7700 900-123', '+44••••••••23', 'whatever its punctuation'],
    ['202-555-0106', '••••••••06', 'no country is made up'],
    ['0106', '…', 'a short one would be told by its last digits'],
    ['', '…', 'nothing'],
  ])('%p is shown as %p: %s', (phone, expected) => {
    expect(redactPhone(phone)).toBe(expected);
  });

  test('at most the country code and two digits are shown', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\+?[1-9][0-9]{6,14}$/), (phone) => {
        expect(redactPhone(phone).replace(/\D/g, '').length).toBeLessThanOrEqual(phone.startsWith('+') ? 5 : 2);
      }),
    );
  });
});
