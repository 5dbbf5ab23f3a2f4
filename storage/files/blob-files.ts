/**
 * The files behind the blobs. A file has a name of its own that never was a blob's name, is written once under it and
 * flushed before the index speaks of it: a crash leaves a file that nobody refers to, never half a blob.
 */
import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/** Old enough that no process can still be about to publish it. */
const ABANDONED_MS = 3_600_000;

export interface BlobFiles {
  /** Writes a new file and flushes it. Gives its name and size. */
  create(bytes: Buffer | AsyncIterable<Buffer>): Promise<{ readonly file: string; readonly size: number }>;
  /** Writes and flushes at a position, in a new file when none is named, while the caller holds the index. */
  writeAt(file: string | null, position: number, bytes: Buffer): string;
  /** What there is from the position on, at most `length` bytes; null when the file is gone. */
  read(file: string, position: number, length: number): Promise<Buffer | null>;
  /** A file that cannot be removed now (Windows, while it is read) is removed at a later open. */
  discard(file: string): Promise<void>;
  /** Removes files that a crash left behind. */
  clear(isUsed: (file: string) => boolean): Promise<void>;
}

/** @param folder exists. */
export function makeBlobFiles(folder: string): BlobFiles {
  // 256 folders, so that none grows long.
  const shardOf = (file: string): string => path.join(folder, file.slice(0, 2));
  const pathOf = (file: string): string => path.join(shardOf(file), file);

  return {
    async create(bytes) {
      const file = randomUUID();
      await mkdir(shardOf(file), { recursive: true, mode: 0o700 });
      try {
        const handle = await open(pathOf(file), 'wx', 0o600);
        try {
          await handle.writeFile(bytes);
          await handle.sync();
          return { file, size: (await handle.stat()).size };
        } finally {
          await handle.close();
        }
      } catch (error) {
        await rm(pathOf(file), { force: true });
        throw error;
      }
    },

    writeAt(known, position, bytes) {
      const file = known ?? randomUUID();
      if (known === null) mkdirSync(shardOf(file), { recursive: true, mode: 0o700 });
      const handle = openSync(pathOf(file), known === null ? 'wx' : 'r+', 0o600);
      try {
        let written = 0;
        while (written < bytes.length) {
          written += writeSync(handle, bytes, written, bytes.length - written, position + written);
        }
        fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
      return file;
    },

    async read(file, position, length) {
      const handle = await open(pathOf(file), 'r').catch((error: unknown) => {
        if (isAbsent(error)) return null;
        throw error;
      });
      if (handle === null) return null;
      try {
        const bytes = Buffer.allocUnsafe(length);
        let filled = 0;
        while (filled < length) {
          const { bytesRead } = await handle.read(bytes, filled, length - filled, position + filled);
          if (bytesRead === 0) break;
          filled += bytesRead;
        }
        return bytes.subarray(0, filled);
      } finally {
        await handle.close();
      }
    },

    discard: (file) => removeIfPossible(pathOf(file)),

    async clear(isUsed) {
      for (const shard of await readdir(folder, { withFileTypes: true })) {
        if (!shard.isDirectory()) continue;
        for (const file of await readdir(path.join(folder, shard.name))) {
          if (isUsed(file)) continue;
          const found = await stat(pathOf(file)).catch(() => null);
          // Times of files are the machine's, so the machine's clock judges them.
          if (found !== null && Date.now() - found.mtimeMs > ABANDONED_MS) await removeIfPossible(pathOf(file));
        }
      }
    },
  };
}

/** Nothing refers to the file: one that stays costs space until the next open, one that fails the caller costs a write. */
async function removeIfPossible(file: string): Promise<void> {
  await rm(file, { force: true }).catch(() => undefined);
}

function isAbsent(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}
