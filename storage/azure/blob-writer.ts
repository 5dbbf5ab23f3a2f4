/**
 * Putting block blobs. Readers see the old blob until the new one is complete: it comes in one request, or its blocks
 * count only once their list is committed.
 *
 * A try whose answer is lost may have been carried out; the next try of a conditional write then meets its own work. Every
 * write leaves its number in the blob's metadata, so that such a conflict is taken for the success that it is.
 */
import { randomUUID } from 'node:crypto';
import type { BlobRequestConditions, BlockBlobClient } from '@azure/storage-blob';
import { TransientError } from '../../core/errors';
import type { BlobInfo, BlobStore } from '../../core/ports/blob-store';
import { BlobConflict } from '../../core/ports/blob-store';
import { checkBlobName } from '../limits/blob-limits';
import { failureOf } from './azure-errors';
import { isAbsent, isConflict, isHeld, quoted, unlessHeld } from './blob-outcome';
import type { Guard } from './blob-protection';
import type { Call } from './call';

/** Up to this size a blob goes up in one request, beyond it in blocks of this size, a few at a time. */
const BLOCK_BYTES = 8 * 1024 * 1024;
const BLOCKS_AT_ONCE = 4;
/** An etag as the service writes it; `*` and the like never reach it. */
const ETAG = /^"[^"*]+"$/;
const MARK = 'musterwrite';

export interface BlobWriterOptions {
  readonly clientOf: (name: string) => BlockBlobClient;
  /** Runs work as a call of ours; it is done twice where the container had to be created first. */
  readonly guard: Guard;
  readonly writing: <T>(operation: string, work: (call: Call) => Promise<T>) => Promise<T>;
}

type BlobWriter = Pick<BlobStore, 'put' | 'putIfAbsent' | 'putIfMatch' | 'putStream'>;

export function makeBlobWriter({ clientOf, guard, writing }: BlobWriterOptions): BlobWriter {
  const upload = async (
    client: BlockBlobClient,
    name: string,
    bytes: Buffer,
    mark: string,
    conditions: BlobRequestConditions = {},
  ): Promise<BlobInfo> => {
    const { etag = '', versionId } = await client.uploadData(bytes, {
      blockSize: BLOCK_BYTES,
      maxSingleShotSize: BLOCK_BYTES,
      concurrency: BLOCKS_AT_ONCE,
      conditions,
      metadata: { [MARK]: mark },
    });
    guard.learn(versionId);
    return { name, etag: quoted(etag), size: bytes.length };
  };
  const commit = async (client: BlockBlobClient, name: string, staged: string[], size: number): Promise<BlobInfo> => {
    const { etag = '', versionId } = await client.commitBlockList(staged);
    guard.learn(versionId);
    return { name, etag: quoted(etag), size };
  };
  const put = (name: string, bytes: Buffer): Promise<BlobInfo> =>
    writing('put', async () => {
      const client = clientOf(name);
      await guard.check(client, name);
      return unlessHeld(name, () => unlessOvertaken(() => upload(client, name, bytes, randomUUID())));
    });

  const putIf = (operation: string, name: string, bytes: Buffer, conditions: BlobRequestConditions) =>
    writing(operation, async (call) => {
      const client = clientOf(name);
      const mark = randomUUID();
      const creates = conditions.ifNoneMatch !== undefined;
      if (!creates) await guard.check(client, name);
      try {
        return await unlessOvertaken(() => upload(client, name, bytes, mark, conditions));
      } catch (error) {
        const failure = failureOf(error);
        if (failure === null) throw error;
        // To putIfAbsent a held blob is above all one that exists.
        const conflicts = isConflict(failure) || (creates ? isHeld(failure) : isAbsent(failure));
        if (!conflicts) throw error;
        const own = call.doubtful ? await ownEtag(client, mark) : null;
        if (own === null) throw new BlobConflict(name);
        return { name, etag: own, size: bytes.length };
      }
    });

  return {
    async put(name, bytes) {
      checkBlobName(name);
      return put(name, bytes);
    },

    async putIfAbsent(name, bytes) {
      checkBlobName(name);
      return putIf('putIfAbsent', name, bytes, { ifNoneMatch: '*' });
    },

    async putIfMatch(name, bytes, etag) {
      checkBlobName(name);
      if (!ETAG.test(etag)) throw new BlobConflict(name);
      return unlessHeld(name, () => putIf('putIfMatch', name, bytes, { ifMatch: etag }));
    },

    async putStream(name, chunks) {
      checkBlobName(name);
      const client = clientOf(name);
      const staged: string[] = [];
      let size = 0;
      for await (const { bytes, last } of blocksOf(chunks)) {
        if (last && staged.length === 0) return put(name, bytes);
        // Ids of one blob have one length.
        const id = Buffer.from(`${randomUUID()}-${String(staged.length).padStart(6, '0')}`).toString('base64');
        await writing('putStream', () => client.stageBlock(id, bytes, bytes.length));
        staged.push(id);
        size += bytes.length;
      }
      return writing('putStream', async () => {
        await guard.check(client, name);
        return unlessHeld(name, () => unlessOvertaken(() => commit(client, name, staged, size)));
      });
    },
  };
}

/** Null when the blob is another's work, or gone. */
async function ownEtag(client: BlockBlobClient, mark: string): Promise<string | null> {
  try {
    const { metadata, etag = '' } = await client.getProperties();
    return metadata?.[MARK] === mark ? quoted(etag) : null;
  } catch (error) {
    if (failureOf(error)?.status === 404) return null;
    throw error;
  }
}

/** The commit of another writer throws away the blocks that we have staged for the same blob: we come again. */
async function unlessOvertaken<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (failureOf(error)?.code !== 'InvalidBlockList') throw error;
    throw new TransientError('storage-unavailable: another writer put the same blob at the same time');
  }
}

/** Blocks of full size and a last one of what remains, which may be nothing. */
async function* blocksOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<{ bytes: Buffer; last: boolean }> {
  let parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    let rest = chunk;
    while (size + rest.length > BLOCK_BYTES) {
      const room = BLOCK_BYTES - size;
      yield { bytes: Buffer.concat([...parts, rest.subarray(0, room)]), last: false };
      rest = rest.subarray(room);
      [parts, size] = [[], 0];
    }
    parts.push(rest);
    size += rest.length;
  }
  yield { bytes: Buffer.concat(parts), last: true };
}
