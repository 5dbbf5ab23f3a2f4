/** Jamf Pro's way of saying no: `{httpStatus, errors: [{code, field, description, id}]}` (facts/jamf-pro.md §1.3). */
import { STATUS_CODES } from 'node:http';
import type { SimAnswer } from '../kit/route';

/** @param code e.g. `INVALID_TOKEN`. */
export function jamfErrorBody(status: number, code: string, description: string, field: string | null = null): unknown {
  return { httpStatus: status, errors: [{ code, field, description, id: '0' }] };
}

export function jamfError(status: number, code: string, description: string, field: string | null = null): SimAnswer {
  return { status, body: jamfErrorBody(status, code, description, field) };
}

/** The body for a status that a fault script asks for. */
export function jamfBodyForStatus(status: number): unknown {
  const description = STATUS_CODES[status] ?? 'Error';
  const code = status === 401 ? 'INVALID_TOKEN' : status === 403 ? 'INVALID_PRIVILEGE' : String(status);
  return jamfErrorBody(status, code, status === 403 ? 'Forbidden' : description);
}
