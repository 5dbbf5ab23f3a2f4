/** Adding to the end of an append blob: one call is one block, so that its bytes stay together whoever else appends. */
import type { AppendBlobClient } from '@azure/storage-blob';
import type { BlobInfo } from '../../core/ports/blob-store';
import { failureOf } from './azure-errors';
import { isAbsent, isConflict, quoted } from './blob-outcome';

/** The largest block since service version 2022-11-02; the SDK speaks 2026-04-06. */
export const MAX_APPEND_BYTES = 100 * 1024 * 1024;

/**
 * Must run in a call that is not repeatable: a try whose answer was lost may have added its bytes, and nothing shows it.
 * The caller then gets a TransientError, and the bytes may be there.
 * @throws {RangeError} beyond {@link MAX_APPEND_BYTES}.
 */
export async function appendTo(client: AppendBlobClient, name: string, bytes: Buffer): Promise<BlobInfo> {
  if (bytes.length > MAX_APPEND_BYTES) {
    throw new RangeError(`at most ${MAX_APPEND_BYTES} bytes are appended at a time, not ${bytes.length}`);
  }
  try {
    return await appendBlock(client, name, bytes);
  } catch (error) {
    const failure = failureOf(error);
    if (failure === null || !isAbsent(failure)) throw error;
  }
  await createOnce(client);
  return appendBlock(client, name, bytes);
}

async function appendBlock(client: AppendBlobClient, name: string, bytes: Buffer): Promise<BlobInfo> {
  if (bytes.length === 0) {
    // The service has no block of no bytes.
    const { etag = '', contentLength = 0 } = await client.getProperties();
    return { name, etag: quoted(etag), size: contentLength };
  }
  const { etag = '', blobAppendOffset = '0' } = await client.appendBlock(bytes, bytes.length);
  return { name, etag: quoted(etag), size: Number(blobAppendOffset) + bytes.length };
}

async function createOnce(client: AppendBlobClient): Promise<void> {
  try {
    await client.create({ conditions: { ifNoneMatch: '*' } });
  } catch (error) {
    const failure = failureOf(error);
    if (failure === null || !isConflict(failure)) throw error;
  }
}
