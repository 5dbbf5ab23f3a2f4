/** Slices of the real feeds of 2026-08-22, and what they become. */
import { readFileSync } from 'node:fs';
import { canReach, highestAttainable, makeModelIndex } from '../../../core/device/attainable-version';
import type { ModelIndex } from '../../../core/device/attainable-version';
import { formatAppleVersion, parseAppleVersion } from '../../../core/device/compare-apple-version';
import type { IsoTime } from '../../../core/device/managed-device';
import type { OsRelease } from '../../../core/policy/os-catalog';
import { readGdmf } from '../../../feeds/read-gdmf';
import { readSofa } from '../../../feeds/read-sofa';
import { guardFeed } from '../../../feeds/guard-feed';
import { describeWithVectors, vectorPath } from '../../support/vectors';

const NEXT_DAY = Date.parse('2026-08-23T00:00:00.000Z');
const SERVED = '2026-08-22T20:00:00.000Z' as IsoTime;
const SPECIAL = ['iPhone18,1', 'iPhone18,2', 'iPhone18,3', 'iPhone18,4', 'iPhone18,5'];

const text = (name: string): string => readFileSync(vectorPath('feeds', name), 'utf8');
const find = (releases: readonly OsRelease[], version: string): OsRelease | undefined =>
  releases.find((each) => each.version === version);
const highest = (index: ModelIndex, model: string): string | null => {
  const version = highestAttainable(index, model);
  return version === null ? null : formatAppleVersion(version);
};
const reach = (index: ModelIndex, model: string, minimum: string): string => {
  const version = parseAppleVersion(minimum);
  return version === null ? 'no version' : canReach(index, model, version);
};

describeWithVectors('the real SOFA feed', () => {
  test('is read whole, without a complaint', () => {
    const { catalog, warnings } = readSofa(text('sofa_v2_ios_slice.json'));
    expect(warnings).toEqual([]);
    expect(catalog.source).toBe('sofa');
    expect(catalog.checkedAt).toBe('2026-08-22T18:45:03.083Z');
    // 12 releases of each of three trains, of which 18.7.7 stands twice, and one background security improvement.
    expect(catalog.releases.map(({ version }) => version)).toEqual([
      ...['26.6.1', '26.6', '26.5.2', '26.5.1', '26.5', '26.4.2', '26.4.1', '26.4', '26.3.1 (a)', '26.3.1', '26.3'],
      ...['26.2.1', '26.2', '18.7.10', '18.7.9', '18.7.8', '18.7.7', '18.7.6', '18.7.5', '18.7.4', '18.7.3', '18.7.2'],
      ...['18.7.1', '18.7', '17.7.11', '17.7.10', '17.7.9', '17.7.8', '17.7.7', '17.7.6', '17.7.5', '17.7.4', '17.7.3'],
      ...['17.7.2', '17.7.1', '17.7'],
    ]);
    expect(catalog.releases.filter(({ models }) => models.length === 0)).toEqual([]);
  });

  test('devices: own lists stay, missing ones come from the latest release', () => {
    const { releases } = readSofa(text('sofa_v2_ios_slice.json')).catalog;
    expect(find(releases, '26.5.1')).toEqual({
      version: '26.5.1',
      releasedAt: '2026-06-01',
      models: ['iPhone18,1', 'iPhone18,2', 'iPhone18,3', 'iPhone18,4'],
    });
    expect(find(releases, '26.4')?.models).toEqual(find(releases, '26.6.1')?.models);
    expect(find(releases, '18.7.10')?.models).toEqual(['iPad7,11', 'iPad7,12', 'iPhone11,2', 'iPhone11,4']);
    expect(find(releases, '17.7.11')?.models).toEqual(['iPad7,1', 'iPad7,2', 'iPad7,3', 'iPad7,4']);
  });

  test('what models can reach: an old phone ends with 18, a model that the slice leaves out is unknown', () => {
    const index = makeModelIndex(readSofa(text('sofa_v2_ios_slice.json')).catalog);
    expect(['iPhone11,2', 'iPad11,1', 'iPad7,1', 'iPhone17,3'].map((model) => highest(index, model))).toEqual([
      '18.7.10',
      '26.6.1',
      '17.7.11',
      null,
    ]);
    expect(reach(index, 'iPhone11,2', '26.5')).toBe('no');
    expect(reach(index, 'iPhone11,2', '18.7.10')).toBe('yes');
    expect(reach(index, 'iPhone17,3', '26.5')).toBe('unknown');
    // The slice ends before iOS 27: it cannot know who reaches it.
    expect(reach(index, 'iPhone11,2', '27.0.1')).toBe('unknown');
  });

  test('is good the next day and stale two weeks later', () => {
    const { catalog } = readSofa(text('sofa_v2_ios_slice.json'));
    expect(guardFeed(catalog, catalog, NEXT_DAY)).toBeNull();
    expect(guardFeed(catalog, catalog, Date.parse('2026-09-06T19:00:00.000Z'))?.finding).toBe('stale');
  });
});

describeWithVectors("Apple's real catalogue", () => {
  test('holds phones and tablets only, each version once', () => {
    const { catalog, warnings } = readGdmf(text('gdmf_pmv_slice.json'), SERVED);
    expect(warnings).toEqual([]);
    expect(catalog.releases.map(({ version }) => version)).toEqual([
      ...['26.6.1', '26.6', '26.5.2', '26.5.1', '26.5', '26.3.1 (a)', '18.7.10', '18.7.9', '18.7.8', '17.7.11'],
      ...['16.7.16', '15.8.8', '12.5.8'],
    ]);
    const kinds = new Set(catalog.releases.flatMap(({ models }) => models.map((model) => model.replace(/\d.*/, ''))));
    expect([...kinds].sort()).toEqual(['iPad', 'iPhone']);
  });

  test('26.5.1 is for five models, and 26.5.2 for those and others: rows of one version are merged', () => {
    const { releases } = readGdmf(text('gdmf_pmv_slice.json'), SERVED).catalog;
    expect(find(releases, '26.5.1')?.models).toEqual(SPECIAL);
    expect(find(releases, '26.5.2')?.models).toEqual(expect.arrayContaining(['iPhone12,1', 'iPhone18,1', 'iPad15,3']));
  });

  test('what models can reach', () => {
    const index = makeModelIndex(readGdmf(text('gdmf_pmv_slice.json'), SERVED).catalog);
    expect(
      ['iPhone12,1', 'iPhone11,8', 'iPhone10,1', 'iPhone8,1', 'iPhone6,1'].map((model) => highest(index, model)),
    ).toEqual(['26.6.1', '18.7.10', '16.7.16', '15.8.8', '12.5.8']);
    expect(reach(index, 'iPhone11,8', '26.5')).toBe('no');
    expect(reach(index, 'iPhone12,1', '26.5.1')).toBe('yes');
    expect(reach(index, 'Watch6,1', '26.5')).toBe('unknown');
  });

  test('is good the day it was served, and not when it has posted nothing for months', () => {
    const { catalog } = readGdmf(text('gdmf_pmv_slice.json'), SERVED);
    expect(guardFeed(catalog, catalog, NEXT_DAY)).toBeNull();
    const later = { ...catalog, checkedAt: '2026-11-25T00:00:00.000Z' as IsoTime };
    expect(guardFeed(catalog, later, Date.parse('2026-11-25T12:00:00.000Z'))?.finding).toBe('stale');
  });

  test('agrees with SOFA where both list a model', () => {
    const [gdmf, sofa] = [
      makeModelIndex(readGdmf(text('gdmf_pmv_slice.json'), SERVED).catalog),
      makeModelIndex(readSofa(text('sofa_v2_ios_slice.json')).catalog),
    ];
    const shared = [...gdmf.keys()].filter((model) => sofa.has(model) && !SPECIAL.includes(model));
    expect(shared.length).toBeGreaterThan(5);
    // The slices keep a few devices of each list, so that SPECIAL ends early in one of them; the others must agree.
    expect(shared.filter((model) => highest(gdmf, model) !== highest(sofa, model))).toEqual([]);
  });
});
