/**
 * The BlobStore port on one folder: a blob is a file, its hold and retention a small file beside it.
 * Every write goes to a file of its own and is renamed, so that a crash leaves the old blob or the new, never half of one.
 */
import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Blob, BlobInfo, BlobPage, BlobStore, ByteRange } from '../../core/ports/blob-store';
import { BlobConflict, BlobHeld } from '../../core/ports/blob-store';
import type { Clock } from '../../core/ports/clock';

const PAGE = 1000;
const TEMPORARY = '.tmp-';
const NAME = /^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/;

const protection = z.object({ held: z.boolean(), until: z.number() });
type Protection = z.infer<typeof protection>;

/** Creates the folder at need and clears what a crash left unfinished. */
export async function openBlobStore(folder: string, { clock }: { readonly clock: Clock }): Promise<BlobStore> {
  const data = path.join(folder, 'data');
  const guards = path.join(folder, 'guards');
  await mkdir(data, { recursive: true, mode: 0o700 });
  await mkdir(guards, { recursive: true, mode: 0o700 });
  await clearUnfinished(data, clock.now());

  const fileOf = (name: string): string => path.join(data, ...checkName(name).split('/'));
  const guardOf = (name: string): string =>
    path.join(guards, `${Buffer.from(checkName(name)).toString('base64url')}.json`);

  const info = async (name: string): Promise<BlobInfo | null> => {
    try {
      const found = await stat(fileOf(name), { bigint: true });
      if (!found.isFile()) return null;
      // The inode changes with every replacement, the time with every append.
      return {
        name,
        size: Number(found.size),
        etag: `${found.ino.toString(36)}-${found.mtimeNs.toString(36)}-${found.size.toString(36)}`,
      };
    } catch (error) {
      if (isAbsent(error)) return null;
      throw error;
    }
  };

  const existing = async (name: string): Promise<BlobInfo> => {
    const found = await info(name);
    if (found === null) throw new BlobConflict(name);
    return found;
  };

  const protectionOf = async (name: string): Promise<Protection> => {
    try {
      return protection.parse(JSON.parse(await readFile(guardOf(name), 'utf8')));
    } catch (error) {
      if (isAbsent(error)) return { held: false, until: 0 };
      throw error;
    }
  };

  const refuseIfProtected = async (name: string): Promise<void> => {
    const { held, until } = await protectionOf(name);
    if (held || until > clock.now()) throw new BlobHeld(name);
  };

  const protect = async (name: string, change: (before: Protection) => Protection): Promise<void> => {
    await exclusively(name, async () => {
      await existing(name);
      const text = JSON.stringify(change(await protectionOf(name)));
      await writeWhole(guardOf(name), Buffer.from(text), (from, to) => rename(from, to));
    });
  };

  const writeWhole = async (
    file: string,
    bytes: Buffer,
    publish: (temporary: string, file: string) => Promise<void>,
  ): Promise<void> => {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    const temporary = path.join(path.dirname(file), `${TEMPORARY}${randomUUID()}`);
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    try {
      await publish(temporary, file);
    } finally {
      await rm(temporary, { force: true });
    }
  };

  /** Writers of one blob in this process follow one another: a condition and its write belong together. */
  const turns = new Map<string, Promise<unknown>>();
  const exclusively = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const before = turns.get(name) ?? Promise.resolve();
    const mine = before.then(work, work);
    turns.set(name, mine);
    try {
      return await mine;
    } finally {
      if (turns.get(name) === mine) turns.delete(name);
    }
  };

  return {
    put: (name: string, bytes: Buffer) =>
      exclusively(name, async () => {
        await refuseIfProtected(name);
        await writeWhole(fileOf(name), bytes, rename);
        return existing(name);
      }),
    putIfAbsent: (name: string, bytes: Buffer) =>
      exclusively(name, async () => {
        // A hard link is created or refused by the file system itself, also between two processes.
        await writeWhole(fileOf(name), bytes, link).catch((error: unknown) => {
          throw isErrno(error, 'EEXIST') ? new BlobConflict(name) : error;
        });
        return existing(name);
      }),
    putIfMatch: (name: string, bytes: Buffer, etag: string) =>
      exclusively(name, async () => {
        if ((await existing(name)).etag !== etag) throw new BlobConflict(name);
        await refuseIfProtected(name);
        await writeWhole(fileOf(name), bytes, rename);
        return existing(name);
      }),
    async get(name: string, range?: ByteRange): Promise<Blob | null> {
      const found = await info(name);
      if (found === null) return null;
      const handle = await open(fileOf(name), 'r').catch((error: unknown) => {
        if (isAbsent(error)) return null;
        throw error;
      });
      if (handle === null) return null;
      try {
        const { size } = await handle.stat();
        const offset = Math.min(range?.offset ?? 0, size);
        const bytes = Buffer.alloc(Math.min(range?.length ?? size, size - offset));
        await handle.read(bytes, 0, bytes.length, offset);
        return { ...found, bytes };
      } finally {
        await handle.close();
      }
    },
    append: (name: string, bytes: Buffer) =>
      exclusively(name, async () => {
        await refuseIfProtected(name);
        const file = fileOf(name);
        await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
        const handle = await open(file, 'a', 0o600);
        try {
          await handle.writeFile(bytes);
          await handle.sync();
        } finally {
          await handle.close();
        }
        return existing(name);
      }),
    async list(prefix: string, continuation?: string): Promise<BlobPage> {
      const names = (await namesBelow(data, prefix)).sort();
      const start = continuation === undefined ? 0 : names.findIndex((name) => name > continuation);
      const page = start < 0 ? [] : names.slice(start, start + PAGE);
      const blobs: BlobInfo[] = [];
      for (const name of page) {
        const found = await info(name);
        if (found !== null) blobs.push(found);
      }
      const more = start >= 0 && start + PAGE < names.length;
      return { blobs, continuation: more ? (page.at(-1) ?? null) : null };
    },
    remove: (name: string) =>
      exclusively(name, async () => {
        await refuseIfProtected(name);
        await rm(fileOf(name), { force: true });
        await rm(guardOf(name), { force: true });
      }),
    hold: (name: string, held: boolean) => protect(name, (before) => ({ ...before, held })),
    retain: (name: string, until: number) =>
      protect(name, (before) => ({ ...before, until: Math.max(before.until, until) })),
  };
}

function checkName(name: string): string {
  const parts = name.split('/');
  const bad =
    name.length > 512 || !NAME.test(name) || parts.some((part) => /^\.+$/.test(part) || part.startsWith(TEMPORARY));
  if (bad)
    throw new RangeError(
      'a blob name has 1 to 512 characters of A-Z a-z 0-9 . _ - and /, without empty or dotted segments',
    );
  return name;
}

/** Reads only the folders that can hold a name with the prefix. */
async function namesBelow(root: string, prefix: string): Promise<string[]> {
  const folder = prefix.includes('/') ? prefix.slice(0, prefix.lastIndexOf('/')) : '';
  if (folder.split('/').some((part) => part === '..')) return [];
  const start = path.join(root, ...folder.split('/'));
  const found = await readdir(start, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (isAbsent(error)) return [];
    throw error;
  });
  return found
    .filter((entry) => entry.isFile() && !entry.name.startsWith(TEMPORARY))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .filter((name) => name.startsWith(prefix));
}

/** Old enough that no process can still be writing it. */
const ABANDONED_MS = 3_600_000;

async function clearUnfinished(root: string, now: number): Promise<void> {
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.startsWith(TEMPORARY)) continue;
    const file = path.join(entry.parentPath, entry.name);
    const found = await stat(file).catch(() => null);
    if (found !== null && now - found.mtimeMs > ABANDONED_MS) await rm(file, { force: true });
  }
}

function isErrno(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}

function isAbsent(error: unknown): boolean {
  return isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR');
}
