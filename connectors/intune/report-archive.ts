/**
 * A report's zip archive, streamed to disk and from there in chunks into the pull's scratch space.
 * A zip is read from its end, so it needs a file; the CSV inside, up to a gigabyte at a million devices, is never held.
 */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Transform } from 'node:stream';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import type { BlobStore } from '../../core/ports/blob-store';
import { splitRecords } from './split-records';

/** One page of the pull. */
export const ROWS_PER_CHUNK = 1000;

const GIGABYTE = 1024 ** 3;
/** A million devices make a gigabyte of CSV (facts/intune-graph.md §1.5); far beyond that it is no report. */
const MAX_ARCHIVE_BYTES = 8 * GIGABYTE;
const MAX_CSV_BYTES = 32 * GIGABYTE;

/** The archive is not a readable report. Fetching or making it again may help. */
export class BrokenArchive extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(`the report archive is broken: ${reason}`, options);
    this.name = 'BrokenArchive';
  }
}

export interface StoredReport {
  /** At least 1: a report without rows is one empty chunk. */
  readonly chunks: number;
  readonly rows: number;
}

export function chunkName(folder: string, chunk: number): string {
  return `${folder}/${String(chunk).padStart(6, '0')}.csv`;
}

/**
 * Unpacks the first CSV of the archive into blobs `folder/000000.csv`, `folder/000001.csv`, …, each with the header line.
 * The same archive makes the same blobs again.
 * @param accept judges the header line, e.g. that the id column is there; false makes the archive a broken one.
 * @throws BrokenArchive; what the stream itself fails with passes through.
 */
export async function storeArchive(
  archive: Readable,
  spool: BlobStore,
  folder: string,
  accept: (headerLine: string) => boolean,
): Promise<StoredReport> {
  const room = await mkdtemp(path.join(tmpdir(), 'muster-report-'));
  try {
    const file = path.join(room, 'report.zip');
    await pipeline(archive, bounded(MAX_ARCHIVE_BYTES), createWriteStream(file));
    const csv = await openCsv(file);
    try {
      return await storeChunks(csv.stream, spool, folder, accept);
    } catch (error) {
      throw isZipFault(error) ? new BrokenArchive('it does not unpack', { cause: error }) : error;
    } finally {
      csv.close();
    }
  } finally {
    await rm(room, { recursive: true, force: true });
  }
}

async function storeChunks(
  csv: AsyncIterable<Buffer>,
  spool: BlobStore,
  folder: string,
  accept: (headerLine: string) => boolean,
): Promise<StoredReport> {
  let chunks = 0;
  let rows = 0;
  for await (const { header, records, count } of splitRecords(csv, ROWS_PER_CHUNK)) {
    if (chunks === 0 && !accept(header.toString('utf8'))) {
      throw new BrokenArchive('its columns are not the ones that were asked for');
    }
    await spool.put(chunkName(folder, chunks), Buffer.concat([header, Buffer.from('\n'), records]));
    chunks += 1;
    rows += count;
  }
  if (chunks === 0) throw new BrokenArchive('it holds no header line');
  return { chunks, rows };
}

interface OpenCsv {
  readonly stream: AsyncIterable<Buffer>;
  close(): void;
}

async function openCsv(file: string): Promise<OpenCsv> {
  const { open } = await import('yauzl');
  const zip = await new Promise<ZipFile>((resolve, reject) => {
    open(file, { lazyEntries: true, autoClose: false }, (error, opened) =>
      error === null ? resolve(opened) : reject(new BrokenArchive('it is no zip file', { cause: error })),
    );
  });
  try {
    const entry = await findCsv(zip);
    const stream = await new Promise<Readable>((resolve, reject) => {
      zip.openReadStream(entry, (error, opened) =>
        error === null ? resolve(opened) : reject(new BrokenArchive('its entry does not open', { cause: error })),
      );
    });
    return { stream: checked(stream, entry), close: () => zip.close() };
  } catch (error) {
    zip.close();
    throw error;
  }
}

function findCsv(zip: ZipFile): Promise<Entry> {
  return new Promise((resolve, reject) => {
    zip.on('error', (error: Error) => reject(new BrokenArchive('its directory is unreadable', { cause: error })));
    zip.on('end', () => reject(new BrokenArchive('it holds no CSV file')));
    zip.on('entry', (entry: Entry) => {
      if (!entry.fileName.toLowerCase().endsWith('.csv')) {
        zip.readEntry();
      } else if (entry.uncompressedSize > MAX_CSV_BYTES) {
        reject(new BrokenArchive(`its CSV is ${entry.uncompressedSize} bytes long`));
      } else {
        resolve(entry);
      }
    });
    zip.readEntry();
  });
}

/** yauzl checks the length but not the checksum; a damaged report must not pass for a smaller fleet. */
async function* checked(stream: Readable, { crc32: expected }: Entry): AsyncGenerator<Buffer> {
  let sum = 0;
  for await (const bytes of stream as AsyncIterable<Buffer>) {
    sum = crc32(bytes, sum);
    yield bytes;
  }
  if (sum !== expected) throw new BrokenArchive('its checksum does not match');
}

function bounded(maximum: number): Transform {
  let size = 0;
  return new Transform({
    transform(bytes: Buffer, _encoding, done) {
      size += bytes.length;
      done(size > maximum ? new BrokenArchive(`it is longer than ${maximum} bytes`) : null, bytes);
    },
  });
}

/** What inflate, yauzl and the record splitter throw; anything else comes from the store or the disk. */
function isZipFault(error: unknown): boolean {
  if (error instanceof BrokenArchive || !(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return error instanceof RangeError || code.startsWith('Z_') || /^(?:too many|not enough) bytes/.test(error.message);
}
