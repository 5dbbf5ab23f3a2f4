import { PermanentError, ThrottledError, TransientError } from '../../../../core/errors';
import type { FailureContext } from '../../../../core/errors';
import { errorForAnswer, safeText } from '../../../../connectors/http/answer-errors';
import type { VendorError } from '../../../../connectors/http/answer-errors';

const NOW = Date.parse('2026-11-25T08:00:00.000Z');
const WINDOW = 10_000;

function errorFor(
  status: number,
  headers: Record<string, string> = {},
  vendor: VendorError = { message: '' },
  jitter = 0,
): Error & { readonly context: FailureContext; readonly retryAt?: number } {
  const error = errorForAnswer(
    { status, headers, body: Buffer.alloc(0), milliseconds: 1 },
    {
      connectorId: 'mdm',
      endpoint: 'GET /devices',
      privileges: ['Read Devices'],
      now: NOW,
      throttleWindowMs: WINDOW,
      jitter,
      describe: () => vendor,
    },
  );
  if (error instanceof PermanentError || error instanceof TransientError || error instanceof ThrottledError)
    return error;
  throw new Error('an untyped error');
}

describe('what an answer other than success means', () => {
  test.each([
    { status: 301, kind: PermanentError, reason: 'redirects are not followed: a token would follow too' },
    { status: 302, kind: PermanentError, reason: 'the same' },
    { status: 400, kind: PermanentError, reason: 'the same request fails the same way' },
    { status: 401, kind: PermanentError, reason: 'a fresh token was refused already' },
    { status: 403, kind: PermanentError, reason: 'a privilege is missing' },
    { status: 404, kind: PermanentError, reason: 'a missing endpoint is no empty fleet' },
    { status: 408, kind: TransientError, reason: 'the server gave up waiting' },
    { status: 410, kind: PermanentError, reason: 'gone' },
    { status: 425, kind: TransientError, reason: 'too early' },
    { status: 429, kind: ThrottledError, reason: 'throttled' },
    { status: 500, kind: TransientError, reason: 'the server failed' },
    { status: 501, kind: PermanentError, reason: 'not implemented will not be implemented by trying again' },
    { status: 502, kind: TransientError, reason: 'what stands before the server failed' },
    { status: 503, kind: TransientError, reason: 'unavailable, and nobody says until when' },
    { status: 504, kind: TransientError, reason: 'a time-out behind a gateway' },
  ])('$status: $reason', ({ status, kind }) => {
    const error = errorFor(status);
    expect(error).toBeInstanceOf(kind);
    expect(error.context).toMatchObject({ connectorId: 'mdm', endpoint: 'GET /devices', status });
    expect(error.context.hint).toEqual(expect.stringMatching(/\.$/));
  });

  test.each([
    { status: 429, headers: { 'retry-after': '7' }, at: 7_000, reason: 'seconds' },
    { status: 429, headers: { 'retry-after': '7200' }, at: 7_200_000, reason: 'two hours are two hours' },
    { status: 429, headers: { 'retry-after': 'Wed, 25 Nov 2026 08:10:00 GMT' }, at: 600_000, reason: 'a date' },
    { status: 503, headers: { 'retry-after': '30' }, at: 30_000, reason: 'a 503 that names a time is a throttle' },
    { status: 429, headers: {}, at: WINDOW, reason: 'without the header the vendor’s window' },
    { status: 429, headers: { 'retry-after': 'later' }, at: WINDOW, reason: 'an unreadable header is none' },
  ])('$status with $headers waits for $at ms: $reason', ({ status, headers, at }) => {
    expect(errorFor(status, headers).retryAt).toBe(NOW + at);
  });

  test('the wait that only the body names counts, the header comes first', () => {
    const vendor = { message: 'slow down', retryAfterSeconds: 90 };
    expect(errorFor(429, {}, vendor).retryAt).toBe(NOW + 90_000);
    expect(errorFor(429, { 'retry-after': '5' }, vendor).retryAt).toBe(NOW + 5_000);
  });

  test('chance only lengthens the wait: never earlier than the window, at most half of it later', () => {
    for (const jitter of [0, 0.25, 0.999]) {
      const { retryAt } = errorFor(429, {}, { message: '' }, jitter);
      expect(retryAt).toBeGreaterThanOrEqual(NOW + WINDOW);
      expect(retryAt).toBeLessThanOrEqual(NOW + WINDOW * 1.5);
    }
    expect(errorFor(429, {}, { message: '' }, 0.9).retryAt).toBeGreaterThan(
      errorFor(429, {}, { message: '' }, 0.1).retryAt!,
    );
  });

  test('a refusal names the privileges of the endpoint and what the vendor says', () => {
    const error = errorFor(403, {}, { message: 'INVALID_PRIVILEGE' });
    expect(error.message).toContain('INVALID_PRIVILEGE');
    expect(error.context.hint).toContain('Read Devices');
  });
});

describe('text of a vendor in errors and logs', () => {
  test.each([
    { text: 'Device +1 404 555 0123 was not found', hidden: '555', reason: 'a phone number' },
    { text: 'imei 356938035643809 unknown', hidden: '356938035643809', reason: 'an IMEI' },
    { text: `token ${'a1B2'.repeat(12)} expired`, hidden: 'a1B2a1B2', reason: 'a token' },
  ])('$reason is blanked', ({ text, hidden }) => {
    expect(safeText(text)).not.toContain(hidden);
    expect(safeText(text)).toContain('…');
  });

  test('words stay, line breaks go, length ends at 200', () => {
    expect(safeText('  The  server\nis   down ')).toBe('The server is down');
    expect(safeText('word '.repeat(100)).length).toBeLessThanOrEqual(200);
  });
});
