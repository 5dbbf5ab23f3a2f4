import { registerTimer } from './timer/register-timer';

/** Reads the OS release feed, so that sweeps find a fresh one; a feed that cannot be had is told in the log. */
export function registerFeedRefresh(): void {
  registerTimer({
    name: 'feed-refresh',
    setting: 'FEED_SCHEDULE',
    async handle(worker) {
      const { telemetry } = worker;
      const { catalog, warnings } = await worker.refreshFeed();
      for (const warning of warnings) telemetry.log('warn', 'feed-warning', { warning });
      telemetry.log('info', 'feed-refreshed', {
        source: catalog?.source ?? null,
        checkedAt: catalog?.checkedAt ?? null,
      });
    },
  });
}
