/** Simulated release feeds, consistent with the models and versions of the synthetic fleet. */
import type { SimAnswer, SimClock, SimRoute, Simulator } from '../kit/route';
import type { FeedState } from './feed-state';
import { gdmfFeed } from './gdmf-feed';
import { sofaFeed } from './sofa-feed';

export type { FeedState } from './feed-state';

export interface FeedSimulatorOptions {
  readonly clock: SimClock;
  readonly state?: FeedState;
}

const HOUR_MS = 3_600_000;

/**
 * Served below `/feeds`. Route names for fault scripts: `feeds.sofa`, `feeds.gdmf`. The documents are made anew every
 * hour; between that a reader that sends their tag back gets 304.
 */
export function makeFeedSimulator({ clock, state = 'fresh' }: FeedSimulatorOptions): Simulator {
  const feedRoute = (path: string, name: string, feed: (state: FeedState, now: number) => unknown): SimRoute => ({
    method: 'GET',
    path,
    name,
    kind: 'read',
    handle({ headers }): SimAnswer {
      const hour = Math.floor(clock.now() / HOUR_MS);
      const etag = `"${name}-${state}-${hour}"`;
      if (headers['if-none-match'] === etag) return { status: 304, headers: { etag }, body: null };
      return { status: 200, headers: { etag, 'cache-control': 'max-age=300' }, body: feed(state, hour * HOUR_MS) };
    },
  });
  return {
    prefix: 'feeds',
    latency: 'feed',
    routes: [feedRoute('/v2/ios_data_feed.json', 'feeds.sofa', sofaFeed), feedRoute('/v2/pmv', 'feeds.gdmf', gdmfFeed)],
  };
}
