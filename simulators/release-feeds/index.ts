/** Simulated release feeds, consistent with the models and versions of the synthetic fleet. */
import type { SimAnswer, SimClock, Simulator } from '../kit/route';
import type { FeedState } from './feed-state';
import { gdmfFeed } from './gdmf-feed';
import { sofaFeed } from './sofa-feed';

export type { FeedState } from './feed-state';

export interface FeedSimulatorOptions {
  readonly clock: SimClock;
  readonly state?: FeedState;
}

/** Served below `/feeds`. Route names for fault scripts: `feeds.sofa`, `feeds.gdmf`. */
export function makeFeedSimulator({ clock, state = 'fresh' }: FeedSimulatorOptions): Simulator {
  const answer = (body: unknown): SimAnswer => ({ status: 200, headers: { 'cache-control': 'max-age=300' }, body });
  return {
    prefix: 'feeds',
    latency: 'feed',
    routes: [
      {
        method: 'GET',
        path: '/v2/ios_data_feed.json',
        name: 'feeds.sofa',
        kind: 'read',
        handle: () => answer(sofaFeed(state, clock.now())),
      },
      {
        method: 'GET',
        path: '/v2/pmv',
        name: 'feeds.gdmf',
        kind: 'read',
        handle: () => answer(gdmfFeed(state, clock.now())),
      },
    ],
  };
}
