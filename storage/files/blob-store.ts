/**
 * The BlobStore port on one folder: `data/` holds the bytes, `index.db` says which file is which blob. A write makes a
 * new file and then switches the index to it, so that readers and crashes see the old blob or the new one.
 */
import { chmodSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { PermanentError } from '../../core/errors';
import type { Blob, BlobInfo, BlobPage, BlobStore, ByteRange } from '../../core/ports/blob-store';
import type { Clock } from '../../core/ports/clock';
import { checkBlobName, checkBlobPrefix, checkRange } from '../limits/blob-limits';
import { makeBlobFiles } from './blob-files';
import { checkWrite, openBlobIndex } from './blob-index';
import type { Condition, IndexedBlob } from './blob-index';

const PAGE = 1000;

export interface FileBlobStore extends BlobStore {
  /** Ends the use of the folder; the store must not be used afterwards. */
  close(): void;
}

/**
 * Creates the folder at need, for its owner only, and clears what a crash left unfinished.
 * @param clock tells when a retention ends.
 * @throws {ConfigError} where the folder cannot be used.
 */
export async function openBlobStore(folder: string, { clock }: { readonly clock: Clock }): Promise<FileBlobStore> {
  const data = path.join(folder, 'data');
  mkdirSync(data, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const index = openBlobIndex(path.join(folder, 'index.db'));
  const files = makeBlobFiles(data);
  try {
    await files.clear((file) => index.isUsed(file));
  } catch (error) {
    index.close();
    throw error;
  }

  const write = async (
    name: string,
    bytes: Buffer | AsyncIterable<Buffer>,
    condition: Condition,
  ): Promise<BlobInfo> => {
    checkBlobName(name);
    // Refused early where it can be; what counts is the same check in the transaction that publishes.
    checkWrite(name, index.find(name), condition, clock.now());
    const { file, size } = await files.create(bytes);
    let published: ReturnType<typeof index.publish>;
    try {
      published = index.publish({ name, file, size }, condition, clock.now());
    } catch (error) {
      await files.discard(file);
      throw error;
    }
    if (published.replaced !== null) await files.discard(published.replaced);
    return infoOf({ name, size, version: published.version });
  };

  return {
    put: (name: string, bytes: Buffer) => write(name, bytes, { kind: 'any' }),
    putIfAbsent: (name: string, bytes: Buffer) => write(name, bytes, { kind: 'absent' }),
    putStream: (name: string, chunks: AsyncIterable<Buffer>) => write(name, chunks, { kind: 'any' }),
    putIfMatch: (name: string, bytes: Buffer, etag: string) =>
      write(name, bytes, { kind: 'version', version: versionOf(etag) }),

    async get(name: string, range: ByteRange = { offset: 0 }): Promise<Blob | null> {
      checkBlobName(name);
      checkRange(range);
      for (let before: IndexedBlob | null = null; ;) {
        const found = index.find(name);
        if (found === null) return null;
        if (before?.file === found.file) {
          throw new PermanentError(`the file of blob ${name} is missing`, {
            hint: `Restore ${path.join(data, found.file.slice(0, 2), found.file)} from a backup, or remove the blob.`,
          });
        }
        const rest = Math.max(0, found.size - range.offset);
        const bytes = await files.read(found.file, range.offset, Math.min(range.length ?? rest, rest));
        if (bytes !== null) return { ...infoOf(found), bytes };
        // Replaced between the look and the read: look again.
        before = found;
      }
    },

    async append(name: string, bytes: Buffer): Promise<BlobInfo> {
      checkBlobName(name);
      const extended = index.extend(name, clock.now(), (before) => {
        const position = before?.size ?? 0;
        return { name, file: files.writeAt(before?.file ?? null, position, bytes), size: position + bytes.length };
      });
      return infoOf(extended);
    },

    async list(prefix: string, continuation?: string): Promise<BlobPage> {
      checkBlobPrefix(prefix);
      if (continuation !== undefined) checkBlobName(continuation);
      const found = index.list(prefix, continuation ?? null, PAGE + 1);
      const blobs = found.slice(0, PAGE).map(infoOf);
      return { blobs, continuation: found.length > PAGE ? (blobs.at(-1)?.name ?? null) : null };
    },

    async remove(name: string): Promise<void> {
      checkBlobName(name);
      const file = index.remove(name, clock.now());
      if (file !== null) await files.discard(file);
    },

    async hold(name: string, held: boolean): Promise<void> {
      checkBlobName(name);
      index.hold(name, held);
    },

    async retain(name: string, until: number): Promise<void> {
      checkBlobName(name);
      if (!Number.isFinite(until)) throw new RangeError(`a retention ends at a moment in time, not at ${until}`);
      index.retain(name, until);
    },

    close: () => index.close(),
  };
}

function infoOf({ name, version, size }: Pick<IndexedBlob, 'name' | 'version' | 'size'>): BlobInfo {
  return { name, size, etag: String(version) };
}

/** Null for an etag that is none of ours: it matches no blob. */
function versionOf(etag: string): number | null {
  return /^[1-9]\d{0,15}$/.test(etag) ? Number(etag) : null;
}
