/** What a release feed says about the releases that a model can still get. */
import { makeModelIndex } from '../device/attainable-version';
import { compareAppleVersions, parseAppleVersion } from '../device/compare-apple-version';
import type { AppleVersion } from '../device/compare-apple-version';
import type { OsCatalog } from './os-catalog';

export interface ReleaseIndex {
  /** Newest release offered to a model; null for a model the feed does not list: a gap, no claim (facts/peers.md §6 no. 7). */
  newestFor(modelId: string | null): AppleVersion | null;
  /**
   * True when the feed knows a release that satisfies the minimum. A feed older than the minimum says nothing about who
   * can reach it.
   */
  knows(minimum: AppleVersion): boolean;
  /** Models still served: their newest release belongs to the newest train that any model has. */
  isServed(newest: AppleVersion): boolean;
}

export function makeReleaseIndex(catalog: OsCatalog): ReleaseIndex {
  const models = makeModelIndex(catalog);
  let top: AppleVersion | null = null;
  for (const { version, models: offered } of catalog.releases) {
    const parsed = offered.some((model) => model.startsWith('iPhone')) ? parseAppleVersion(version) : null;
    if (parsed !== null && (top === null || compareAppleVersions(parsed, top) > 0)) top = parsed;
  }
  return {
    newestFor: (modelId) => (modelId === null ? null : (models.get(modelId) ?? null)),
    knows: (minimum) => top !== null && compareAppleVersions(top, minimum) >= 0,
    isServed: (newest) => top !== null && newest.major >= top.major,
  };
}
