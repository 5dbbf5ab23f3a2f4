/** `reports/exportJobs` and the download that a complete job links to. */
import { Readable } from 'node:stream';
import * as z from 'zod';
import type { MutableFleet } from '../fleet/synthetic-device';
import { faultOf } from '../kit/content-faults';
import type { SimAnswer, SimClock, SimRequest, SimRoute } from '../kit/route';
import { exportJobBody } from './export-jobs';
import type { ExportJob, ExportJobs } from './export-jobs';
import type { GraphErrors } from './graph-error';
import type { Guard } from './guard';
import { APP_INV_RAW_DATA, DEVICE_INSTALL_STATUS_BY_APP } from './reports/app-reports';
import { DEVICES, DEVICES_WITH_INVENTORY } from './reports/device-reports';
import type { Report } from './reports/report-shape';
import { chooseColumns, reportLines } from './reports/report-file';
import { parseReportFilter } from './reports/report-filter';
import { zipOf } from './zip-stream';

const JOBS = '/v1.0/deviceManagement/reports/exportJobs';

const REPORTS: readonly Report[] = [DEVICES_WITH_INVENTORY, DEVICES, APP_INV_RAW_DATA, DEVICE_INSTALL_STATUS_BY_APP];

const submission = z.object({
  reportName: z.string(),
  filter: z.string().nullish(),
  select: z.array(z.string()).nullish(),
  format: z.enum(['csv', 'json', 'pdf', 'unknownFutureValue']).nullish(),
  localizationType: z
    .string()
    .transform((text) => text.charAt(0).toLowerCase() + text.slice(1))
    .pipe(z.enum(['localizedValuesAsAdditionalColumn', 'replaceLocalizableValues']))
    .nullish(),
});

export interface ExportRouteParts {
  readonly fleet: MutableFleet;
  readonly clock: SimClock;
  readonly errors: GraphErrors;
  readonly guard: Guard;
  readonly jobs: ExportJobs;
  /** Reports that this tenant answers with 400, as after a renaming: facts/intune-graph.md §1.5, T12. */
  readonly refusedReports: readonly string[];
}

export function makeExportRoutes(parts: ExportRouteParts): SimRoute[] {
  const { fleet, clock, errors, guard, jobs, refusedReports } = parts;

  const submit = (request: SimRequest): SimAnswer => {
    const parsed = submission.safeParse(readJson(request.body));
    if (!parsed.success) return errors.answer(400, `Invalid export job: ${z.prettifyError(parsed.error)}`);
    const { reportName, filter, select, format, localizationType } = parsed.data;
    const report = REPORTS.find(({ name }) => name === reportName);
    if (report === undefined || refusedReports.includes(reportName)) {
      return errors.answer(400, `PostExportJobAsync not supported for reportType ${reportName}`);
    }
    if ((format ?? 'csv') !== 'csv') return errors.answer(400, 'This simulator exports csv only.');
    const columns = chooseColumns(report, select ?? null);
    if ('unknown' in columns) return errors.answer(400, `Invalid column ${columns.unknown} for report ${reportName}`);
    const rows = parseReportFilter(report, filter ?? null);
    if ('problem' in rows) return errors.answer(400, rows.problem);
    const localization = localizationType ?? 'localizedValuesAsAdditionalColumn';
    const job = jobs.submit(
      {
        reportName,
        filter: filter ?? null,
        select: select ?? [],
        format: format ?? 'csv',
        localizationType: localization,
      },
      { report, columns, filter: rows, localization },
      fateOf(request),
    );
    const location = `${request.base}${JOBS}('${job.id}')`;
    return { status: 201, headers: { location }, body: exportJobBody(job, 'notStarted', request.base) };
  };

  const poll = (request: SimRequest): SimAnswer => {
    const job = jobs.find(request.params.id ?? '');
    if (job === null) return errors.answer(404);
    const fate = fateOf(request);
    if (fate !== 'normal') job.fate = fate;
    return { status: 200, body: exportJobBody(job, jobs.poll(job), request.base) };
  };

  /** A token sent along is a leak, since the real host is another one: it is counted, not refused. */
  const download = (request: SimRequest): SimAnswer => ({
    ...file(request),
    ...(request.headers.authorization === undefined ? {} : { alsoCountedAs: 'graph.download.with-token' }),
  });

  const file = ({ params, query }: SimRequest): SimAnswer => {
    const job = jobs.find(params.id ?? '');
    if (job === null) return blobError(404, 'BlobNotFound');
    if (query.get('sig') !== job.signature || clock.now() >= job.expiresAt) {
      return blobError(403, 'AuthenticationFailed');
    }
    return {
      status: 200,
      headers: { 'content-type': 'application/octet-stream' },
      body: Readable.from(zipOf(`${job.id}.csv`, reportLines(fleet, job.order))),
    };
  };

  const polling = { name: 'graph.export-jobs.poll', method: 'GET', kind: 'read', handle: guard(poll) } as const;
  return [
    { method: 'POST', path: JOBS, name: 'graph.export-jobs.create', kind: 'read', handle: guard(submit) },
    { ...polling, path: `${JOBS}(':id')` },
    { ...polling, path: `${JOBS}/:id` },
    // Not guarded: the link is the credential (facts/intune-graph.md §1.5).
    { method: 'GET', path: '/exports/:id.zip', name: 'graph.download', kind: 'download', handle: download },
  ];
}

function fateOf(request: SimRequest): ExportJob['fate'] {
  if (faultOf(request, 'export-failed') !== null) return 'failed';
  return faultOf(request, 'export-stuck') === null ? 'normal' : 'stuck';
}

function readJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return null;
  }
}

/** Blob storage answers in XML. */
function blobError(status: number, code: string): SimAnswer {
  return {
    status,
    headers: { 'content-type': 'application/xml', 'x-ms-error-code': code },
    body: `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`,
  };
}
