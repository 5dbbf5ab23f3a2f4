import { handlePage } from '../core/sweep/handle-page';
import { pageMessage, QUEUES } from '../core/sweep/messages';
import { registerQueue } from './queue/register-queue';

/** Reads one page of one MDM: the unit of work of a sweep. */
export function registerSweepPage(): void {
  registerQueue({
    queue: QUEUES.page,
    setting: 'SWEEP_PAGE_QUEUE',
    message: pageMessage,
    // The platform cannot interrupt an invocation; a page that is cut off comes again.
    handle: ({ ports }, message) => handlePage(ports, message, new AbortController().signal),
  });
}
