import fc from 'fast-check';
import { compareAppleVersions } from '../../../core/device/compare-apple-version';
import { makeModelIndex } from '../../../core/device/attainable-version';
import type { IsoTime } from '../../../core/device/managed-device';
import type { OsCatalog, OsRelease } from '../../../core/policy/os-catalog';
import { guardFeed } from '../../../feeds/guard-feed';

const NOW = Date.parse('2026-11-25T12:00:00.000Z');
const release = (version: string, models: readonly string[], releasedAt = '2026-11-16'): OsRelease => ({
  version,
  releasedAt,
  models,
});
const models = (count: number): string[] => Array.from({ length: count }, (_, at) => `iPhone17,${at}`);
const catalog = (releases: readonly OsRelease[], fields: Partial<OsCatalog> = {}): OsCatalog => ({
  source: 'sofa',
  checkedAt: '2026-11-25T06:00:00.000Z' as IsoTime,
  releases,
  ...fields,
});
const many = (count: number): OsRelease[] => Array.from({ length: count }, (_, at) => release(`26.${at}`, models(20)));
const finding = (lastGood: OsCatalog | null, fresh: OsCatalog): string | null =>
  guardFeed(lastGood, fresh, NOW)?.finding ?? null;

describe('a fresh feed', () => {
  const good = catalog(many(20));

  test.each<[string, OsCatalog | null, OsCatalog, string | null]>([
    ['the first one', null, good, null],
    ['the same again', good, good, null],
    ['one more release', good, catalog([...many(20), release('27.0', models(20))]), null],
    ['one more model', good, catalog([...many(20), release('26.19', ['iPhone19,1'])]), null],
    ['a tenth of the releases less', good, catalog(many(20).slice(2)), null],
    ['more than a tenth of the releases less', good, catalog(many(20).slice(3)), 'shrunken'],
    ['a tenth of the models less', good, catalog(many(20).map((each) => ({ ...each, models: models(18) }))), null],
    [
      'more than a tenth of the models less',
      good,
      catalog(many(20).map((each) => ({ ...each, models: models(17) }))),
      'shrunken',
    ],
    ['the newest release gone', good, catalog(many(19)), 'shrunken'],
    ['the newest release gone for one model', good, catalog([...many(19), release('26.19', models(19))]), 'shrunken'],
    ['nothing at all', good, catalog([]), 'shrunken'],
  ])('with %s', (_, lastGood, fresh, expected) => {
    expect(finding(lastGood, fresh)).toBe(expected);
  });

  test.each<[string, Partial<OsCatalog>, string | null]>([
    ['14 days ago', { checkedAt: '2026-11-11T06:00:00.000Z' as IsoTime }, null],
    ['15 days ago', { checkedAt: '2026-11-10T06:00:00.000Z' as IsoTime }, 'stale'],
    ['in the future, by a clock that is ahead', { checkedAt: '2026-11-26T06:00:00.000Z' as IsoTime }, null],
  ])('last checked %s', (_, fields, expected) => {
    expect(finding(null, catalog(many(3), fields))).toBe(expected);
    expect(finding(good, { ...good, ...fields })).toBe(expected);
  });

  test('SOFA keeps its history: an old newest release is no sign of age', () => {
    expect(finding(null, catalog([release('26.6', models(3), '2025-01-01')]))).toBeNull();
  });

  test.each<[string, string | null, string]>([
    ['2026-09-01', null, 'Apple posts nothing for weeks'],
    ['2026-08-26', 'stale', 'but not for months'],
  ])("Apple's own catalogue whose newest posting is of %s: %p, %s", (posted, expected) => {
    expect(finding(null, catalog([release('26.6', models(3), posted)], { source: 'gdmf' }))).toBe(expected);
  });

  test("Apple's own catalogue drops what has expired: fewer releases are no loss, fewer models are", () => {
    const before = catalog(many(20), { source: 'gdmf' });
    expect(finding(before, { ...before, releases: many(20).slice(12) })).toBeNull();
    expect(finding(before, { ...before, releases: [release('26.19', models(10))] })).toBe('shrunken');
  });

  test('the reason names what was lost', () => {
    expect(guardFeed(good, catalog(many(19)), NOW)?.reason).toBe(
      'gives iPhone17,0 an older newest release than before',
    );
    expect(guardFeed(good, catalog([]), NOW)?.reason).toBe('lists 0 models where it listed 20');
  });

  test('whatever is accepted, no model that is still listed reaches less than before', () => {
    const releases = fc.array(
      fc
        .tuple(fc.constantFrom('18.7', '26.5', '26.6.1', '27.0'), fc.subarray(models(4)))
        .map(([version, some]) => release(version, some)),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(releases, releases, (some, others) => {
        const [before, after] = [catalog(some), catalog(others)];
        if (guardFeed(before, after, NOW) !== null) return;
        const index = makeModelIndex(after);
        for (const [model, highest] of makeModelIndex(before)) {
          const now = index.get(model);
          if (now !== undefined) expect(compareAppleVersions(now, highest)).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});
