/** What Jamf Pro says when it refuses, and the privileges each call needs by the names of its console. */
import { safeText } from '../http/answer-errors';
import type { VendorError } from '../http/answer-errors';
import type { HttpAnswer } from '../http/transport';
import { jamfError } from './schema';

/** `x-required-privileges` of the server's own schema: facts/jamf-pro.md §1.4. */
export const PRIVILEGES = {
  devices: ['Read Mobile Devices'],
  version: [],
} as const;

/** The advice for clients: at most 5 connections at a time (facts/jamf-pro.md §2.5). */
export const MAX_CONCURRENCY = 5;

/** Jamf publishes no throttling window; 10 s is a guarded assumption, used only where `Retry-After` is missing. */
export const THROTTLE_WINDOW_MS = 10_000;

export function describeJamfError(answer: HttpAnswer): VendorError {
  let value: unknown;
  try {
    value = JSON.parse(answer.body.toString('utf8'));
  } catch {
    // Classic errors and proxies answer in HTML (facts/jamf-pro.md §1.3); the status is all there is to say.
    return { message: '' };
  }
  const parsed = jamfError.safeParse(value);
  if (!parsed.success) return { message: '' };
  const { errors, error, error_description } = parsed.data;
  const first = errors?.[0];
  return {
    message: safeText([first?.code ?? error, first?.description ?? error_description].filter(Boolean).join(' ')),
  };
}
