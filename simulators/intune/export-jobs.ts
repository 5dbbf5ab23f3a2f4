/** Export jobs: submitted, polled, sometimes stuck for ever, at last a link (facts/intune-graph.md §1.5). */
import { guidOf } from '../fleet/identifiers';
import { secondsOf } from '../fleet/iso-time';
import type { SimClock } from '../kit/route';
import { hash32 } from '../kit/seeded';
import { NEVER } from './graph-words';
import type { ReportOrder } from './reports/report-file';

const JOB_STREAM = 331;
const SIGNATURE_STREAM = 333;
/** Of the link, counted from the request; the documented sample's value. */
const LINK_LIFE_MS = 6 * 3_600_000;
/** Older jobs are forgotten, so that a long run does not grow. */
const REMEMBERED = 500;

/** When a job is complete: at its n-th poll, or so many seconds after it was submitted. */
export type ExportReady = { readonly polls: number } | { readonly seconds: number };
export type JobStatus = 'notStarted' | 'inProgress' | 'completed' | 'failed';

export interface ExportRequest {
  readonly reportName: string;
  readonly filter: string | null;
  readonly select: readonly string[];
  readonly format: string;
  readonly localizationType: string;
}

export interface ExportJob {
  /** `<ReportName>_<guid>`. */
  readonly id: string;
  readonly request: ExportRequest;
  readonly order: ReportOrder;
  readonly requestedAt: number;
  readonly expiresAt: number;
  /** The credential in the link. */
  readonly signature: string;
  polls: number;
  /** A stuck or failed job never recovers, a new one does: facts/intune-graph.md §7 T11. */
  fate: 'normal' | 'stuck' | 'failed';
}

export interface ExportJobs {
  submit(request: ExportRequest, order: ReportOrder, fate: ExportJob['fate']): ExportJob;
  find(id: string): ExportJob | null;
  /** Counts the poll. */
  poll(job: ExportJob): JobStatus;
  reset(): void;
}

export function makeExportJobs(clock: SimClock, ready: ExportReady): ExportJobs {
  const jobs = new Map<string, ExportJob>();
  let submitted = 0;
  return {
    submit(request, order, fate) {
      submitted += 1;
      const requestedAt = clock.now();
      const guid = guidOf(requestedAt, JOB_STREAM, submitted);
      const job: ExportJob = {
        id: `${request.reportName}_${guid}`,
        request,
        order,
        requestedAt,
        expiresAt: requestedAt + LINK_LIFE_MS,
        signature: [0, 1, 2, 3].map((n) => hash32(requestedAt, SIGNATURE_STREAM + n, submitted).toString(36)).join(''),
        polls: 0,
        fate,
      };
      jobs.set(job.id, job);
      for (const oldest of jobs.keys()) {
        if (jobs.size <= REMEMBERED) break;
        jobs.delete(oldest);
      }
      return job;
    },
    find: (id) => jobs.get(id) ?? null,
    poll(job) {
      job.polls += 1;
      if (job.fate === 'failed') return 'failed';
      if (job.fate === 'stuck') return 'inProgress';
      const isReady =
        'polls' in ready ? job.polls >= ready.polls : clock.now() >= job.requestedAt + ready.seconds * 1000;
      return isReady ? 'completed' : 'inProgress';
    },
    reset() {
      jobs.clear();
    },
  };
}

/** The job as Graph shows it. @param base of the link, where the job is complete. */
export function exportJobBody(job: ExportJob, status: JobStatus, base: string): Readonly<Record<string, unknown>> {
  const isComplete = status === 'completed';
  return {
    '@odata.context': `${base}/v1.0/$metadata#deviceManagement/reports/exportJobs/$entity`,
    id: job.id,
    ...job.request,
    snapshotId: null,
    status,
    url: isComplete ? linkOf(job, base) : null,
    requestDateTime: `${secondsOf(job.requestedAt)}Z`,
    expirationDateTime: isComplete ? `${secondsOf(job.expiresAt)}Z` : NEVER,
  };
}

/** In the form of a shared access signature: the link is the credential, and must not be logged. */
function linkOf(job: ExportJob, base: string): string {
  const expires = encodeURIComponent(`${secondsOf(job.expiresAt)}Z`);
  return `${base}/exports/${job.id}.zip?sv=2021-08-06&sr=b&sp=r&se=${expires}&sig=${job.signature}`;
}
