import { formatTime } from '../../../core/device/iso-time';
import { readGdmf } from '../../../feeds/read-gdmf';
import { readSofa } from '../../../feeds/read-sofa';
import { APPLE_MODELS, APPLE_RELEASES, isOffered } from '../../../simulators/fleet/apple-catalog';
import { gdmfFeed } from '../../../simulators/release-feeds/gdmf-feed';
import { makeFeedSimulator } from '../../../simulators/release-feeds';
import { sofaFeed } from '../../../simulators/release-feeds/sofa-feed';

const NOW = Date.parse('2026-11-25T08:00:00Z');
const DAY = 86_400_000;

/** Both feeds as the product reads them: a simulator that only its own tests can read would be worth little. */
const FEEDS = [
  ['SOFA', sofaFeed, readSofa],
  // The document has no time of its own, so the reader is told when it was served.
  ['GDMF', gdmfFeed, (text: string) => readGdmf(text, formatTime(NOW))],
] as const;

describe.each(FEEDS)('%s', (_name, feed, read) => {
  const catalogOf = (state: Parameters<typeof feed>[0]) => read(JSON.stringify(feed(state, NOW))).catalog;

  test('every release of the fleet is there, for exactly the models it is offered to', () => {
    const { releases } = catalogOf('fresh');
    for (const release of APPLE_RELEASES) {
      const models = releases.filter(({ version }) => version === release.version).flatMap((one) => one.models);
      const offered = APPLE_MODELS.filter((model) => isOffered(release, model)).map(({ id }) => id);
      expect({ version: release.version, models: [...new Set(models)].sort() }).toEqual({
        version: release.version,
        models: offered.sort(),
      });
    }
  });

  test('a malformed one cannot be read, a shrunken one can and has lost most', () => {
    expect(() => catalogOf('malformed')).toThrow();
    expect(catalogOf('shrunken').releases.length).toBeLessThan(catalogOf('fresh').releases.length / 2);
  });
});

test.each([
  ['fresh', 1],
  ['stale', 40],
] as const)('%s: last checked or posted %d days ago', (state, days) => {
  const checkedAt = Date.parse(readSofa(JSON.stringify(sofaFeed(state, NOW))).catalog.checkedAt);
  expect((NOW - checkedAt) / DAY).toBeCloseTo(days, 5);
  const posted = /"ProductVersion":"27\.0\.1".*?"PostingDate":"([^"]+)"/.exec(
    JSON.stringify(gdmfFeed(state, NOW)),
  )?.[1];
  expect(posted).toBe(new Date(NOW - days * DAY).toISOString().slice(0, 10));
});

test('XR and XS cannot reach 26, and the newest release of their train is for them alone', () => {
  const { releases } = readSofa(JSON.stringify(sofaFeed('fresh', NOW))).catalog;
  const forXr = releases.filter(({ models }) => models.includes('iPhone11,8')).map(({ version }) => version);
  expect(forXr).toContain('18.7.10');
  expect(forXr.filter((version) => version.startsWith('26'))).toEqual([]);
  expect(releases.find(({ version }) => version === '18.7.10')?.models).not.toContain('iPhone14,5');
});

test('an unchanged feed is not sent twice to a reader that names its tag', async () => {
  const clock = { time: NOW, now: () => clock.time };
  const route = makeFeedSimulator({ clock }).routes.find(({ name }) => name === 'feeds.sofa')!;
  const ask = async (tag?: string) =>
    route.handle({
      method: 'GET',
      path: route.path,
      params: {},
      query: new URLSearchParams(),
      headers: { 'if-none-match': tag },
      body: Buffer.alloc(0),
      base: '',
      foreignBase: '',
      faults: [],
    });
  const first = await ask();
  const tag = first.headers?.['etag'];
  expect([first.status, (await ask(tag)).status, (await ask('"other"')).status]).toEqual([200, 304, 200]);
  clock.time += 3_600_000;
  expect((await ask(tag)).status).toBe(200);
});
