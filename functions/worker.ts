/** The worker app: timers and queues. It reads the MDMs; nobody can call it. */
import { registerFeedRefresh } from './feed-refresh';
import { registerReportPublish } from './report-publish';
import { registerRetentionPrune } from './retention-prune';
import { registerSweepFinish } from './sweep-finish';
import { registerSweepPage } from './sweep-page';
import { registerSweepStart } from './sweep-start';
import { registerSweepTimer } from './sweep-timer';

export function registerWorker(): void {
  registerSweepTimer();
  registerSweepStart();
  registerSweepPage();
  registerSweepFinish();
  registerReportPublish();
  registerFeedRefresh();
  registerRetentionPrune();
}
