/** Jamf Pro's HTTP surface as far as inventory needs it: token, version, pages of the detail list. */
import type { z } from 'zod';
import { TransientError } from '../../core/errors';
import type { Clock, Random } from '../../core/ports/clock';
import type { RequestMeter } from '../../core/ports/inventory-source';
import { makeAdaptiveLimit } from '../http/adaptive-limit';
import { makeTokenRequest } from '../http/client-credentials';
import type { TokenRequest } from '../http/client-credentials';
import { makeJsonClient } from '../http/json-client';
import { makeTokenSource } from '../http/token-source';
import { makeTransport } from '../http/transport';
import { describeJamfError, MAX_CONCURRENCY, PRIVILEGES, THROTTLE_WINDOW_MS } from './errors';
import { jamfPage, jamfVersion } from './schema';

export interface JamfSettings {
  readonly id: string;
  readonly baseUrl: string;
  readonly pageSize: number;
  /** Bundle ids whose versions are wanted; the (large) APPLICATIONS section is asked for only then. */
  readonly watchedApps: readonly string[];
  readonly auth: { readonly clientId: string; readonly clientSecret: string };
  /** Country of numbers written without one, ISO 3166 alpha-2. */
  readonly defaultCountry: string | null;
}

export interface JamfDependencies {
  readonly clock: Clock;
  readonly random: Random;
  readonly userAgent: string;
}

export interface DetailQuery {
  readonly sections: readonly string[];
  readonly page: number;
  readonly pageSize: number;
  readonly sort: string;
  readonly filter?: string;
}

export interface DetailPage {
  readonly totalCount: number;
  readonly results: readonly unknown[];
}

export interface AboutServer {
  readonly version: readonly [number, number];
  readonly headers: Readonly<Record<string, string | undefined>>;
}

export interface JamfClient {
  readonly connectorId: string;
  detail(query: DetailQuery, meter: RequestMeter, signal: AbortSignal): Promise<DetailPage>;
  /** Version as `[major, minor]`; asked once per process. */
  version(meter: RequestMeter, signal: AbortSignal): Promise<readonly [number, number]>;
  /** Version and headers of a fresh answer, for `doctor`. */
  about(meter: RequestMeter, signal: AbortSignal): Promise<AboutServer>;
  readonly close: () => void;
}

export function makeJamfClient(settings: JamfSettings, { clock, random, userAgent }: JamfDependencies): JamfClient {
  const connectorId = settings.id;
  const transport = makeTransport({ connectorId, baseUrl: settings.baseUrl, userAgent });
  const tokenRequest: TokenRequest = {
    connectorId,
    transport,
    // `/api/oauth/token` is the path of older servers: asked where v1 does not exist (facts/jamf-pro.md §1.1).
    urls: ['/api/v1/oauth/token', '/api/oauth/token'],
    fields: { client_id: settings.auth.clientId, client_secret: settings.auth.clientSecret },
    refusedHint:
      'Check clientId and clientSecret, and that the API client is enabled and has an API role (a new client is disabled by default).',
    throttleWindowMs: THROTTLE_WINDOW_MS,
    assumedLifeSeconds: 60,
    clock,
    random,
    describe: describeJamfError,
  };

  const json = makeJsonClient({
    connectorId,
    transport,
    tokens: makeTokenSource(makeTokenRequest(tokenRequest), clock),
    limit: makeAdaptiveLimit(MAX_CONCURRENCY),
    clock,
    random,
    throttleWindowMs: THROTTLE_WINDOW_MS,
    describe: describeJamfError,
  });

  const unreadable = (endpoint: string, cause: z.ZodError): TransientError =>
    new TransientError(
      `${endpoint}: the answer has not the documented shape (${cause.issues[0]?.path.join('.') ?? ''})`,
      {
        connectorId,
        endpoint,
        hint: 'Check that baseUrl names a Jamf Pro server and no proxy rewrites its answers.',
      },
    );

  const about = async (meter: RequestMeter, signal: AbortSignal): Promise<AboutServer> => {
    const url = '/api/v1/jamf-pro-version';
    const { value, headers } = await json.call({ method: 'GET', url, privileges: PRIVILEGES.version }, meter, signal);
    const parsed = jamfVersion.safeParse(value);
    if (!parsed.success) throw unreadable(`GET ${url}`, parsed.error);
    const [, major = '0', minor = '0'] = /^(\d+)\.(\d+)/.exec(parsed.data.version) ?? [];
    return { version: [Number(major), Number(minor)], headers };
  };

  let known: Promise<readonly [number, number]> | null = null;

  return {
    connectorId,
    close: transport.close,
    async detail(query, meter, signal) {
      const parameters = query.sections.map((section) => `section=${section}`);
      parameters.push(`page=${query.page}`, `page-size=${query.pageSize}`, `sort=${encodeURIComponent(query.sort)}`);
      if (query.filter !== undefined) parameters.push(`filter=${encodeURIComponent(query.filter)}`);
      const [major, minor] = await this.version(meter, signal);
      // Without it one broken device turns the whole page into a 500: facts/jamf-pro.md §0.6.
      if (isLenient([major, minor])) parameters.push('exception-handling=LENIENT');
      const url = `/api/v2/mobile-devices/detail?${parameters.join('&')}`;
      const { value } = await json.call({ method: 'GET', url, privileges: PRIVILEGES.devices }, meter, signal);
      const page = jamfPage.safeParse(value);
      if (!page.success) throw unreadable('GET /api/v2/mobile-devices/detail', page.error);
      return page.data;
    },
    about,
    version(meter, signal) {
      known ??= about(meter, signal)
        .then(({ version }) => version)
        .catch((error: unknown) => {
          known = null;
          throw error;
        });
      return known;
    },
  };
}

/** `exception-handling` exists since 11.29 (facts/jamf-pro.md §2.6). */
export function isLenient([major, minor]: readonly [number, number]): boolean {
  return major > 11 || (major === 11 && minor >= 29);
}
