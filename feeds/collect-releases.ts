/** Gathers the rows of a feed into one release per version: feeds repeat versions with other builds, devices and dates. */
import { compareAppleVersions, formatAppleVersion, parseAppleVersion } from '../core/device/compare-apple-version';
import type { AppleVersion } from '../core/device/compare-apple-version';
import type { OsRelease } from '../core/policy/os-catalog';

interface Gathered {
  readonly version: AppleVersion;
  releasedAt: string;
  readonly models: Set<string>;
}

export interface ReleaseCollector {
  /**
   * @param date `YYYY-MM-DD`; the earliest one of a version counts.
   * @returns false for a version that cannot be compared: it can be no minimum either, and is left out.
   */
  add(version: string, date: string, models: readonly string[]): boolean;
  /** Newest version first, models in the order of their names, so that equal feeds give equal catalogs. */
  releases(): readonly OsRelease[];
}

export function makeReleaseCollector(): ReleaseCollector {
  const gathered = new Map<string, Gathered>();
  return {
    add(text, date, models) {
      const version = parseAppleVersion(text);
      if (version === null) return false;
      // `26` and `26.0` are one release.
      const key = formatAppleVersion(version);
      let release = gathered.get(key);
      if (release === undefined) {
        release = { version, releasedAt: date, models: new Set() };
        gathered.set(key, release);
      }
      if (date < release.releasedAt) release.releasedAt = date;
      for (const model of models) release.models.add(model);
      return true;
    },
    releases() {
      return [...gathered.entries()]
        .sort(([, one], [, other]) => compareAppleVersions(other.version, one.version))
        .map(([version, { releasedAt, models }]) => ({ version, releasedAt, models: [...models].sort() }));
    },
  };
}
