import fc from 'fast-check';
import { buildChannel, compareAppleBuilds, isSameRelease, parseAppleBuild } from '../../../../core/device/apple-build';

describe('the channel of a build', () => {
  test.each<[string | null, string, string]>([
    ['23F77', 'release', 'iOS 26.5'],
    ['23F6077', 'release', 'the same for some devices'],
    ['23D8133', 'release', 'another such number'],
    ['24A5418b', 'beta', '5000 to 5999 with a letter'],
    ['23B5073a', 'beta', '5000 to 5999 with a letter'],
    ['23D771330a', 'improvement', 'six digits and a letter'],
    ['23T570', 'other-platform', 'watchOS'],
    ['23J352', 'other-platform', 'tvOS'],
    ['23L773', 'other-platform', 'tvOS'],
    ['25G83', 'other-platform', 'macOS 26 uses the letters of iOS'],
    ['23F5077', 'unknown', 'the number of a beta without its letter'],
    ['23F77a', 'unknown', 'a letter where no rule knows one'],
    ['', 'unknown', 'empty'],
    [null, 'unknown', 'absent'],
    ['23f77', 'unknown', 'not as Apple prints it'],
    ['26.5', 'unknown', 'a version'],
  ])('%p is %s: %s', (build, expected) => {
    expect(buildChannel(build)).toBe(expected);
  });
});

describe('two builds of one release', () => {
  test.each([
    ['23F77', '23F6077', true, '6000 more for some devices'],
    ['23F77', '23F77', true, 'itself'],
    ['23F77', '23F78', false, 'another number'],
    ['23F77', '23G6077', false, 'another letter'],
    ['22F77', '23F6077', false, 'another line'],
    ['23F6077a', '23F77', false, 'the rule is for numbers without a letter'],
    ['', '', false, 'two unknown builds are not the same'],
  ])('%p and %p: %p, %s', (one, other, expected) => {
    expect(isSameRelease(one, other)).toBe(expected);
    expect(isSameRelease(other, one)).toBe(expected);
  });
});

describe('the order of builds', () => {
  test.each([
    ['23E5223k', '23E5234a', 'by number'],
    ['23E5223f', '23E5223k', 'then by letter'],
    ['23E5234a', '23E244', 'betas before releases, though their numbers are higher'],
    ['23F77', '23F6081', 'the 6000 does not count'],
  ])('%s comes before %s: %s', (lower, higher) => {
    expect(compareAppleBuilds(lower, higher)).toBeLessThan(0);
    expect(compareAppleBuilds(higher, lower)).toBeGreaterThan(0);
  });

  test.each([
    ['23E244', '23F77', 'letters do not order releases'],
    ['22H352', '23A341', 'nor do lines'],
    ['23F77', '', 'unknown is never ordered'],
  ])('%s and %p have none: %s', (one, other) => {
    expect(compareAppleBuilds(one, other)).toBeNull();
    expect(compareAppleBuilds(other, one)).toBeNull();
  });

  test('inside one letter it is antisymmetric and transitive', () => {
    const build = fc
      .tuple(fc.constantFrom(1, 77, 244, 5223, 5234, 6077, 6244, 771330), fc.constantFrom('', 'a', 'k'))
      .map(([number, suffix]) => `23E${number}${suffix}`);
    const order = (one: string, other: string): number => compareAppleBuilds(one, other) ?? Number.NaN;
    fc.assert(
      fc.property(build, build, build, (a, b, c) => {
        expect(Math.sign(order(a, b))).toBe(-Math.sign(order(b, a)) + 0);
        if (order(a, b) <= 0 && order(b, c) <= 0) expect(order(a, c)).toBeLessThanOrEqual(0);
      }),
    );
  });

  test('a build is read into its parts', () => {
    expect(parseAppleBuild(' 23D771330a ')).toEqual({ line: 23, letter: 'D', number: 771330, suffix: 'a' });
  });
});
