/** Which minimum a model can reach at all, by the release feed. */
import type { OsCatalog } from '../policy/os-catalog';
import { compareAppleVersions, parseAppleVersion } from './compare-apple-version';
import type { AppleVersion } from './compare-apple-version';

/** Highest published release per model identifier. */
export type ModelIndex = ReadonlyMap<string, AppleVersion>;

export function makeModelIndex(catalog: OsCatalog): ModelIndex {
  const index = new Map<string, AppleVersion>();
  for (const { version, models } of catalog.releases) {
    const parsed = parseAppleVersion(version);
    if (parsed === null) continue;
    for (const model of models) {
      const known = index.get(model);
      if (known === undefined || compareAppleVersions(parsed, known) > 0) index.set(model, parsed);
    }
  }
  return index;
}

/** A model that the feed does not list is unknown, never "unsupported": feeds have gaps (facts/peers.md §6 no. 7). */
export function canReach(index: ModelIndex, modelId: string | null, minimum: AppleVersion): 'yes' | 'no' | 'unknown' {
  const highest = modelId === null ? undefined : index.get(modelId);
  if (highest === undefined) return 'unknown';
  return compareAppleVersions(highest, minimum) >= 0 ? 'yes' : 'no';
}
