/** The folder of soft keys: whole files only, and each name is given once. */
import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, readdir, rename, unlink } from 'node:fs/promises';
import path from 'node:path';
import { kmsProblem } from '../parse-kms-uri';

export interface KeyFolder {
  readonly path: string;
  /** Sequence numbers of the key files, ascending. */
  sequences(): Promise<readonly number[]>;
  /** Null where the file is absent. */
  read(name: string): Promise<Buffer | null>;
  /** @returns whether this call made the file; false where it was there, whoever made it. */
  create(name: string, content: string): Promise<boolean>;
  replace(name: string, content: string): Promise<void>;
}

const KEY_FILE = /^key-(\d{4,})\.json$/;
const OWNER_ONLY = 0o600;
const REFUSED = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'EISDIR']);

export function nameOfKeyFile(sequence: number): string {
  return `key-${String(sequence).padStart(4, '0')}.json`;
}

/** Makes the folder where it is missing, for its owner only. @throws {ConfigError} where it cannot be made or used. */
export async function openKeyFolder(folder: string): Promise<KeyFolder> {
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (!REFUSED.has(codeOf(error))) throw error;
      const hint = 'Name a folder that this account may read and write.';
      throw kmsProblem(`names a folder that cannot be used: ${folder} (${codeOf(error)})`, hint, error);
    }
  };
  /** Written under another name and only then given its own, so that a killed process leaves no half of a key. */
  const draft = async (content: string): Promise<string> => {
    const file = path.join(folder, `.draft-${randomUUID()}`);
    const handle = await open(file, 'wx', OWNER_ONLY);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    return file;
  };

  await guarded(() => mkdir(folder, { recursive: true, mode: 0o700 }));
  return {
    path: folder,
    sequences: () =>
      guarded(async () =>
        (await readdir(folder))
          .flatMap((name) => KEY_FILE.exec(name)?.[1] ?? [])
          .map(Number)
          .sort((one, other) => one - other),
      ),
    read: (name) =>
      guarded(async () => {
        try {
          return await readFile(path.join(folder, name));
        } catch (error) {
          if (codeOf(error) === 'ENOENT') return null;
          throw error;
        }
      }),
    create: (name, content) =>
      guarded(async () => {
        const file = await draft(content);
        try {
          // Unlike a rename, a link does not take the place of what is there.
          await link(file, path.join(folder, name));
          await syncFolder(folder);
          return true;
        } catch (error) {
          if (codeOf(error) === 'EEXIST') return false;
          throw error;
        } finally {
          await unlink(file);
        }
      }),
    replace: (name, content) =>
      guarded(async () => {
        const file = await draft(content);
        try {
          await rename(file, path.join(folder, name));
        } catch (error) {
          await unlink(file);
          throw error;
        }
        await syncFolder(folder);
      }),
  };
}

/** A name is on the disk when its folder is. Windows cannot open folders, and needs no such call. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
