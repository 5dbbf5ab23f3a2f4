/** What Graph says when it refuses, and the application permission each call needs by the name the console shows. */
import { safeText } from '../http/answer-errors';
import type { VendorError } from '../http/answer-errors';
import type { HttpAnswer } from '../http/transport';
import { entraError, graphError, nestedIntuneError } from './schema';

/** Least application permission per call: facts/intune-graph.md §3.7; reasons in docs/permissions/intune.md. */
export const PERMISSIONS = {
  devices: ['DeviceManagementManagedDevices.Read.All'],
  export: ['DeviceManagementManagedDevices.Read.All'],
  apps: ['DeviceManagementApps.Read.All'],
} as const;

/**
 * A pull is a chain of pages and a few report jobs. 2000 requests per 20 s are allowed (facts/intune-graph.md §2.1);
 * this many at a time stay far below.
 */
export const MAX_CONCURRENCY = 4;

/** Intune counts requests in windows of 20 s and often leaves `Retry-After` out: facts/intune-graph.md §2.1, §7 T8. */
export const THROTTLE_WINDOW_MS = 20_000;

/** Graph's error, with the JSON that Intune nests inside `error.message` decoded and its `RetryAfter` read. */
export function describeGraphError(answer: HttpAnswer): VendorError {
  const parsed = graphError.safeParse(readJson(answer.body.toString('utf8')));
  if (!parsed.success) return { message: '' };
  const { code, message } = parsed.data.error;
  const nested = nestedIntuneError.safeParse(readJson(message ?? ''));
  const inner = nested.success ? nested.data : null;
  const wait = inner === null ? null : secondsOf(inner.RetryAfter);
  return {
    message: safeText([code, inner?.Message ?? (inner === null ? message : null)].filter(Boolean).join(' ')),
    ...(wait === null ? {} : { retryAfterSeconds: wait }),
  };
}

/** The token endpoint's refusal: the OAuth code and Entra's own number, never the text, which names the tenant. */
export function describeEntraError(answer: HttpAnswer): VendorError {
  const parsed = entraError.safeParse(readJson(answer.body.toString('utf8')));
  if (!parsed.success) return { message: '' };
  const { error, error_description } = parsed.data;
  const number = /AADSTS\d+/.exec(error_description ?? '')?.[0];
  return { message: safeText([error, number].filter(Boolean).join(' ')) };
}

/** Whole or decimal seconds, or `hh:mm:ss`; null for everything else. */
function secondsOf(wait: number | string | null | undefined): number | null {
  if (typeof wait === 'number') return wait >= 0 ? wait : null;
  if (typeof wait !== 'string') return null;
  if (/^\d+(?:\.\d+)?$/.test(wait)) return Number(wait);
  const [, hours, minutes, seconds] = /^(\d+):(\d{2}):(\d{2})/.exec(wait) ?? [];
  return hours === undefined ? null : Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Proxies answer in HTML and most messages are plain text: then the status is all there is to say.
    return null;
  }
}
