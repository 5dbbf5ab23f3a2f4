/**
 * Report jobs: submit, poll, fetch, and what to do when a job does not end (facts/intune-graph.md §1.5, §7 T11–T14).
 * A hanging or failed job never recovers, a new one does; names fall out of use tenant by tenant. So each report has
 * three submissions, a deadline per job and a list of names; after that it has failed, with a reason, and whoever wanted
 * it goes another way.
 *
 * The state of all jobs of a stage travels in the page cursor. It never holds the archive's URL, which is a credential:
 * the URL is asked for again whenever it is needed.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { PermanentError, ThrottledError, TransientError } from '../../core/errors';
import type { Clock } from '../../core/ports/clock';
import type { PullContext } from '../../core/ports/inventory-source';
import type { IntuneClient } from './client';
import { BrokenArchive, storeArchive } from './report-archive';

/** What is wanted; the same for every page of a stage. */
export interface WantedReport {
  /** The report's name and older or newer ones for it, in the order of trying. */
  readonly names: readonly string[];
  readonly select: readonly string[];
  readonly filter?: string;
  /** Judges the header line of the CSV. */
  accept(headerLine: string): boolean;
}

export const jobState = z.object({
  /** Null until a submission is accepted, and again after it was given up. */
  id: z.string().nullable(),
  /** Which of the names is in use. */
  name: z.number().int(),
  submissions: z.number().int(),
  /** Failed tries to ask for or fetch the present submission. */
  faults: z.number().int(),
  /** When the present submission is given up, milliseconds since the epoch. */
  until: z.number(),
  stored: z.object({ folder: z.string(), chunks: z.number().int(), rows: z.number().int() }).nullable(),
  /** Why the report will not come; for warnings. */
  failed: z.string().nullable(),
});

export type JobState = z.output<typeof jobState>;

export const NEW_JOB: JobState = {
  id: null,
  name: 0,
  submissions: 0,
  faults: 0,
  until: 0,
  stored: null,
  failed: null,
};

export const MAX_SUBMISSIONS = 3;
/** How long a job may run is not documented (facts/intune-graph.md §8.2); three of these fit into a pull. */
export const JOB_DEADLINE_MS = 30 * 60_000;
const MAX_FAULTS = 5;

/** Polls count against 48 requests a minute (facts/intune-graph.md §1.5): never faster than this, and slower with time. */
const FIRST_POLL_SECONDS = 10;
const LAST_POLL_SECONDS = 60;

/** @param polls how often the jobs were asked already. @returns seconds. */
export function pollDelay(polls: number, first = FIRST_POLL_SECONDS): number {
  return Math.min(LAST_POLL_SECONDS, Math.ceil(first * 1.5 ** polls));
}

export function isSettled({ stored, failed }: JobState): boolean {
  return stored !== null || failed !== null;
}

export interface JobTools {
  readonly client: IntuneClient;
  readonly clock: Clock;
  readonly context: PullContext;
}

export interface Advanced {
  readonly jobs: readonly JobState[];
  /** The vendor asked for a pause until then, milliseconds since the epoch. */
  readonly notBefore: number | null;
}

/** Most jobs are done by the second poll: until then all are asked, later one after the other. */
const ASK_ALL_POLLS = 2;

/**
 * One step of all jobs: submits what is not submitted, then asks how those that run are doing. After the first polls only
 * the first that runs is asked, and the next one where that one has ended: jobs run side by side at the server, so waiting
 * for them in turn costs no time and one request a step.
 * @param polls how often the jobs were asked already.
 * @throws ThrottledError where the vendor asks for a pause before anything was achieved; whatever the store throws.
 */
export async function advanceJobs(
  reports: readonly WantedReport[],
  jobs: readonly JobState[],
  polls: number,
  tools: JobTools,
): Promise<Advanced> {
  const states = [...jobs];
  try {
    for (const [at, report] of reports.entries()) {
      const job = states[at] ?? NEW_JOB;
      if (job.id === null && !isSettled(job)) states[at] = await submit(report, job, tools);
    }
    for (const [at, report] of reports.entries()) {
      const job = states[at] ?? NEW_JOB;
      // A job that was submitted in this very step is not asked yet.
      if (isSettled(job) || job.id === null || job.id !== jobs[at]?.id) continue;
      states[at] = await ask(report, job, tools);
      if (!isSettled(states[at]) && polls > ASK_ALL_POLLS) break;
    }
    return { jobs: states, notBefore: null };
  } catch (error) {
    const achieved = states.some((state, at) => state !== jobs[at]);
    if (!(error instanceof ThrottledError) || !achieved) throw error;
    return { jobs: states, notBefore: error.retryAt };
  }
}

async function submit(report: WantedReport, job: JobState, tools: JobTools): Promise<JobState> {
  const { client, clock, context } = tools;
  for (let name = job.name; ; name += 1) {
    const reportName = report.names[name] ?? '';
    try {
      const { select, filter } = report;
      const request = { reportName, select, ...(filter === undefined ? {} : { filter }) };
      const { id } = await client.submitReport(request, context.meter, context.signal);
      return { ...job, name, id, submissions: job.submissions + 1, faults: 0, until: clock.now() + JOB_DEADLINE_MS };
    } catch (error) {
      if (error instanceof TransientError) return faulted({ ...job, name }, error);
      if (!(error instanceof PermanentError)) throw error;
      // 400 is how a tenant says that it does not know this name (any more): facts/intune-graph.md §7 T12.
      if (error.context.status !== 400 || name + 1 >= report.names.length) return failed(job, error.message);
    }
  }
}

async function ask(report: WantedReport, job: JobState, tools: JobTools): Promise<JobState> {
  const { client, clock, context } = tools;
  const id = job.id ?? '';
  try {
    const answer = await client.reportJob(id, context.meter, context.signal);
    if (answer.state === 'failed') return await again(report, job, 'the job failed', tools);
    if (answer.url !== null) {
      const archive = await client.download(answer.url, context.meter, context.signal);
      const folder = `reports/${createHash('sha256').update(id).digest('hex').slice(0, 24)}`;
      const stored = await storeArchive(archive, context.spool, folder, (line) => report.accept(line));
      return { ...job, stored: { folder, ...stored } };
    }
    return clock.now() < job.until ? job : await again(report, job, 'the job did not end in time', tools);
  } catch (error) {
    if (error instanceof TransientError || error instanceof BrokenArchive) {
      return job.faults < MAX_FAULTS ? faulted(job, error) : again(report, job, error.message, tools);
    }
    if (!(error instanceof PermanentError)) throw error;
    const { status } = error.context;
    const refused = (status === 401 || status === 403) && error.context.endpoint?.includes('exportJobs') === true;
    // A job that is gone and an archive that expired are made anew; a refused token is not.
    return refused ? failed(job, error.message) : again(report, job, error.message, tools);
  }
}

async function again(report: WantedReport, job: JobState, reason: string, tools: JobTools): Promise<JobState> {
  if (job.submissions >= MAX_SUBMISSIONS) return failed(job, `${reason}, in ${job.submissions} submissions`);
  return submit(report, { ...job, id: null, faults: 0 }, tools);
}

function faulted(job: JobState, { message }: Error): JobState {
  const faults = job.faults + 1;
  return faults > MAX_FAULTS ? failed(job, message) : { ...job, faults };
}

function failed(job: JobState, reason: string): JobState {
  return { ...job, id: null, failed: reason };
}
