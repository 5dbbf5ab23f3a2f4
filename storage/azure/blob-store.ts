/**
 * The BlobStore port on one container of Azure Blob Storage. What is put is a block blob, what is appended to an append
 * blob; the service changes neither into the other.
 */
import type { ContainerClient } from '@azure/storage-blob';
import type { BlobInfo, BlobPage, BlobStore } from '../../core/ports/blob-store';
import type { Clock } from '../../core/ports/clock';
import { checkBlobName, checkBlobPrefix, checkRange } from '../limits/blob-limits';
import { appendTo } from './blob-append';
import { quoted, unlessHeld } from './blob-outcome';
import { holdBlob, makeGuard, retainBlob } from './blob-protection';
import { downloadBlob } from './blob-reader';
import { makeBlobWriter } from './blob-writer';
import { inCall } from './call';
import type { Call, CallOptions } from './call';
import type { AzureClients } from './clients';
import type { MissingPolicy } from './missing';

const PAGE = 1000;
export interface BlobStoreOptions {
  readonly container: string;
  readonly clock: Clock;
}

export function makeBlobStore(clients: AzureClients, missing: MissingPolicy, options: BlobStoreOptions): BlobStore {
  const { container: resource, clock } = options;
  const container = (): ContainerClient => clients.container(resource);
  const create = (): Promise<unknown> => container().createIfNotExists();
  const writing = <T>(operation: string, work: (call: Call) => Promise<T>, how: CallOptions = {}): Promise<T> => {
    const name = { service: 'blob', operation, resource } as const;
    return inCall(name, (call) => missing.writing('blob', resource, create, () => work(call)), how);
  };
  const reading = <T>(operation: string, empty: T, work: () => Promise<T>): Promise<T> => {
    const name = { service: 'blob', operation, resource } as const;
    return inCall(name, () => missing.reading('blob', resource, empty, work));
  };

  return {
    ...makeBlobWriter({
      clientOf: (name) => container().getBlockBlobClient(name),
      guard: makeGuard(clock),
      writing,
    }),

    async get(name, range) {
      checkBlobName(name);
      if (range !== undefined) checkRange(range);
      return reading('get', null, () => downloadBlob(container().getBlobClient(name), name, range));
    },

    async append(name, bytes) {
      checkBlobName(name);
      const work = (): Promise<BlobInfo> =>
        unlessHeld(name, () => appendTo(container().getAppendBlobClient(name), name, bytes));
      return writing('append', work, { repeatable: false });
    },

    async list(prefix, continuation) {
      checkBlobPrefix(prefix);
      const empty: BlobPage = { blobs: [], continuation: null };
      return reading('list', empty, async () => {
        const settings = {
          maxPageSize: PAGE,
          ...(continuation === undefined ? {} : { continuationToken: continuation }),
        };
        for await (const page of container().listBlobsFlat({ prefix }).byPage(settings)) {
          const blobs = page.segment.blobItems.map(({ name, properties }): BlobInfo => ({
            name,
            etag: quoted(properties.etag),
            size: properties.contentLength ?? 0,
          }));
          return { blobs, continuation: page.continuationToken === '' ? null : (page.continuationToken ?? null) };
        }
        return empty;
      });
    },

    async remove(name) {
      checkBlobName(name);
      await reading('remove', null, async () => {
        await unlessHeld(name, () => container().getBlobClient(name).deleteIfExists());
        return null;
      });
    },

    async hold(name, held) {
      checkBlobName(name);
      await writing('hold', () => holdBlob(container().getBlobClient(name), name, held));
    },

    async retain(name, until) {
      checkBlobName(name);
      if (!Number.isFinite(until)) throw new RangeError(`a retention ends at a moment in time, not at ${until}`);
      await writing('retain', () => retainBlob(container().getBlobClient(name), name, until, clock));
    },
  };
}
