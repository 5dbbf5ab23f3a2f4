/**
 * Decides whether a freshly read catalog replaces the last good one. A feed that is old, or has lost what it once knew,
 * would call phones "cannot update" that can: then the last good one stays and the operator is told. Nothing here
 * touches a minimum (facts/rcs-carrier.md §4.4, facts/peers.md §6 no. 7 and 8).
 */
import { makeModelIndex } from '../core/device/attainable-version';
import { compareAppleVersions } from '../core/device/compare-apple-version';
import type { OsCatalog } from '../core/policy/os-catalog';

const DAY_MS = 86_400_000;
/** SOFA looks at Apple several times a day. */
export const MAX_CHECK_AGE_DAYS = 14;
/** Apple's own document has no time of check, and Apple posts nothing for weeks; for months it does not. */
export const MAX_POSTING_AGE_DAYS = 90;
/** A loss of a larger share is no routine clean-up. */
const MAX_LOSS = 0.1;

export type FeedFinding = 'stale' | 'shrunken';

export interface Refusal {
  readonly finding: FeedFinding;
  /** What is wrong with it, as the end of the sentence "The feed …". */
  readonly reason: string;
}

/**
 * @param lastGood the catalog to compare with; null when there is none of the same feed.
 * @param now milliseconds since the epoch.
 * @returns null when the fresh catalog is good.
 */
export function guardFeed(lastGood: OsCatalog | null, fresh: OsCatalog, now: number): Refusal | null {
  const reason = lastGood === null ? null : lossBetween(lastGood, fresh);
  if (reason !== null) return { finding: 'shrunken', reason };
  return staleness(fresh, now);
}

/** @returns why the catalog is too old to be believed; null while it is not. */
export function staleness({ source, checkedAt, releases }: OsCatalog, now: number): Refusal | null {
  const checked = daysSince(checkedAt, now);
  if (checked > MAX_CHECK_AGE_DAYS) {
    return { finding: 'stale', reason: `was last checked ${checked} days ago, on ${checkedAt.slice(0, 10)}` };
  }
  if (source === 'sofa') return null;
  const newest = releases.reduce((latest, { releasedAt }) => (releasedAt > latest ? releasedAt : latest), '');
  const posted = daysSince(newest, now);
  return posted > MAX_POSTING_AGE_DAYS
    ? { finding: 'stale', reason: `has posted nothing for ${posted} days, since ${newest}` }
    : null;
}

function daysSince(time: string, now: number): number {
  return Math.floor((now - Date.parse(time)) / DAY_MS);
}

/** What the fresh catalog no longer knows; null when that is little. */
function lossBetween(lastGood: OsCatalog, fresh: OsCatalog): string | null {
  const [before, after] = [makeModelIndex(lastGood), makeModelIndex(fresh)];
  for (const [model, highest] of before) {
    const present = after.get(model);
    if (present !== undefined && compareAppleVersions(present, highest) < 0) {
      return `gives ${model} an older newest release than before`;
    }
  }
  if (isLoss(before.size, after.size)) return `lists ${after.size} models where it listed ${before.size}`;
  // Apple's document drops what has expired, so that its releases come and go; SOFA keeps its history.
  if (fresh.source === 'sofa' && isLoss(lastGood.releases.length, fresh.releases.length)) {
    return `lists ${fresh.releases.length} releases where it listed ${lastGood.releases.length}`;
  }
  return null;
}

function isLoss(before: number, after: number): boolean {
  return after < before * (1 - MAX_LOSS);
}
