import { QUEUES, reportMessage } from '../core/sweep/messages';
import { publishReport } from '../report/publish-report';
import { registerQueue } from './queue/register-queue';

/** Writes the HTML, CSV and JSON report of a run that has ended to the container of reports. */
export function registerReportPublish(): void {
  registerQueue({
    queue: QUEUES.report,
    setting: 'REPORT_PUBLISH_QUEUE',
    message: reportMessage,
    async handle(worker, { runId }) {
      await publishReport(worker, worker.reports, runId);
    },
  });
}
