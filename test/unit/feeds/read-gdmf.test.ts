import type { IsoTime } from '../../../core/device/managed-device';
import { MalformedFeed } from '../../../feeds/feed-result';
import { readGdmf } from '../../../feeds/read-gdmf';

const SERVED = '2026-08-22T10:00:00.000Z' as IsoTime;
const row = (ProductVersion: string, SupportedDevices: readonly string[], PostingDate = '2026-08-17') => ({
  ProductVersion,
  Build: '23G83',
  PostingDate,
  ExpirationDate: '2026-11-20',
  SupportedDevices,
});
const PHONE = row('26.6.1', ['iPhone17,3', 'iPad15,3']);

function read(PublicAssetSets: unknown, more: Record<string, unknown> = {}) {
  return readGdmf(JSON.stringify({ PublicAssetSets, ...more }), SERVED);
}

describe("Apple's update catalogue", () => {
  test('becomes a catalog as of the moment it was served, since it states no time', () => {
    expect(read({ iOS: [PHONE] })).toEqual({
      catalog: {
        source: 'gdmf',
        checkedAt: SERVED,
        releases: [{ version: '26.6.1', releasedAt: '2026-08-17', models: ['iPad15,3', 'iPhone17,3'] }],
      },
      warnings: [],
    });
  });

  test('rows of watches and television sets under the key iOS are dropped, also inside a row', () => {
    const rows = [
      PHONE,
      row('26.6', ['Watch6,1']),
      row('11.6.2', ['AppleTV11,1']),
      row('26.5', ['iPhone17,3', 'AudioAccessory5,1']),
    ];
    expect(read({ iOS: rows }).catalog.releases.map(({ version, models }) => [version, ...models])).toEqual([
      ['26.6.1', 'iPad15,3', 'iPhone17,3'],
      ['26.5', 'iPhone17,3'],
    ]);
  });

  test('rows of one version are one release, from the public and the managed list alike', () => {
    const { catalog } = read(
      { iOS: [PHONE, row('26.6.1', ['iPhone18,1'], '2026-08-20')] },
      { AssetSets: { iOS: [row('26.6.1', ['iPhone12,1'], '2026-08-16')] } },
    );
    expect(catalog.releases).toEqual([
      { version: '26.6.1', releasedAt: '2026-08-16', models: ['iPad15,3', 'iPhone12,1', 'iPhone17,3', 'iPhone18,1'] },
    ]);
  });

  test('background security improvements are releases of their own', () => {
    const improvement = { ...row('26.3.1', ['iPhone17,3']), ProductVersionExtra: '(a)' };
    const { catalog } = read({ iOS: [PHONE] }, { PublicBackgroundSecurityImprovements: { iOS: [improvement] } });
    expect(catalog.releases.map(({ version }) => version)).toEqual(['26.6.1', '26.3.1 (a)']);
  });

  test.each<[object, string]>([
    [{}, 'no list for iOS'],
    [{ iOS: [] }, 'an empty list'],
    [{ iOS: [row('26.6', ['Watch6,1'])] }, 'no row for a phone'],
    [{ iOS: [row('17.7.11', ['iPad7,1'])] }, 'rows for tablets only'],
    [{ iOS: [{ ...PHONE, PostingDate: undefined }] }, 'a row without a date'],
    [{ iOS: [{ ...PHONE, SupportedDevices: null }] }, 'a row without devices'],
  ])('%j is malformed: %s', (sets) => {
    expect(() => read(sets)).toThrow(MalformedFeed);
  });

  test('text that is no JSON is malformed, and the message does not quote it', () => {
    expect(() => readGdmf('<html>secret</html>', SERVED)).toThrow(/^the answer is not JSON$/);
  });
});
