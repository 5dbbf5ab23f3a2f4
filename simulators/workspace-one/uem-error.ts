/** Error bodies of UEM: `{errorCode, message, activityId}` (facts/workspace-one.md §1). */

/** The same in every answer: it is printed, never compared. */
const ACTIVITY_ID = '8bcc0752-0000-4000-8000-000000000001';

const CODES: Readonly<Record<number, readonly [errorCode: number, message: string]>> = {
  400: [400, 'Invalid request.'],
  401: [1005, 'An error occurred while validating remote service client credentials or user not found'],
  403: [1013, 'Invalid tenant code.'],
  404: [5061, 'Device not found for this request.'],
  // Neither code nor text of a 429 has been seen: facts/workspace-one.md §9.
  429: [429, 'API quota exceeded.'],
};

/** @param message instead of the usual one of the status. */
export function uemError(status: number, message?: string): unknown {
  const [errorCode, usual] = CODES[status] ?? [status, 'An unexpected error occurred.'];
  return { errorCode, message: message ?? usual, activityId: ACTIVITY_ID };
}
