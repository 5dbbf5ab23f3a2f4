/** Reading a blob, whole or in part. */
import type { BlobClient } from '@azure/storage-blob';
import { TransientError } from '../../core/errors';
import type { Blob, ByteRange } from '../../core/ports/blob-store';
import { failureOf } from './azure-errors';
import { isAbsent, quoted } from './blob-outcome';

/** A body that has not moved for this long will not move again. */
const STALLED_MS = 30_000;
/** Requests that go on where a broken body ended; they ask for the same version of the blob. */
const RESUMPTIONS = 3;

/** Null when there is no such blob. @throws {TransientError} when the body stalls or another version replaces it midway. */
export async function downloadBlob(client: BlobClient, name: string, range?: ByteRange): Promise<Blob | null> {
  const { offset, length } = range ?? { offset: 0 };
  // The service has no range of no bytes.
  if (length === 0) return propertiesOf(client, name);
  const stalled = new AbortController();
  try {
    const answer = await client.download(offset, length, {
      abortSignal: stalled.signal,
      maxRetryRequests: RESUMPTIONS,
    });
    const bytes = await gather(answer.readableStreamBody, stalled);
    return { name, etag: quoted(answer.etag ?? ''), size: sizeIn(answer.contentRange) ?? bytes.length, bytes };
  } catch (error) {
    const failure = failureOf(error);
    if (failure !== null && isAbsent(failure)) return null;
    // The range lies past the end, or the blob is empty.
    if (failure?.status === 416) return propertiesOf(client, name);
    if (failure?.status === 412)
      throw new TransientError('storage-unavailable: the blob was replaced while it was read');
    throw error;
  }
}

async function propertiesOf(client: BlobClient, name: string): Promise<Blob | null> {
  try {
    const { etag = '', contentLength = 0 } = await client.getProperties();
    return { name, etag: quoted(etag), size: contentLength, bytes: Buffer.alloc(0) };
  } catch (error) {
    const failure = failureOf(error);
    if (failure !== null && isAbsent(failure)) return null;
    throw error;
  }
}

async function gather(body: AsyncIterable<unknown> | undefined, stalled: AbortController): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  // The time limit of the request ends with its headers.
  const timer = setTimeout(() => stalled.abort(), STALLED_MS);
  try {
    for await (const part of body ?? []) {
      timer.refresh();
      if (part instanceof Uint8Array) parts.push(part);
    }
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(parts);
}

/** The size of the whole blob out of e.g. `bytes 0-2/10`; null when the answer is no range. */
function sizeIn(contentRange: string | undefined): number | null {
  const total = /\/(\d+)$/.exec(contentRange ?? '')?.[1];
  return total === undefined ? null : Number(total);
}
