/** Workspace ONE UEM's HTTP surface as far as inventory needs it: five reading calls, each at one API version. */
import type { z } from 'zod';
import { PermanentError, TransientError } from '../../core/errors';
import type { Clock, Random } from '../../core/ports/clock';
import type { RequestMeter } from '../../core/ports/inventory-source';
import { makeAdaptiveLimit } from '../http/adaptive-limit';
import { makeJsonClient } from '../http/json-client';
import type { JsonAnswer } from '../http/json-client';
import { makeTransport } from '../http/transport';
import { isGuid, onlyAllowedCalls, ROUTES } from './allow-list';
import type { Route } from './allow-list';
import { describeUemError, MAX_CONCURRENCY, THROTTLE_WINDOW_MS } from './errors';
import { makeQuota } from './quota';
import type { QuotaState } from './quota';
import { appDevicePage, appPage, devicePage, deviceTimes } from './schema';
import type { ZonedTimes } from './time-offset';
import { makeUemTokens } from './tokens';

export interface WorkspaceOneSettings {
  readonly id: string;
  /** The API host (`as…`), not the console host (`cn…`). */
  readonly baseUrl: string;
  readonly auth: {
    readonly tokenUrl: string;
    readonly clientId: string;
    readonly clientSecret: string;
    /** Sent as `aw-tenant-code` where it is set: sources disagree on whether OAuth needs it (facts/workspace-one.md §1). */
    readonly tenantCode: string | null;
  };
  /** Country of numbers written without one, ISO 3166 alpha-2. */
  readonly defaultCountry: string | null;
  /** Package names and bundle ids whose versions are wanted. */
  readonly watchedApps: readonly string[];
  /** Share of the daily quota that a pull leaves untouched, in percent. */
  readonly dailyReservePercent: number;
  /** Rows asked for per page; the server cuts it at 500. */
  readonly pageSize?: number;
}

export interface WorkspaceOneDependencies {
  readonly clock: Clock;
  readonly random: Random;
  readonly userAgent: string;
}

export interface DeviceRows {
  readonly rows: readonly unknown[];
  /** Null where the answer was empty (204) and stated none. */
  readonly total: number | null;
  /** Rows per page as the server counts them; null where it does not say. */
  readonly pageSize: number | null;
  readonly warnings: readonly string[];
}

export interface CatalogApp {
  readonly uuid: string;
  readonly name: string | null;
}

export interface PageQuery {
  readonly page: number;
  readonly pageSize: number;
}

export interface WorkspaceOneClient {
  readonly connectorId: string;
  /** @param seenSince `yyyy-MM-ddTHH:mm:ss.fff` in the account's zone; null for all devices. */
  searchDevices(
    query: PageQuery & { readonly seenSince: string | null },
    meter: RequestMeter,
    signal: AbortSignal,
  ): Promise<DeviceRows>;
  /** Devices whose enrollment ended since then; same time format. */
  searchUnenrolled(
    query: PageQuery & { readonly changedSince: string },
    meter: RequestMeter,
    signal: AbortSignal,
  ): Promise<DeviceRows>;
  /** Times of one device with their zone; null when the device is gone or its id cannot stand in a path. */
  deviceTimes(uuid: string, meter: RequestMeter, signal: AbortSignal): Promise<ZonedTimes | null>;
  /** Entries of the app catalogue with exactly this package name or bundle id; one app can stand there several times. */
  findApps(bundleId: string, meter: RequestMeter, signal: AbortSignal): Promise<readonly CatalogApp[]>;
  /** Devices that have the app or are assigned it. */
  appDevices(appUuid: string, query: PageQuery, meter: RequestMeter, signal: AbortSignal): Promise<DeviceRows>;
  /** A device search of one row, for `doctor`: the total and the headers of the answer. */
  probe(
    meter: RequestMeter,
    signal: AbortSignal,
  ): Promise<{ readonly total: number; readonly headers: JsonAnswer['headers']; readonly warnings: readonly string[] }>;
  /** The daily quota as last told; null before the first answer. */
  readonly quota: () => QuotaState | null;
  readonly close: () => void;
}

type Query = Readonly<Record<string, string | number>>;

export function makeWorkspaceOneClient(
  settings: WorkspaceOneSettings,
  dependencies: WorkspaceOneDependencies,
): WorkspaceOneClient {
  const connectorId = settings.id;
  const { clock, random, userAgent } = dependencies;
  const { tenantCode, ...credentials } = settings.auth;
  const transport = onlyAllowedCalls(makeTransport({ connectorId, baseUrl: settings.baseUrl, userAgent }), connectorId);
  const { tokens, close: closeTokens } = makeUemTokens({ connectorId, ...credentials }, dependencies);
  const quota = makeQuota(connectorId, settings.dailyReservePercent, clock);
  const json = makeJsonClient({
    connectorId,
    transport,
    tokens,
    limit: makeAdaptiveLimit(MAX_CONCURRENCY),
    clock,
    random,
    throttleWindowMs: THROTTLE_WINDOW_MS,
    ...(tenantCode === null ? {} : { headers: { 'aw-tenant-code': tenantCode } }),
    describe: describeUemError,
    inspect: (answer, endpoint) => quota.read(answer, endpoint),
  });

  interface Answered<T> {
    /** Null for an empty answer: no rows. */
    readonly data: T | null;
    readonly headers: JsonAnswer['headers'];
    readonly warnings: readonly string[];
  }

  const call = async <T>(
    route: Route,
    shape: z.ZodType<T>,
    { uuid, query = {} }: { readonly uuid?: string; readonly query?: Query },
    meter: RequestMeter,
    signal: AbortSignal,
  ): Promise<Answered<T>> => {
    const { method, path, version, privileges } = route;
    const endpoint = `${method} ${path}`;
    quota.check(endpoint);
    const parameters = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
    const place = uuid === undefined ? path : path.replace('{uuid}', uuid);
    const url = parameters.length === 0 ? place : `${place}?${parameters.join('&')}`;
    const headers = { Accept: `application/json;version=${version}` };
    const answer = await json.call({ method, url, headers, privileges }, meter, signal);
    const warnings = assertVersion(answer, version, endpoint, connectorId);
    if (answer.value === null) return { data: null, headers: answer.headers, warnings };
    const parsed = shape.safeParse(answer.value);
    if (!parsed.success) {
      const where = parsed.error.issues[0]?.path.join('.') ?? '';
      throw new TransientError(`${endpoint}: the answer has not the documented shape (${where})`, {
        connectorId,
        endpoint,
        hint: 'Check that baseUrl names the API host of the tenant (as…, not cn…) and no proxy rewrites its answers.',
      });
    }
    return { data: parsed.data, headers: answer.headers, warnings };
  };

  const search = async (
    route: Route,
    query: Query,
    meter: RequestMeter,
    signal: AbortSignal,
  ): Promise<DeviceRows & { readonly headers: JsonAnswer['headers'] }> => {
    const { data, headers, warnings } = await call(route, devicePage, { query }, meter, signal);
    return {
      rows: data?.Devices ?? [],
      total: data?.Total ?? null,
      pageSize: data?.PageSize ?? null,
      headers,
      warnings,
    };
  };

  return {
    connectorId,
    quota: () => quota.state,
    close: () => {
      transport.close();
      closeTokens();
    },
    searchDevices({ page, pageSize, seenSince }, meter, signal) {
      const window: Query = seenSince === null ? {} : { seensince: seenSince };
      const query = { ...window, orderby: 'deviceid', sortorder: 'ASC', page, pagesize: pageSize };
      return search(ROUTES.deviceSearch, query, meter, signal);
    },
    searchUnenrolled({ page, pageSize, changedSince }, meter, signal) {
      const query = { enrollmentstatus: 'Unenrolled', statuschangestarttime: changedSince, page, pagesize: pageSize };
      return search(ROUTES.extensiveSearch, query, meter, signal);
    },
    async deviceTimes(uuid, meter, signal) {
      if (!isGuid(uuid)) return null;
      try {
        const { data } = await call(ROUTES.device, deviceTimes, { uuid }, meter, signal);
        return {
          enrolledOn: data?.enrollmentInfo?.enrollmentTimestamp ?? null,
          lastSeen: data?.enrollmentInfo?.lastSeenTimestamp ?? null,
        };
      } catch (error) {
        // 404 with errorCode 5061: the device was deleted since the page was read (facts/workspace-one.md §2.4).
        if (error instanceof PermanentError && error.context.status === 404) return null;
        throw error;
      }
    },
    async findApps(bundleId, meter, signal) {
      const query = { bundle_id: bundleId, page: 0, page_size: 500 };
      const { data } = await call(ROUTES.appSearch, appPage, { query }, meter, signal);
      return (data?.applications ?? []).flatMap(({ uuid, bundle_id, application_name }) =>
        // Whether the filter means "is" or "contains" is not documented.
        bundle_id === bundleId && typeof uuid === 'string' && isGuid(uuid)
          ? [{ uuid, name: application_name ?? null }]
          : [],
      );
    },
    async appDevices(appUuid, { page, pageSize }, meter, signal) {
      const query = { page, pagesize: pageSize };
      const { data, warnings } = await call(ROUTES.appDevices, appDevicePage, { uuid: appUuid, query }, meter, signal);
      return { rows: data?.devices ?? [], total: data?.TotalResults ?? null, pageSize: null, warnings };
    },
    async probe(meter, signal) {
      const query = { page: 0, pagesize: 1 };
      const { total, headers, warnings } = await search(ROUTES.deviceSearch, query, meter, signal);
      return { total: total ?? 0, headers, warnings };
    },
  };
}

/**
 * A wrong `Accept` is answered as version 1 without a word (facts/workspace-one.md §1, §8 case 11), and version 1 means
 * other fields. @returns a warning where the answer does not say its version. @throws PermanentError on another version.
 */
function assertVersion(
  { headers }: Pick<JsonAnswer, 'headers'>,
  version: number,
  endpoint: string,
  connectorId: string,
): readonly string[] {
  const told = headers['x-api-version']?.trim().replace(/^v/i, '') ?? '';
  if (told === String(version)) return [];
  if (told === '') return [`${endpoint} does not say its API version; version ${version} is assumed.`];
  const supported = headers['api-supported-versions'];
  throw new PermanentError(
    `${endpoint} answered in API version ${told} although version ${version} was asked for (X-Api-Version)`,
    {
      connectorId,
      endpoint,
      hint: `The server supports: ${supported ?? 'not told'}. Update UEM, or remove the proxy that changes the Accept header.`,
    },
  );
}
