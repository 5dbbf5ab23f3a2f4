import { compareAppleVersions, formatAppleVersion, parseAppleVersion } from '../../device/compare-apple-version';
import type { AppleVersion } from '../../device/compare-apple-version';
import type { OsCatalog } from '../os-catalog';
import type { EffectivePolicy } from '../schema';
import { problem, warning } from './finding';
import type { PolicyFinding } from './finding';

/** The first release with encrypted RCS (facts/rcs-carrier.md §0.2). */
const ENCRYPTED_RCS = parseAppleVersion('26.5');

/** Minimums that contradict each other, and minimums that nobody can reach. */
export function checkApple(apple: EffectivePolicy['apple'], path: string, catalog: OsCatalog | null): PolicyFinding[] {
  const feature = parseAppleVersion(apple.featureMinimum);
  const feed = catalog === null ? null : iPhoneReleases(catalog);
  return [
    ...checkFeature(feature, `${path}.featureMinimum`),
    ...(feature === null ? [] : checkReach(feature, `${path}.featureMinimum`, catalog, feed)),
    ...Object.entries(apple.securityMinimums).flatMap(([train, text]) => {
      const minimum = parseAppleVersion(text);
      const at = `${path}.securityMinimums.${train}`;
      if (minimum === null) return [];
      if (minimum.major !== Number(train)) {
        return [
          problem(
            at,
            `${text} belongs to train ${minimum.major}; as a minimum of train ${train} it compares two trains, which never works`,
          ),
        ];
      }
      const own = feed?.filter(({ major }) => major === minimum.major) ?? null;
      return [
        ...(feature !== null && feature.major === minimum.major && compareAppleVersions(minimum, feature) < 0
          ? [
              warning(
                at,
                `${text} lies below the feature minimum ${formatAppleVersion(feature)} of its train: no effect`,
              ),
            ]
          : []),
        ...checkReach(minimum, at, catalog, own),
      ];
    }),
  ];
}

function checkFeature(feature: AppleVersion | null, path: string): PolicyFinding[] {
  if (feature === null) return [warning(path, 'is not set: phones with any iOS could be called ready')];
  return ENCRYPTED_RCS !== null && compareAppleVersions(feature, ENCRYPTED_RCS) < 0
    ? [warning(path, 'encrypted RCS begins with iOS 26.5: phones below it could be called ready')]
    : [];
}

function checkReach(
  minimum: AppleVersion,
  path: string,
  catalog: OsCatalog | null,
  releases: readonly AppleVersion[] | null,
): PolicyFinding[] {
  if (catalog === null || releases === null) return [];
  if (releases.some((release) => compareAppleVersions(release, minimum) >= 0)) return [];
  return [
    problem(
      path,
      `nobody can reach ${formatAppleVersion(minimum)}: the release feed of ${catalog.checkedAt.slice(0, 10)} lists no such release for any iPhone`,
    ),
  ];
}

function iPhoneReleases({ releases }: OsCatalog): AppleVersion[] {
  return releases.flatMap(({ version, models }) => {
    const parsed = parseAppleVersion(version);
    return parsed !== null && models.some((model) => model.startsWith('iPhone')) ? [parsed] : [];
  });
}
