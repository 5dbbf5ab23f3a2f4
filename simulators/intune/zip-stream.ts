/** A ZIP archive with one deflated file, written while its content is still being made. */
import { pipeline, Readable } from 'node:stream';
import { constants, crc32, createDeflateRaw } from 'node:zlib';

/** Sizes and checksum follow the data (bit 3), the name is UTF-8 (bit 11). */
const FLAGS = 0x0008 | 0x0800;
const VERSION = 20;
const DEFLATE = 8;
/** 1980-01-01, the earliest date of the format: archives of equal content are equal. */
const DOS_DATE = 0x0021;
const LIMIT = 0xffff_ffff;

/**
 * @param content the file's text in pieces; at most 4 GiB, since ZIP64 is not written.
 * @throws RangeError while iterating, when the content is longer.
 */
export async function* zipOf(name: string, content: AsyncIterable<string>): AsyncGenerator<Buffer> {
  const fileName = Buffer.from(name, 'utf8');
  let checksum = 0;
  let size = 0;

  async function* counted(): AsyncGenerator<Buffer> {
    for await (const text of content) {
      const piece = Buffer.from(text, 'utf8');
      checksum = crc32(piece, checksum);
      size += piece.length;
      if (size > LIMIT) throw new RangeError('The report is longer than a ZIP archive without ZIP64 can hold.');
      yield piece;
    }
  }

  const header = localHeader(fileName);
  yield header;
  const deflate = createDeflateRaw({ level: constants.Z_BEST_SPEED });
  // Failures reach the reader through `deflate`, which the pipeline destroys with them.
  pipeline(Readable.from(counted()), deflate, () => undefined);
  let packed = 0;
  for await (const piece of deflate) {
    if (!Buffer.isBuffer(piece)) throw new TypeError('deflate gave something else than bytes');
    packed += piece.length;
    yield piece;
  }
  const sums = { checksum, packed, size };
  const descriptor = dataDescriptor(sums);
  const directory = centralDirectory(fileName, sums);
  yield Buffer.concat([
    descriptor,
    directory,
    endOfDirectory(directory.length, header.length + packed + descriptor.length),
  ]);
}

interface Sums {
  readonly checksum: number;
  readonly packed: number;
  readonly size: number;
}

function localHeader(name: Buffer): Buffer {
  const fields = Buffer.alloc(30);
  fields.writeUInt32LE(0x04034b50, 0);
  fields.writeUInt16LE(VERSION, 4);
  fields.writeUInt16LE(FLAGS, 6);
  fields.writeUInt16LE(DEFLATE, 8);
  fields.writeUInt16LE(DOS_DATE, 12);
  fields.writeUInt16LE(name.length, 26);
  return Buffer.concat([fields, name]);
}

function dataDescriptor({ checksum, packed, size }: Sums): Buffer {
  const fields = Buffer.alloc(16);
  fields.writeUInt32LE(0x08074b50, 0);
  fields.writeUInt32LE(checksum, 4);
  fields.writeUInt32LE(packed, 8);
  fields.writeUInt32LE(size, 12);
  return fields;
}

function centralDirectory(name: Buffer, { checksum, packed, size }: Sums): Buffer {
  const fields = Buffer.alloc(46);
  fields.writeUInt32LE(0x02014b50, 0);
  fields.writeUInt16LE(VERSION, 4);
  fields.writeUInt16LE(VERSION, 6);
  fields.writeUInt16LE(FLAGS, 8);
  fields.writeUInt16LE(DEFLATE, 10);
  fields.writeUInt16LE(DOS_DATE, 14);
  fields.writeUInt32LE(checksum, 16);
  fields.writeUInt32LE(packed, 20);
  fields.writeUInt32LE(size, 24);
  fields.writeUInt16LE(name.length, 28);
  return Buffer.concat([fields, name]);
}

function endOfDirectory(directoryBytes: number, offset: number): Buffer {
  const fields = Buffer.alloc(22);
  fields.writeUInt32LE(0x06054b50, 0);
  fields.writeUInt16LE(1, 8);
  fields.writeUInt16LE(1, 10);
  fields.writeUInt32LE(directoryBytes, 12);
  fields.writeUInt32LE(offset, 16);
  return fields;
}
