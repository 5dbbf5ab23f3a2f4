/** What the answers of the blob service mean for the port. */
import { BlobConflict, BlobHeld } from '../../core/ports/blob-store';
import { failureOf } from './azure-errors';
import type { AzureFailure } from './azure-errors';

/** Listings give etags without the quotes that headers have; conditions need them. */
export function quoted(etag: string): string {
  return etag.startsWith('"') ? etag : `"${etag}"`;
}

/** E.g. `BlobImmutableDueToPolicy`, for legal holds too. */
export function isHeld({ status, code }: AzureFailure): boolean {
  return status === 409 && code.includes('Immutable');
}

/** Whether the blob is there and must not be, or is another version. */
export function isConflict({ status, code }: AzureFailure): boolean {
  return status === 412 || (status === 409 && code === 'BlobAlreadyExists');
}

export function isAbsent({ status, code }: AzureFailure): boolean {
  // An answer without a body, as to HEAD, may come without a code.
  return status === 404 && code !== 'ContainerNotFound';
}

/** Does the work; a refusal for a hold or a retention becomes BlobHeld. */
export async function unlessHeld<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const failure = failureOf(error);
    throw failure !== null && isHeld(failure) ? new BlobHeld(name) : error;
  }
}

/** Does the work; absence becomes BlobConflict. */
export async function unlessAbsent<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const failure = failureOf(error);
    throw failure !== null && isAbsent(failure) ? new BlobConflict(name) : error;
  }
}
