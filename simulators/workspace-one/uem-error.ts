/** Error bodies of UEM: `{errorCode, message, activityId}` (facts/workspace-one.md §1). */
import { guidOf } from '../fleet/identifiers';

const ACTIVITY_STREAM = 431;

const CODES: Readonly<Record<number, readonly [errorCode: number, message: string]>> = {
  400: [400, 'Invalid request.'],
  401: [1005, 'An error occurred while validating remote service client credentials or user not found'],
  403: [1013, 'Invalid tenant code.'],
  404: [5061, 'Device not found for this request.'],
  // Neither code nor text of a 429 has been seen: facts/workspace-one.md §9.
  429: [429, 'API quota exceeded.'],
};

let activities = 0;

/** @param message instead of the usual one of the status. */
export function uemError(status: number, message?: string): unknown {
  const [errorCode, usual] = CODES[status] ?? [status, 'An unexpected error occurred.'];
  activities += 1;
  return { errorCode, message: message ?? usual, activityId: guidOf(0, ACTIVITY_STREAM, activities) };
}
