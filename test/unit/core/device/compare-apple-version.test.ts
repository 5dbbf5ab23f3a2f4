import fc from 'fast-check';
import {
  compareAppleVersions,
  formatAppleVersion,
  joinAppleVersion,
  parseAppleVersion,
} from '../../../../core/device/compare-apple-version';
import type { AppleVersion } from '../../../../core/device/compare-apple-version';

const parse = (text: string): AppleVersion => {
  const version = parseAppleVersion(text);
  if (version === null) throw new Error(`no version: ${text}`);
  return version;
};

const anyVersion: fc.Arbitrary<AppleVersion> = fc.record({
  major: fc.constantFrom(1, 17, 18, 26, 27, 31),
  minor: fc.integer({ min: 0, max: 12 }),
  patch: fc.integer({ min: 0, max: 12 }),
  stage: fc.constantFrom(0 as const, 1 as const, 2 as const),
  stageNo: fc.integer({ min: 0, max: 12 }),
  improvement: fc.integer({ min: 0, max: 26 }),
});
/** As versions come out of text: a number belongs to a beta or candidate only. */
const printable = anyVersion.map((version) => (version.stage === 2 ? { ...version, stageNo: 0 } : version));

describe('reading an Apple version', () => {
  test.each([
    ['26.5', '26.5', 'as it is'],
    [' 26.5 ', '26.5', 'blanks around it'],
    ['26', '26.0', 'missing parts are 0'],
    ['26.5.0', '26.5', 'a trailing 0 changes nothing'],
    ['iOS 26.5', '26.5', 'the product name is dropped'],
    ['iPadOS 17.7.11', '17.7.11', 'and so is the other one'],
    ['26.3.1 (a)', '26.3.1 (a)', 'Jamf Pro and GDMF: in brackets'],
    ['26.3.1(a)', '26.3.1 (a)', 'without a blank'],
    ['26.3.1 a', '26.3.1 (a)', "a device's own status: alone"],
    ['26.3.1 (A)', '26.3.1 (a)', 'in capitals'],
    ['26.5 beta 4', '26.5 beta 4', 'a beta'],
    ['26.5 beta', '26.5 beta', 'a beta without its number; "b" is no letter of an improvement here'],
    ['26.5 RC 2', '26.5 RC 2', 'a release candidate'],
    ['11.2.1 (20D74)', '11.2.1', 'Intune prints the build behind it'],
    ['26.3.1 (a) (23D771330a)', '26.3.1 (a)', 'both'],
  ])('%s is %s: %s', (text, expected) => {
    expect(formatAppleVersion(parse(text))).toBe(expected);
  });

  test.each<[string | null | undefined, string]>([
    [null, 'absent'],
    [undefined, 'absent'],
    ['', 'empty'],
    ['Unknown', 'a word'],
    ['iPadOS', 'a product without a version'],
    ['0.0', 'a placeholder'],
    ['19.0', 'Apple went from 18 to 26'],
    ['25.1', 'Apple went from 18 to 26'],
    ['26.5.1.2', 'four parts'],
    ['26,5', 'a comma'],
    ['-26.5', 'a sign'],
    ['26.5 gamma 1', 'a stage that does not exist'],
    ['26.5 (ab)', 'two letters'],
    ['16.0.0 Nougat', 'another system'],
  ])('%p is unknown: %s', (text) => {
    expect(parseAppleVersion(text)).toBeNull();
  });

  test.each([
    ['26.3.1', '(a)', '26.3.1 (a)'],
    ['26.3.1', 'a', '26.3.1 (a)'],
    ['26.3.1', ' A ', '26.3.1 (a)'],
    ['26.3.1', '', '26.3.1'],
    ['26.3.1', null, '26.3.1'],
    ['26.3.1', 'none', '26.3.1'],
  ])('version %s with extra %p is %s', (version, extra, expected) => {
    expect(joinAppleVersion(version, extra)).toBe(expected);
  });

  test('the same text always gives the same answer, also when thousands of others were read between', () => {
    const before = [parseAppleVersion('26.5.1'), parseAppleVersion('Unknown')];
    for (let at = 0; at < 5000; at += 1) parseAppleVersion(`26.${at % 1000}.${Math.floor(at / 1000)}`);
    expect([parseAppleVersion('26.5.1'), parseAppleVersion('Unknown')]).toEqual(before);
  });
});

describe('the order of Apple versions', () => {
  test.each([
    ['18.7.9', '18.7.10', 'numbers, not text'],
    ['18.7.10', '26', 'the jump from 18 to 26'],
    ['26.3.1', '26.3.1 (a)', 'an improvement comes after its base version'],
    ['26.3.1 (a)', '26.3.1 (b)', 'improvements follow each other'],
    ['26.3.1 (b)', '26.3.2', 'and end with the next version'],
    ['26.5 beta 9', '26.5 beta 10', 'betas by number'],
    ['26.5 beta 10', '26.5 RC', 'betas before candidates'],
    ['26.5 RC 2', '26.5', 'candidates before the release'],
    ['26.4.2', '26.5 beta 1', 'a beta is newer than the release before it'],
  ])('%s comes before %s: %s', (lower, higher) => {
    expect(compareAppleVersions(parse(lower), parse(higher))).toBeLessThan(0);
    expect(compareAppleVersions(parse(higher), parse(lower))).toBeGreaterThan(0);
  });

  test('it is total: antisymmetric, transitive, and equal only for the same version', () => {
    fc.assert(
      fc.property(anyVersion, anyVersion, anyVersion, (a, b, c) => {
        expect(Math.sign(compareAppleVersions(a, b))).toBe(-Math.sign(compareAppleVersions(b, a)) + 0);
        if (compareAppleVersions(a, b) <= 0 && compareAppleVersions(b, c) <= 0) {
          expect(compareAppleVersions(a, c)).toBeLessThanOrEqual(0);
        }
        if (compareAppleVersions(a, b) === 0) expect(a).toEqual(b);
      }),
    );
  });

  test('a version that is printed and read again is the same', () => {
    fc.assert(fc.property(printable, (version) => expect(parse(formatAppleVersion(version))).toEqual(version)));
  });

  test('text that is read never throws, and what is read prints as something that reads the same', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[iOS 0-9.()abetRC]{0,16}$/), (text) => {
        const version = parseAppleVersion(text);
        if (version !== null) expect(parse(formatAppleVersion(version))).toEqual(version);
      }),
    );
  });
});
