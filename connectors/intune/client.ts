/** Graph's surface as far as inventory needs it: device pages, the device count, report jobs, the app catalogue. */
import type { Readable } from 'node:stream';
import type { z } from 'zod';
import { PermanentError, TransientError } from '../../core/errors';
import type { RequestMeter } from '../../core/ports/inventory-source';
import { makeAdaptiveLimit } from '../http/adaptive-limit';
import { makeJsonClient } from '../http/json-client';
import type { JsonCall } from '../http/json-client';
import { makeTransport } from '../http/transport';
import { describeGraphError, MAX_CONCURRENCY, PERMISSIONS, THROTTLE_WINDOW_MS } from './errors';
import { makeGraph } from './graph';
import { openReport } from './report-download';
import { deviceOverview, exportJob, graphPage, mobileApp } from './schema';
import type { IntuneDependencies, IntuneSettings } from './settings';
import { makeIntuneTokens } from './tokens';

export interface GraphPage {
  readonly rows: readonly unknown[];
  /** As the answer states it; null where it does not. */
  readonly count: number | null;
  /** Opaque, sent back byte for byte; null on the last page. */
  readonly nextLink: string | null;
}

export interface ReportRequest {
  readonly reportName: string;
  /** Columns by their request names: default columns are no contract (facts/intune-graph.md §1.5). */
  readonly select: readonly string[];
  readonly filter?: string;
}

export interface ReportJob {
  readonly id: string;
  readonly state: 'running' | 'completed' | 'failed';
  /** Where a completed job's archive lies. The URL is the credential: it goes into no cursor, error or log. */
  readonly url: string | null;
}

export interface CatalogApp {
  readonly id: string;
  /** Package name or bundle id. */
  readonly appId: string;
}

export interface IntuneClient {
  readonly connectorId: string;
  /** @param url a relative URL for the first page, a nextLink after it. */
  devicePage(
    url: string,
    meter: RequestMeter,
    signal: AbortSignal,
    beforeParsing?: JsonCall['beforeParsing'],
  ): Promise<GraphPage>;
  /** How many devices the tenant has. */
  deviceCount(meter: RequestMeter, signal: AbortSignal): Promise<number>;
  submitReport(request: ReportRequest, meter: RequestMeter, signal: AbortSignal): Promise<ReportJob>;
  reportJob(id: string, meter: RequestMeter, signal: AbortSignal): Promise<ReportJob>;
  /** The archive of a completed job, without our token: its URL is its own credential. */
  download(url: string, meter: RequestMeter, signal: AbortSignal): Promise<Readable>;
  /** Apps of the tenant's catalogue with these package names or bundle ids. */
  catalogApps(appIds: readonly string[], meter: RequestMeter, signal: AbortSignal): Promise<readonly CatalogApp[]>;
  /** Application permissions that the token carries, for `doctor`; null where the token does not tell. */
  permissions(meter: RequestMeter): Promise<readonly string[] | null>;
  close(): void;
}

/** Without it v1.0 answers `unknownFutureValue` for enum members it does not list (facts/intune-graph.md §1.2). */
const TELL_ALL_ENUM_MEMBERS = { Prefer: 'include-unknown-enum-members' };

/** A catalogue is some hundred apps; more pages than this is a server that repeats itself. */
const MAX_CATALOG_PAGES = 20;

export function makeIntuneClient(settings: IntuneSettings, dependencies: IntuneDependencies): IntuneClient {
  const { clock, random, userAgent } = dependencies;
  const connectorId = settings.id;
  const transport = makeTransport({ connectorId, baseUrl: settings.baseUrl, userAgent });
  const tokens = makeIntuneTokens(settings, dependencies);
  const json = makeJsonClient({
    connectorId,
    transport,
    tokens,
    limit: makeAdaptiveLimit(MAX_CONCURRENCY),
    clock,
    random,
    throttleWindowMs: THROTTLE_WINDOW_MS,
    describe: describeGraphError,
  });
  const graph = makeGraph(json, settings.baseUrl);

  const read = async <T>(
    call: JsonCall,
    schema: z.ZodType<T>,
    meter: RequestMeter,
    signal: AbortSignal,
  ): Promise<T> => {
    const { value } = await graph.call(call, meter, signal);
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const endpoint = transport.endpoint(call);
    const at = parsed.error.issues[0]?.path.join('.') ?? '';
    throw new TransientError(`${endpoint}: the answer has not the documented shape (${at})`, {
      connectorId,
      endpoint,
      hint: 'Check that baseUrl names Microsoft Graph and no proxy rewrites its answers.',
    });
  };

  const readPage = async (call: JsonCall, meter: RequestMeter, signal: AbortSignal): Promise<GraphPage> => {
    const page = await read(call, graphPage, meter, signal);
    return { rows: page.value, count: page['@odata.count'] ?? null, nextLink: page['@odata.nextLink'] ?? null };
  };

  return {
    connectorId,
    close() {
      transport.close();
      tokens.close();
    },
    devicePage(url, meter, signal, beforeParsing) {
      const call: JsonCall = { method: 'GET', url, headers: TELL_ALL_ENUM_MEMBERS, privileges: PERMISSIONS.devices };
      return readPage(beforeParsing === undefined ? call : { ...call, beforeParsing }, meter, signal);
    },
    async deviceCount(meter, signal) {
      const url = '/v1.0/deviceManagement/managedDeviceOverview?$select=enrolledDeviceCount';
      const call: JsonCall = { method: 'GET', url, privileges: PERMISSIONS.devices };
      return (await read(call, deviceOverview, meter, signal)).enrolledDeviceCount;
    },
    async submitReport({ reportName, select, filter }, meter, signal) {
      if (needsApplicationId(reportName) && !/^\(ApplicationId eq '[^']+'\)$/.test(filter ?? '')) {
        // The server answers 400 and the name falls out of use: facts/intune-graph.md §7 T13.
        throw new RangeError(`${reportName} must be filtered by ApplicationId`);
      }
      const body = { reportName, select, format: 'csv', ...(filter === undefined ? {} : { filter }) };
      const call: JsonCall = {
        method: 'POST',
        url: '/v1.0/deviceManagement/reports/exportJobs',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
        privileges: PERMISSIONS.export,
      };
      return jobOf(await read(call, exportJob, meter, signal));
    },
    async reportJob(id, meter, signal) {
      const url = `/v1.0/deviceManagement/reports/exportJobs/${encodeURIComponent(id)}`;
      const call: JsonCall = { method: 'GET', url, privileges: PERMISSIONS.export };
      return jobOf(await read(call, exportJob, meter, signal));
    },
    download(url, meter, signal) {
      meter.request();
      return openReport({ connectorId, userAgent, url, now: clock.now() }, signal);
    },
    async catalogApps(appIds, meter, signal) {
      const found = new Map<string, CatalogApp>();
      // Managed Google Play apps exist in beta only, all other kinds in v1.0 too (facts/intune-graph.md §1.1).
      for (const first of [
        '/v1.0/deviceAppManagement/mobileApps',
        "/beta/deviceAppManagement/mobileApps?$filter=isof('microsoft.graph.androidManagedStoreApp')",
      ]) {
        if (appIds.every((appId) => found.has(appId))) break;
        let url: string | null = first;
        for (let page = 0; url !== null; page += 1) {
          if (page === MAX_CATALOG_PAGES) throw endlessCatalog(connectorId);
          const answer: GraphPage = await readPage({ method: 'GET', url, privileges: PERMISSIONS.apps }, meter, signal);
          for (const app of answer.rows.flatMap(catalogAppOf))
            if (appIds.includes(app.appId)) found.set(app.appId, app);
          url = answer.nextLink;
        }
      }
      return [...found.values()];
    },
    async permissions(meter) {
      return rolesOf(await tokens.get(meter));
    },
  };
}

function needsApplicationId(reportName: string): boolean {
  return reportName === 'DeviceInstallStatusByApp';
}

function jobOf({ id, status, url }: z.output<typeof exportJob>): ReportJob {
  const archive = url === null || url === undefined || url === '' ? null : url;
  switch (status.toLowerCase()) {
    case 'completed':
      // Completed without an archive happens while the answer is being written: it is asked again.
      return { id, state: archive === null ? 'running' : 'completed', url: archive };
    case 'failed':
      return { id, state: 'failed', url: null };
    default:
      return { id, state: 'running', url: null };
  }
}

function catalogAppOf(row: unknown): CatalogApp[] {
  const app = mobileApp.safeParse(row);
  const appId = app.success ? (app.data.packageId ?? app.data.bundleId ?? null) : null;
  return app.success && appId !== null ? [{ id: app.data.id, appId }] : [];
}

function endlessCatalog(connectorId: string): PermanentError {
  return new PermanentError('the app catalogue does not end', {
    connectorId,
    endpoint: 'GET /v1.0/deviceAppManagement/mobileApps',
  });
}

/** The `roles` claim of an access token. The token is only read here, never trusted: Graph decides. */
function rolesOf(token: string): readonly string[] | null {
  const payload = token.split('.')[1];
  if (payload === undefined) return null;
  try {
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as unknown;
    if (typeof claims !== 'object' || claims === null || !('roles' in claims) || !Array.isArray(claims.roles))
      return null;
    return claims.roles.filter((role) => typeof role === 'string');
  } catch {
    // Not a JWT, e.g. a simulator's token.
    return null;
  }
}
