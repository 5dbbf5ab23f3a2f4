/**
 * The iOS feed of SOFA, version 2 (facts/rcs-carrier.md §4.4). `Build` is never read: it can belong to another
 * platform (26.5 bears a watchOS build). Version 1 leaves the device lists empty and is refused.
 */
import * as z from 'zod';
import { joinAppleVersion } from '../core/device/compare-apple-version';
import { parseTime } from '../core/device/iso-time';
import { makeReleaseCollector } from './collect-releases';
import { MalformedFeed, parseFeedJson, parseFeedShape } from './feed-result';
import type { ReadFeed } from './feed-result';

const date = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}(?:T.*)?$/, 'no date')
  .transform((text) => text.slice(0, 10));

const release = z.object({
  ProductVersion: z.string().min(1),
  ReleaseDate: date,
  /** Absent, null or empty: the same devices as the train's `Latest`. */
  SupportedDevices: z.array(z.string()).nullish(),
});

const train = z.object({
  OSVersion: z.string().min(1),
  Latest: release,
  SecurityReleases: z.array(release),
});

const improvement = z.object({
  Version: z.string().min(1),
  VersionExtra: z.string().nullish(),
  PostingDate: date,
  SupportedDevices: z.array(z.string()).nullish(),
});

const sofa = z.object({
  // Schema changes inside version 2 have been breaking before: the version is pinned and the shape is checked.
  Version: z.literal('2.0', { error: 'this reader knows SOFA feed version 2.0 only' }),
  LastCheck: z.string(),
  OSVersions: z.array(train).min(1),
  BackgroundSecurityImprovements: z.record(z.string(), z.array(improvement)).nullish(),
});

/**
 * @param text the feed as it was served.
 * @throws {MalformedFeed} when it is not this feed, whatever part is wrong: half a feed would lower what models can reach.
 */
export function readSofa(text: string): ReadFeed {
  const feed = parseFeedShape(sofa, parseFeedJson(text));
  const checkedAt = parseTime(feed.LastCheck);
  if (checkedAt === null) throw new MalformedFeed('LastCheck: no time');

  const collector = makeReleaseCollector();
  const warnings: string[] = [];
  const add = (version: string, day: string, models: readonly string[]): void => {
    if (!collector.add(version, day, models)) warnings.push(`left out "${version}", which is no iOS version`);
  };
  for (const { Latest, SecurityReleases } of feed.OSVersions) {
    const inherited = Latest.SupportedDevices ?? [];
    // `Latest` is not always the highest of its train (18.7.8 beside 18.7.10), nor always among its releases.
    for (const { ProductVersion, ReleaseDate, SupportedDevices } of [Latest, ...SecurityReleases]) {
      const own = SupportedDevices ?? [];
      add(ProductVersion, ReleaseDate, own.length === 0 ? inherited : own);
    }
  }
  for (const improvements of Object.values(feed.BackgroundSecurityImprovements ?? {})) {
    for (const { Version, VersionExtra, PostingDate, SupportedDevices } of improvements) {
      add(joinAppleVersion(Version, VersionExtra), PostingDate, SupportedDevices ?? []);
    }
  }
  return { catalog: { source: 'sofa', checkedAt, releases: collector.releases() }, warnings };
}
