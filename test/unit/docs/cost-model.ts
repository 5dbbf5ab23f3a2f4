/**
 * The arithmetic of docs/cost.md: what a sweep asks of the platform, counted from the code, times unit prices. Pure; the page
 * states every number that goes in, and the test reads them from there.
 */

export type Connector = 'Intune' | 'Jamf Pro' | 'Workspace ONE';

/** By the names of the page's table of assumptions, per connector. */
export interface Shape {
  readonly rowsPerPage: number;
  /** Table requests of a page beside its rows: pull, page, lease, budget, counters. */
  readonly ownRequests: number;
  /** How many of these write. */
  readonly ownWrites: number;
  /** Reads of device rows per page. */
  readonly deviceReads: number;
  /** Transactions that write device rows, per page. */
  readonly deviceWrites: number;
  /** Reads of app rows per page of devices. */
  readonly appReads: number;
  /** App rows per phone that the reports bring. */
  readonly appRowsPerPhone: number;
  /** Transactions that write app rows, per page of a report. */
  readonly appWrites: number;
  /** Blob writes, and as many reads, per page of a report that is kept in between. */
  readonly spoolPerPage: number;
  readonly secondsPerPage: number;
}

export interface Common {
  readonly queueRequestsPerMessage: number;
  readonly secondsPerAppPage: number;
  /** Passes over all rows at the end of a run and for its report, 1,000 rows for each request. */
  readonly passes: number;
  readonly secondsPerPassRequest: number;
  readonly memoryGB: number;
  readonly logRowsPerInvocation: number;
  readonly bytesPerLogRow: number;
  readonly bytesPerStorageLogRow: number;
  readonly bytesPerPhone: number;
  readonly reportBytesPerPhone: number;
  readonly reportDays: number;
  readonly daysPerMonth: number;
}

export interface Prices {
  readonly gigabyteSecond: number;
  readonly millionExecutions: number;
  readonly tenThousandTable: number;
  readonly tenThousandQueue: number;
  readonly tenThousandBlobWrites: number;
  readonly tenThousandBlobReads: number;
  readonly logGigabyte: number;
  readonly tableGigabyteMonth: number;
  readonly blobGigabyteMonth: number;
}

export interface Work {
  readonly pages: number;
  readonly executions: number;
  readonly tableRequests: number;
  readonly queueRequests: number;
  readonly blobWrites: number;
  readonly blobReads: number;
  readonly gigabyteSeconds: number;
  readonly logBytes: number;
  /** Log of storage requests: writes and removals, and every request to blobs. */
  readonly storageLogBytes: number;
  /** What the log would have more if it held reads of tables. */
  readonly readLogBytes: number;
}

/** Start, end (twice: more than one message can ask for it), report, timer. */
const OTHER_EXECUTIONS = 5;
const ROWS_PER_PASS_REQUEST = 1000;

/** One full sweep of one fleet that is known already. */
export function workOf(phones: number, shape: Shape, common: Common): Work {
  const devicePages = Math.ceil(phones / shape.rowsPerPage);
  // A small fleet asks for no more rows than it has.
  const share = Math.min(1, phones / shape.rowsPerPage);
  const appPages = Math.ceil((phones * shape.appRowsPerPhone) / shape.rowsPerPage);
  const pages = devicePages + appPages;
  const passRequests = common.passes * Math.ceil(phones / ROWS_PER_PASS_REQUEST);
  const executions = pages + OTHER_EXECUTIONS;
  const tableWrites = pages * shape.ownWrites + devicePages * shape.deviceWrites + appPages * shape.appWrites;
  const tableReads =
    pages * (shape.ownRequests - shape.ownWrites) +
    devicePages * Math.ceil((shape.deviceReads + shape.appReads) * share) +
    passRequests;
  const queueRequests = executions * common.queueRequestsPerMessage;
  const spooled = pages * shape.spoolPerPage;
  const seconds =
    devicePages * shape.secondsPerPage +
    appPages * common.secondsPerAppPage +
    passRequests * common.secondsPerPassRequest +
    OTHER_EXECUTIONS;
  return {
    pages,
    executions,
    tableRequests: tableReads + tableWrites,
    queueRequests,
    blobWrites: spooled,
    blobReads: spooled,
    gigabyteSeconds: seconds * common.memoryGB,
    logBytes: executions * common.logRowsPerInvocation * common.bytesPerLogRow,
    storageLogBytes: (tableWrites + queueRequests + 2 * spooled) * common.bytesPerStorageLogRow,
    readLogBytes: tableReads * common.bytesPerStorageLogRow,
  };
}

/** In dollars, before any free grant. */
export function costOf(work: Work, prices: Prices): { readonly sweep: number; readonly readLogs: number } {
  return {
    sweep:
      work.gigabyteSeconds * prices.gigabyteSecond +
      (work.executions / 1e6) * prices.millionExecutions +
      (work.tableRequests / 1e4) * prices.tenThousandTable +
      (work.queueRequests / 1e4) * prices.tenThousandQueue +
      (work.blobWrites / 1e4) * prices.tenThousandBlobWrites +
      (work.blobReads / 1e4) * prices.tenThousandBlobReads +
      ((work.logBytes + work.storageLogBytes) / 1e9) * prices.logGigabyte,
    readLogs: (work.readLogBytes / 1e9) * prices.logGigabyte,
  };
}

/** A month of sweeps of one fleet: the sweeps, and what lies in storage meanwhile. */
export function monthOf(
  phones: number,
  sweepsPerDay: number,
  shape: Shape,
  common: Common,
  prices: Prices,
): { readonly sweeps: number; readonly kept: number; readonly readLogs: number } {
  const { sweep, readLogs } = costOf(workOf(phones, shape, common), prices);
  const count = sweepsPerDay * common.daysPerMonth;
  const reports = (phones * common.reportBytesPerPhone * sweepsPerDay * common.reportDays) / 1e9;
  const rows = (phones * common.bytesPerPhone) / 1e9;
  return {
    sweeps: sweep * count,
    kept: rows * prices.tableGigabyteMonth + reports * prices.blobGigabyteMonth,
    readLogs: readLogs * count,
  };
}
