/**
 * One conditional GET of a feed: https only (or this machine), bounded in time and size, TLS always checked.
 * Nothing secret is sent; redirects are followed as long as they keep to the same rule.
 */
import axios from 'axios';
import type { AxiosRequestConfig, AxiosResponse } from 'axios';
import https from 'node:https';
import { rootCertificates } from 'node:tls';
import { PermanentError, TransientError } from '../core/errors';

export const MAX_FEED_BYTES = 20 * 1024 * 1024;
const MAX_REDIRECTS = 3;

export interface FeedRequest {
  readonly url: string;
  /** PEM text of an authority to trust beside the usual ones. */
  readonly ca?: string | undefined;
  readonly etag: string | null;
  readonly lastModified: string | null;
  /** Until the answer begins. */
  readonly firstByteTimeoutMs?: number;
  /** Until the last byte. */
  readonly totalTimeoutMs?: number;
}

export type FeedAnswer =
  | { readonly kind: 'not-modified' }
  | {
      readonly kind: 'document';
      readonly text: string;
      readonly etag: string | null;
      readonly lastModified: string | null;
    };

/** True for https, and for plain http to this machine, which tests and simulators use. */
export function isAllowedFeedUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '') return false;
  if (url.protocol === 'https:') return true;
  return url.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
}

/**
 * @throws {TransientError} when the feed cannot be had now: network, time-out, 429, 5xx.
 * @throws {PermanentError} when asking again will not help: another status, an address outside the rule, a body too large.
 */
export async function fetchFeed(request: FeedRequest): Promise<FeedAnswer> {
  const { url, ca, firstByteTimeoutMs = 20_000, totalTimeoutMs = 60_000 } = request;
  const endpoint = describe(url);
  if (!isAllowedFeedUrl(url)) {
    throw new PermanentError(`${endpoint} is not allowed as a feed`, {
      endpoint,
      hint: 'use an https address without user and password',
    });
  }
  const answer = await send(endpoint, {
    url,
    responseType: 'arraybuffer',
    headers: {
      Accept: 'application/json',
      ...(request.etag === null ? {} : { 'If-None-Match': request.etag }),
      ...(request.lastModified === null ? {} : { 'If-Modified-Since': request.lastModified }),
    },
    timeout: firstByteTimeoutMs,
    signal: AbortSignal.timeout(totalTimeoutMs),
    maxContentLength: MAX_FEED_BYTES,
    maxRedirects: MAX_REDIRECTS,
    beforeRedirect: refuseForbiddenTarget,
    proxy: false,
    validateStatus: () => true,
    ...(ca === undefined ? {} : { httpsAgent: new https.Agent({ ca: [...rootCertificates, ca] }) }),
  });
  const { status } = answer;
  if (status === 304) return { kind: 'not-modified' };
  if (status !== 200) {
    const context = { endpoint, status, hint: `see what ${endpoint.slice(4)} answers from this machine` };
    throw status === 429 || status >= 500
      ? new TransientError(`${endpoint}: HTTP ${status}`, context)
      : new PermanentError(`${endpoint}: HTTP ${status}`, context);
  }
  const headers: unknown = answer.headers;
  return {
    kind: 'document',
    text: Buffer.from(answer.data).toString('utf8'),
    etag: headerOf(headers, 'etag'),
    lastModified: headerOf(headers, 'last-modified'),
  };
}

async function send(endpoint: string, config: AxiosRequestConfig): Promise<AxiosResponse<ArrayBuffer>> {
  try {
    return await axios.get<ArrayBuffer>(config.url ?? '', config);
  } catch (error) {
    const code = axios.isAxiosError(error) ? (error.code ?? error.message) : 'unknown failure';
    const cause = new Error(error instanceof Error ? error.message : 'unknown failure');
    if (cause.message.includes('maxContentLength')) {
      throw new PermanentError(`${endpoint}: the answer is larger than ${MAX_FEED_BYTES} bytes`, {
        endpoint,
        hint: 'a release feed is a tenth of that: check the address',
        cause,
      });
    }
    if (code === 'ERR_FR_TOO_MANY_REDIRECTS' || cause.message.includes(FORBIDDEN)) {
      throw new PermanentError(`${endpoint}: a redirect that is not followed`, {
        endpoint,
        hint: 'configure the address that the feed has now',
        cause,
      });
    }
    throw new TransientError(`${endpoint}: ${code}`, { endpoint, hint: hintFor(code), cause });
  }
}

const FORBIDDEN = 'redirect to an address that is not allowed';

function refuseForbiddenTarget(options: Record<string, unknown>): void {
  if (typeof options.href !== 'string' || !isAllowedFeedUrl(options.href)) throw new Error(FORBIDDEN);
}

/** Apple's catalogue is served under Apple's own root, which no system trusts (facts/rcs-carrier.md §4.4). */
function hintFor(code: string): string {
  return /CERT|SELF_SIGNED|ISSUER|VERIFY|ALTNAME/.test(code)
    ? "its certificate is not trusted here: name the feed's own root in caPath"
    : 'check network, DNS and firewall';
}

/** `GET` and the address without query values. */
function describe(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? 'GET a feed' : `GET ${parsed.origin}${parsed.pathname}`;
}

function headerOf(headers: unknown, name: string): string | null {
  if (typeof headers !== 'object' || headers === null) return null;
  const value: unknown = Reflect.get(headers, name);
  return typeof value === 'string' && value !== '' ? value : null;
}
