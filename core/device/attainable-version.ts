/**
 * Which version a model can reach at all, by the release feed. Feeds have gaps and lag behind: what a feed cannot know is
 * unknown, never "unsupported" (facts/peers.md §2, §6 no. 7).
 */
import type { OsCatalog } from '../policy/os-catalog';
import { compareAppleVersions, parseAppleVersion } from './compare-apple-version';
import type { AppleVersion } from './compare-apple-version';

/** Highest published release per model identifier. */
export interface ModelIndex extends ReadonlyMap<string, AppleVersion> {
  /** Highest release of each train (major) that the feed lists for any model. */
  readonly newestOfTrain: ReadonlyMap<number, AppleVersion>;
}

class Models extends Map<string, AppleVersion> implements ModelIndex {
  readonly newestOfTrain = new Map<number, AppleVersion>();
}

/** Built once per run; looking a model up costs one hash. */
export function makeModelIndex(catalog: OsCatalog): ModelIndex {
  const index = new Models();
  for (const { version, models } of catalog.releases) {
    const release = parseAppleVersion(version);
    if (release === null || models.length === 0) continue;
    raise(index.newestOfTrain, release.major, release);
    for (const model of models) raise(index, model, release);
  }
  return index;
}

function raise<K>(highest: Map<K, AppleVersion>, key: K, release: AppleVersion): void {
  const known = highest.get(key);
  if (known === undefined || compareAppleVersions(release, known) > 0) highest.set(key, release);
}

/** @returns null for a model that the feed does not list. */
export function highestAttainable(index: ModelIndex, modelId: string | null): AppleVersion | null {
  return (modelId === null ? undefined : index.get(modelId)) ?? null;
}

/**
 * `no` only where the feed lists the model, knows a release of the minimum's own train that satisfies it, and offers
 * none that does to this model. A minimum that is newer than all the feed lists shows an old feed, not an old phone.
 */
export function canReach(index: ModelIndex, modelId: string | null, minimum: AppleVersion): 'yes' | 'no' | 'unknown' {
  const highest = highestAttainable(index, modelId);
  if (highest === null) return 'unknown';
  if (compareAppleVersions(highest, minimum) >= 0) return 'yes';
  const newest = index.newestOfTrain.get(minimum.major);
  return newest !== undefined && compareAppleVersions(newest, minimum) >= 0 ? 'no' : 'unknown';
}
