import fc from 'fast-check';
import { canReach, highestAttainable, makeModelIndex } from '../../../../core/device/attainable-version';
import {
  compareAppleVersions,
  formatAppleVersion,
  parseAppleVersion,
} from '../../../../core/device/compare-apple-version';
import type { AppleVersion } from '../../../../core/device/compare-apple-version';
import type { IsoTime } from '../../../../core/device/managed-device';
import type { OsCatalog, OsRelease } from '../../../../core/policy/os-catalog';

const version = (text: string): AppleVersion => {
  const parsed = parseAppleVersion(text);
  if (parsed === null) throw new Error(`no version: ${text}`);
  return parsed;
};
const release = (text: string, ...models: string[]): OsRelease => ({ version: text, releasedAt: '2026-08-17', models });
const catalog = (...releases: OsRelease[]): OsCatalog => ({
  source: 'sofa',
  checkedAt: '2026-08-22T00:00:00.000Z' as IsoTime,
  releases,
});

/** An old phone that ends with 18.7.10, a phone that goes on, and one that a single release was made for. */
const index = makeModelIndex(
  catalog(
    release('26.6.1', 'iPhone17,3', 'iPhone18,1'),
    release('26.5.1', 'iPhone18,1'),
    release('26.3.1 (a)', 'iPhone17,3'),
    release('18.7.10', 'iPhone11,8'),
    release('18.7.9', 'iPhone11,8', 'iPhone17,3'),
    release('nonsense', 'iPhone11,8', 'iPhone1,1'),
    release('27.0'),
  ),
);

describe('what a model can reach', () => {
  test.each([
    ['iPhone11,8', '18.7.10'],
    ['iPhone17,3', '26.6.1'],
    ['iPhone18,1', '26.6.1'],
    ['iPhone1,1', null],
    [null, null],
  ])('%p reaches %p', (model, expected) => {
    const highest = highestAttainable(index, model);
    expect(highest === null ? null : formatAppleVersion(highest)).toBe(expected);
  });

  test.each<[string | null, string, 'yes' | 'no' | 'unknown', string]>([
    ['iPhone17,3', '26.5', 'yes', 'a release of its own is above it'],
    ['iPhone17,3', '26.6.1', 'yes', 'its newest release is the minimum'],
    ['iPhone17,3', '26.5.1', 'yes', 'that one was never made for it, yet a later one was'],
    ['iPhone17,3', '18.7.10', 'yes', 'it can leave the train'],
    ['iPhone11,8', '18.7.10', 'yes', 'its last release'],
    ['iPhone11,8', '26.5', 'no', 'the train exists, without this model'],
    ['iPhone11,8', '27.0', 'unknown', 'the feed lists that release for nobody'],
    ['iPhone11,8', '18.7.11', 'unknown', 'newer than all of its train: the feed is behind, or nobody can'],
    ['iPhone17,3', '26.7', 'unknown', 'newer than all of its train'],
    ['iPhone1,1', '26.5', 'unknown', 'a model that the feed does not list is not "unsupported"'],
    [null, '26.5', 'unknown', 'the MDM does not tell the model'],
  ])('%p and minimum %s: %s, %s', (model, minimum, expected) => {
    expect(canReach(index, model, version(minimum))).toBe(expected);
  });

  test('an empty feed knows nothing', () => {
    expect(canReach(makeModelIndex(catalog()), 'iPhone17,3', version('26.5'))).toBe('unknown');
  });

  test('the order of releases changes nothing, and more releases never turn yes into no', () => {
    const releases = fc.array(
      fc
        .tuple(
          fc.constantFrom('18.7', '18.7.10', '26.0', '26.5', '26.6.1', '27.0'),
          fc.subarray(['iPhone11,8', 'iPhone17,3', 'iPhone18,1']),
        )
        .map(([text, models]) => release(text, ...models)),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(releases, releases, fc.constantFrom('18.7.10', '26.5', '27.0'), (some, more, minimum) => {
        const before = makeModelIndex(catalog(...some));
        expect([...makeModelIndex(catalog(...some.toReversed()))].sort()).toEqual([...before].sort());
        const after = makeModelIndex(catalog(...some, ...more));
        for (const [model, highest] of before) {
          const now = highestAttainable(after, model);
          expect(now === null ? -1 : compareAppleVersions(now, highest)).toBeGreaterThanOrEqual(0);
          if (canReach(before, model, version(minimum)) === 'yes') {
            expect(canReach(after, model, version(minimum))).toBe('yes');
          }
        }
      }),
    );
  });
});
