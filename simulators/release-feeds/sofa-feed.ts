/** A feed in the form of SOFA version 2, with the traps of the real one (facts/rcs-carrier.md §4.4). */
import { APPLE_BSI, APPLE_MODELS, APPLE_RELEASES, isOffered } from '../fleet/apple-catalog';
import type { AppleRelease } from '../fleet/apple-catalog';
import { isoOf } from '../fleet/iso-time';
import { checkedAt } from './feed-state';
import type { FeedState } from './feed-state';

/** Rows of older releases name neither builds nor devices; readers inherit the devices of the train's latest. */
const BARE_BEFORE = '2026-05-01';
const TRAINS = [27, 26, 18, 17] as const;

/** @param now milliseconds since the epoch. @returns the document as a value. */
export function sofaFeed(state: FeedState, now: number): unknown {
  const releases = state === 'shrunken' ? APPLE_RELEASES.filter(({ train }) => train === 17) : APPLE_RELEASES;
  const trains = TRAINS.flatMap((train) => {
    const rows = releases.filter((release) => release.train === train);
    // Releases for a few models only are not the latest of their train, however new: facts/peers.md A11.
    const latest = rows.find(({ onlyModels }) => onlyModels === null);
    return latest === undefined
      ? []
      : [{ OSVersion: String(train), Latest: fullRow(latest), SecurityReleases: rows.map(securityRow) }];
  });
  return {
    SchemaVersion: '2026.04.11.2',
    Version: state === 'malformed' ? '3.0' : '2.0',
    UpdateHash: '0'.repeat(64),
    // Nanoseconds and an offset, as the real feed prints them.
    LastCheck: `${isoOf(checkedAt(state, now)).slice(0, -1)}083466+00:00`,
    [state === 'malformed' ? 'Trains' : 'OSVersions']: trains,
    Devices: Object.fromEntries(APPLE_MODELS.map(({ id, name }) => [id, { MarketingName: name }])),
    BackgroundSecurityImprovements: {
      '26': [
        {
          Version: APPLE_BSI.version,
          VersionExtra: APPLE_BSI.extra,
          Build: APPLE_BSI.build,
          PostingDate: APPLE_BSI.postedAt,
          DocumentationID: null,
          PrerequisiteVersion: null,
          PrerequisiteBuild: APPLE_BSI.prerequisiteBuild,
          SupportedDevices: APPLE_MODELS.filter(({ lastTrain }) => lastTrain >= 26).map(({ id }) => id),
        },
      ],
    },
  };
}

/** Models that a release is offered to. */
export function modelsOf(release: AppleRelease): readonly string[] {
  return APPLE_MODELS.filter((model) => isOffered(release, model)).map(({ id }) => id);
}

function securityRow(release: AppleRelease): unknown {
  if (release.releasedAt >= BARE_BEFORE || release.onlyModels !== null) return fullRow(release);
  return { ...fullRow(release), Build: '', AllBuilds: [], SupportedDevices: [] };
}

function fullRow(release: AppleRelease): Record<string, unknown> {
  const { version, build, otherBuilds, releasedAt, onlyModels } = release;
  const foreign = otherBuilds.find((one) => /^23[TU]/.test(one));
  return {
    UpdateName: `iOS ${version} and iPadOS ${version}`,
    ProductName: 'iOS and iPadOS',
    ProductVersion: version,
    // Two rows of the real feed carry a watchOS build here; these carry the same.
    Build: foreign ?? build,
    AllBuilds: [...otherBuilds, build],
    ReleaseDate: `${releasedAt}T00:00:00Z`,
    ExpirationDate: null,
    ReleaseType: 'OS',
    SecurityInfo: 'https://support.apple.com/',
    SupportedDevices: modelsOf(release),
    CVEs: {},
    ActivelyExploitedCVEs: [],
    UniqueCVEsCount: 0,
    DaysSincePreviousRelease: 21,
    DeviceScope: onlyModels === null ? 'universal' : 'device-specific',
  };
}
