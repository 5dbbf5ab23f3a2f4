/** A body in the form of Apple's `https://gdmf.apple.com/v2/pmv` (facts/rcs-carrier.md §4.4). */
import { APPLE_BSI, APPLE_MODELS, APPLE_RELEASES } from '../fleet/apple-catalog';
import type { AppleRelease } from '../fleet/apple-catalog';
import { dayOf } from '../fleet/iso-time';
import { checkedAt } from './feed-state';
import type { FeedState } from './feed-state';
import { modelsOf } from './sofa-feed';

const DAY_MS = 86_400_000;
/** Releases still signed have a future expiry: the newest of each train. */
const SIGNED = new Set(['27.0.1', '26.7.1', '18.7.10', '18.7.8', '17.7.11']);

/** @param now milliseconds since the epoch. @returns the document as a value. */
export function gdmfFeed(state: FeedState, now: number): unknown {
  if (state === 'malformed') return { AssetSets: [] };
  const posted = dayOf(checkedAt(state, now));
  const expires = dayOf(checkedAt(state, now) + 90 * DAY_MS);
  const row = (release: AppleRelease, build: string): unknown => ({
    ProductVersion: release.version,
    Build: build,
    // Apple posts signed releases anew; the date is not the one of publication.
    PostingDate: SIGNED.has(release.version) ? posted : release.releasedAt,
    ExpirationDate: expires,
    SupportedDevices: modelsOf(release),
  });
  const releases = state === 'shrunken' ? APPLE_RELEASES.filter(({ train }) => train === 17) : APPLE_RELEASES;
  // Builds for devices that came with the release repeat its row.
  const rows = releases.flatMap((release) =>
    [release.build, ...release.otherBuilds.filter((build) => build.startsWith(release.build.slice(0, 3)))].map(
      (build) => row(release, build),
    ),
  );
  // The key `iOS` holds other platforms as well.
  const foreign = [
    {
      ProductVersion: '26.6',
      Build: '23L773',
      PostingDate: posted,
      ExpirationDate: expires,
      SupportedDevices: ['AppleTV11,1', 'AppleTV14,1'],
    },
    {
      ProductVersion: '9.6.4',
      Build: '20U512',
      PostingDate: posted,
      ExpirationDate: expires,
      SupportedDevices: ['Watch4,1', 'Watch4,2'],
    },
  ];
  return {
    PublicAssetSets: { iOS: [...foreign, ...rows], macOS: [], visionOS: [] },
    AssetSets: { iOS: [...foreign, ...rows] },
    PublicBackgroundSecurityImprovements: {
      iOS: [
        {
          ProductVersion: APPLE_BSI.version,
          Build: APPLE_BSI.build,
          ProductVersionExtra: APPLE_BSI.extra,
          PrerequisiteBuild: APPLE_BSI.prerequisiteBuild,
          PostingDate: APPLE_BSI.postedAt,
          ExpirationDate: expires,
          SupportedDevices: APPLE_MODELS.filter(({ lastTrain }) => lastTrain >= 26).map(({ id }) => id),
        },
      ],
      macOS: [],
    },
  };
}
