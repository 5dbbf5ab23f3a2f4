/** What Workspace ONE UEM says when it refuses, in words that name the cause. */
import { safeText } from '../http/answer-errors';
import type { VendorError } from '../http/answer-errors';
import type { HttpAnswer } from '../http/transport';
import { uemError } from './schema';

/**
 * Requests under way at one time. The quota is per organization group and shared by every client of it
 * (facts/workspace-one.md §3), and nobody publishes an advice: two is careful.
 */
export const MAX_CONCURRENCY = 2;

/** A 429 with calls left today is the per-minute limit: a minute is waited (facts/workspace-one.md §3). */
export const THROTTLE_WINDOW_MS = 60_000;

/** Codes that are worth more than the vendor's sentence: facts/workspace-one.md §1. */
const MEANING: Readonly<Record<string, string>> = {
  '1005': 'the account is not accepted by the API: a directory account, a wrong credential or no API role',
  '1013':
    'the API key is missing or wrong: set auth.tenantCode to the aw-tenant-code of the Customer-type organization group',
  '5061': 'the device does not exist any more',
};

export function describeUemError(answer: Pick<HttpAnswer, 'body'>): VendorError {
  let value: unknown;
  try {
    value = JSON.parse(answer.body.toString('utf8'));
  } catch {
    // Errors can be HTML pages (facts/workspace-one.md §1); the status is all there is to say.
    return { message: '' };
  }
  const parsed = uemError.safeParse(value);
  if (!parsed.success) return { message: '' };
  const { errorCode, message, error, error_description } = parsed.data;
  const code = errorCode ?? error ?? null;
  const meaning = code === null ? undefined : MEANING[String(code)];
  // With a meaning of ours the vendor's text is left out: it repeats account names (§7, bad credentials).
  const words = meaning === undefined ? safeText(message ?? error_description ?? '') : `(${meaning})`;
  return { message: [code, words].filter((part) => part !== null && part !== '').join(' ') };
}

const LEGACY_HOST = /\.vmwservices\.com$/i;

/** @returns what to write instead of a token host that is retired; null for any other host. */
export function hintForRetiredHost(tokenUrl: string): string | null {
  if (!LEGACY_HOST.test(new URL(tokenUrl).hostname)) return null;
  // Legacy hosts stop resolving: facts/workspace-one.md §1, §8 case 16. Regions keep their first label.
  return `The hosts *.uemauth.vmwservices.com are retired: set auth.tokenUrl to ${tokenUrl.replace(/\.vmwservices\.com/i, '.workspaceone.com')}.`;
}
