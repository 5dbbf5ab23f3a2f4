/** The last good catalog of an OS release feed, kept over runs through the BlobStore port. */
import * as z from 'zod';
import { parseTime } from '../core/device/iso-time';
import type { OsCatalog } from '../core/policy/os-catalog';
import type { BlobStore } from '../core/ports/blob-store';

export const FEED_BLOB = 'feeds/apple-os.json';

export interface CachedFeed {
  readonly catalog: OsCatalog;
  /** Where it came from: a feed at another address is another feed. */
  readonly url: string;
  /** Validators of the answer it was read from, for the next conditional request. */
  readonly etag: string | null;
  readonly lastModified: string | null;
}

const time = z.string().transform((text, context) => {
  const parsed = parseTime(text);
  if (parsed !== null) return parsed;
  context.addIssue('no time');
  return z.NEVER;
});

const cachedFeed = z.object({
  v: z.literal(1),
  url: z.string(),
  etag: z.string().nullable(),
  lastModified: z.string().nullable(),
  catalog: z.object({
    source: z.enum(['sofa', 'gdmf']),
    checkedAt: time,
    releases: z.array(z.object({ version: z.string(), releasedAt: z.string(), models: z.array(z.string()) })),
  }),
});

/** @returns null when nothing was kept; `unreadable` when what was kept cannot be read, which is then fetched anew. */
export async function loadCachedFeed(blobs: BlobStore): Promise<CachedFeed | 'unreadable' | null> {
  const blob = await blobs.get(FEED_BLOB);
  if (blob === null) return null;
  let document: unknown;
  try {
    document = JSON.parse(blob.bytes.toString('utf8'));
  } catch {
    return 'unreadable';
  }
  const parsed = cachedFeed.safeParse(document);
  return parsed.success ? parsed.data : 'unreadable';
}

export async function saveCachedFeed(blobs: BlobStore, feed: CachedFeed): Promise<void> {
  await blobs.put(FEED_BLOB, Buffer.from(JSON.stringify({ v: 1, ...feed })));
}
