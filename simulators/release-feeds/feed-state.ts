/** How well the release feeds are. */
export const FEED_STATES = ['fresh', 'stale', 'malformed', 'shrunken'] as const;

/**
 * `stale`: last checked 40 days ago, while 14 are accepted (facts/rcs-carrier.md §4.4). `malformed`: JSON of another
 * shape, as after a breaking change of the schema. `shrunken`: most releases and models are missing.
 */
export type FeedState = (typeof FEED_STATES)[number];

const DAY_MS = 86_400_000;

/** When the feed was last checked or posted, in milliseconds since the epoch. */
export function checkedAt(state: FeedState, now: number): number {
  return now - (state === 'stale' ? 40 : 1) * DAY_MS;
}
