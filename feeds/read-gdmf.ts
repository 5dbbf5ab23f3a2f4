/**
 * Apple's own update catalogue, `https://gdmf.apple.com/v2/pmv` (facts/rcs-carrier.md §4.4). Its key `iOS` also lists
 * watchOS and tvOS rows under the same version numbers: only rows for iPhones and iPads count.
 */
import * as z from 'zod';
import { joinAppleVersion } from '../core/device/compare-apple-version';
import type { IsoTime } from '../core/device/managed-device';
import { makeReleaseCollector } from './collect-releases';
import { MalformedFeed, parseFeedJson, parseFeedShape } from './feed-result';
import type { ReadFeed } from './feed-result';

const row = z.object({
  ProductVersion: z.string().min(1),
  ProductVersionExtra: z.string().nullish(),
  PostingDate: z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'no date'),
  SupportedDevices: z.array(z.string()),
});

const sets = z.object({ iOS: z.array(row) });

const gdmf = z.object({
  PublicAssetSets: sets,
  /** What device management may still ask for; holds versions that are no longer offered to everyone. */
  AssetSets: sets.nullish(),
  PublicBackgroundSecurityImprovements: sets.partial().nullish(),
});

/**
 * @param text the document as it was served.
 * @param servedAt when Apple served it. The document states no time of its own.
 * @throws {MalformedFeed} when it is not this document, or lists no release for any iPhone.
 */
export function readGdmf(text: string, servedAt: IsoTime): ReadFeed {
  const document = parseFeedShape(gdmf, parseFeedJson(text));
  const collector = makeReleaseCollector();
  const warnings: string[] = [];
  const rows = [
    ...document.PublicAssetSets.iOS,
    ...(document.AssetSets?.iOS ?? []),
    ...(document.PublicBackgroundSecurityImprovements?.iOS ?? []),
  ];
  let phones = 0;
  for (const { ProductVersion, ProductVersionExtra, PostingDate, SupportedDevices } of rows) {
    const models = SupportedDevices.filter((model) => model.startsWith('iPhone') || model.startsWith('iPad'));
    if (models.length === 0) continue;
    const version = joinAppleVersion(ProductVersion, ProductVersionExtra);
    if (!collector.add(version, PostingDate, models)) warnings.push(`left out "${version}", which is no iOS version`);
    else phones += models.some((model) => model.startsWith('iPhone')) ? 1 : 0;
  }
  if (phones === 0) throw new MalformedFeed('PublicAssetSets.iOS: no release for any iPhone');
  return { catalog: { source: 'gdmf', checkedAt: servedAt, releases: collector.releases() }, warnings };
}
