import { MalformedFeed } from '../../../feeds/feed-result';
import { readSofa } from '../../../feeds/read-sofa';

const LATEST = {
  ProductVersion: '26.6.1',
  Build: '23G83',
  ReleaseDate: '2026-08-17T00:00:00Z',
  SupportedDevices: ['iPhone17,3', 'iPad15,3'],
};

/** A feed with one train, to be spoiled field by field. */
function feed(fields: Record<string, unknown> = {}, train: Record<string, unknown> = {}): string {
  return JSON.stringify({
    SchemaVersion: '2026.04.11.2',
    Version: '2.0',
    LastCheck: '2026-08-22T18:45:03.083466422+00:00',
    OSVersions: [{ OSVersion: '26', Latest: LATEST, SecurityReleases: [LATEST], ...train }],
    ...fields,
  });
}

function releases(text: string): Record<string, readonly string[]> {
  return Object.fromEntries(readSofa(text).catalog.releases.map(({ version, models }) => [version, models]));
}

describe('the SOFA feed', () => {
  test('becomes a catalog with the time of its last check', () => {
    expect(readSofa(feed())).toEqual({
      catalog: {
        source: 'sofa',
        checkedAt: '2026-08-22T18:45:03.083Z',
        releases: [{ version: '26.6.1', releasedAt: '2026-08-17', models: ['iPad15,3', 'iPhone17,3'] }],
      },
      warnings: [],
    });
  });

  test.each<[string[] | null | undefined, string]>([
    [undefined, 'left out'],
    [null, 'null'],
    [[], 'empty'],
  ])('devices that are %p are those of the latest release: %s', (SupportedDevices) => {
    const older = { ProductVersion: '26.4', ReleaseDate: '2026-03-24T00:00:00Z', SupportedDevices };
    expect(releases(feed({}, { SecurityReleases: [LATEST, older] }))['26.4']).toEqual(['iPad15,3', 'iPhone17,3']);
  });

  test("a release's own devices win: 26.5.1 was made for some models only", () => {
    const special = { ProductVersion: '26.5.1', ReleaseDate: '2026-06-01T00:00:00Z', SupportedDevices: ['iPhone18,1'] };
    expect(releases(feed({}, { SecurityReleases: [LATEST, special] }))['26.5.1']).toEqual(['iPhone18,1']);
  });

  test('the latest release counts, though it may not stand among the others', () => {
    expect(Object.keys(releases(feed({}, { SecurityReleases: [] })))).toEqual(['26.6.1']);
  });

  test('entries that repeat a version are one release: all their devices, their first date', () => {
    const twice = [
      { ProductVersion: '18.7.7', ReleaseDate: '2026-03-25T00:00:00Z', SupportedDevices: ['iPhone12,1'] },
      { ProductVersion: '18.7.7', ReleaseDate: '2026-03-24T00:00:00Z', SupportedDevices: ['iPhone11,8', 'iPhone12,1'] },
    ];
    const { catalog } = readSofa(feed({}, { SecurityReleases: twice }));
    expect(catalog.releases.filter(({ version }) => version === '18.7.7')).toEqual([
      { version: '18.7.7', releasedAt: '2026-03-24', models: ['iPhone11,8', 'iPhone12,1'] },
    ]);
  });

  test('newest first, by version and not by text', () => {
    const some = ['18.7.9', '26.0', '18.7.10', '27.0'].map((ProductVersion) => ({ ...LATEST, ProductVersion }));
    expect(Object.keys(releases(feed({}, { SecurityReleases: some })))).toEqual([
      '27.0',
      '26.6.1',
      '26.0',
      '18.7.10',
      '18.7.9',
    ]);
  });

  test('builds are never read, whatever stands there', () => {
    const odd = { ...LATEST, ProductVersion: '26.5', Build: 17, AllBuilds: null };
    expect(releases(feed({}, { SecurityReleases: [odd] }))['26.5']).toEqual(['iPad15,3', 'iPhone17,3']);
  });

  test('background security improvements are releases of their own', () => {
    const improvements = {
      '26': [{ Version: '26.3.1', VersionExtra: '(a)', PostingDate: '2026-03-17', SupportedDevices: ['iPhone17,3'] }],
    };
    expect(releases(feed({ BackgroundSecurityImprovements: improvements }))['26.3.1 (a)']).toEqual(['iPhone17,3']);
  });

  test('a version that cannot be compared is left out and said', () => {
    const odd = { ...LATEST, ProductVersion: '19.0' };
    const { catalog, warnings } = readSofa(feed({}, { SecurityReleases: [odd] }));
    expect(catalog.releases.map(({ version }) => version)).toEqual(['26.6.1']);
    expect(warnings).toEqual(['left out "19.0", which is no iOS version']);
  });

  test.each([
    ['', 'nothing'],
    ['<html>Bad gateway</html>', 'an error page'],
    [feed().slice(0, -20), 'a cut document'],
    ['[]', 'another document'],
    [feed({ Version: '1.0' }), 'version 1, whose device lists are empty'],
    [feed({ Version: undefined }), 'no version'],
    [feed({ LastCheck: 'yesterday' }), 'no time of check'],
    [feed({ LastCheck: '0001-01-01T00:00:00Z' }), 'a time of check that means "never"'],
    [feed({ OSVersions: [] }), 'no train'],
    [feed({}, { Latest: undefined }), 'a train without its latest release'],
    [feed({}, { SecurityReleases: [{ ...LATEST, ReleaseDate: 'soon' }] }), 'a release without a date'],
    [feed({}, { SecurityReleases: [{ ...LATEST, SupportedDevices: 'all' }] }), 'devices that are no list'],
  ])('%# is malformed as a whole: %p', (text) => {
    expect(() => readSofa(text)).toThrow(MalformedFeed);
  });
});
