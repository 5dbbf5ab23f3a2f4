/**
 * Named byte sequences: the semantics of Azure Blob Storage block and append blobs, no more.
 * Names are 1 to 512 characters of `A-Z a-z 0-9 . _ - /`, without `..` and without empty segments.
 */

export interface BlobInfo {
  readonly name: string;
  readonly etag: string;
  readonly size: number;
}

export interface Blob extends BlobInfo {
  readonly bytes: Buffer;
}

export interface ByteRange {
  /** First byte, 0-based. */
  readonly offset: number;
  /** Number of bytes; to the end when left out. */
  readonly length?: number;
}

/** The condition of a write did not hold: the blob exists, is absent, or has another etag. */
export class BlobConflict extends Error {
  constructor(name: string) {
    super(`conflict on blob ${name}: another writer was first`);
    this.name = 'BlobConflict';
  }
}

/** The blob is under a hold or its retention has not ended: it can be neither changed nor removed. */
export class BlobHeld extends Error {
  constructor(name: string) {
    super(`blob ${name} is under a hold or retention and cannot be changed or removed`);
    this.name = 'BlobHeld';
  }
}

export interface BlobPage {
  readonly blobs: readonly BlobInfo[];
  readonly continuation: string | null;
}

export interface BlobStore {
  /** Create or replace. @throws {BlobHeld} */
  put(name: string, bytes: Buffer): Promise<BlobInfo>;
  /** Create. @throws {BlobConflict} when it exists. */
  putIfAbsent(name: string, bytes: Buffer): Promise<BlobInfo>;
  /** Replace exactly this version. @throws {BlobConflict} when absent or changed. @throws {BlobHeld} */
  putIfMatch(name: string, bytes: Buffer, etag: string): Promise<BlobInfo>;
  /**
   * Create or replace with bytes that need not fit into memory; readers see the old blob until the last byte is in place.
   * @throws {BlobHeld}
   */
  putStream(name: string, chunks: AsyncIterable<Buffer>): Promise<BlobInfo>;
  /** The whole blob or a range of it; null when absent. A range past the end gives what there is. */
  get(name: string, range?: ByteRange): Promise<Blob | null>;
  /** Adds bytes at the end, creating the blob at need; one call's bytes stay together. @throws {BlobHeld} */
  append(name: string, bytes: Buffer): Promise<BlobInfo>;
  /** Blobs whose name starts with the prefix, ordered by name, at most 1000 in one answer. */
  list(prefix: string, continuation?: string): Promise<BlobPage>;
  /** Removes the blob; absence is fine. @throws {BlobHeld} */
  remove(name: string): Promise<void>;
  /** Sets or lifts a legal hold. @throws {BlobConflict} when absent. */
  hold(name: string, held: boolean): Promise<void>;
  /** Nothing may change or remove the blob before this moment (ms since the epoch); can be extended, never shortened. */
  retain(name: string, until: number): Promise<void>;
}
