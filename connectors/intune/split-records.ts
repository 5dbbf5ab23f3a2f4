/**
 * Cuts a CSV byte stream into chunks of whole records without parsing it: only quotes and line ends matter for that
 * (RFC 4180; a doubled quote toggles twice). Memory is one chunk, whatever the size of the stream.
 */

export interface RecordChunk {
  /** The header line, with its line end, without a byte order mark. */
  readonly header: Buffer;
  /** Whole records. */
  readonly records: Buffer;
  readonly count: number;
}

const QUOTE = 0x22;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** A chunk that grows beyond this holds an open quote, not records. */
const MAX_CHUNK_BYTES = 64 * 1024 * 1024;

/**
 * @param perChunk records per chunk; the last may hold fewer. A report without records yields one empty chunk, so that
 *   its header is seen; a stream without a header yields nothing.
 * @throws RangeError where a record does not end.
 */
export async function* splitRecords(stream: AsyncIterable<Buffer>, perChunk: number): AsyncGenerator<RecordChunk> {
  let header: Buffer | null = null;
  let kept: Buffer[] = [];
  let keptBytes = 0;
  let count = 0;
  let emitted = 0;
  let quoted = false;
  /** Bytes of the present record so far. */
  let length = 0;
  let last = 0;

  const take = (): Buffer => {
    const whole = kept.length === 1 && kept[0] !== undefined ? kept[0] : Buffer.concat(kept, keptBytes);
    kept = [];
    keptBytes = 0;
    return whole;
  };
  const keep = (bytes: Buffer): void => {
    if (bytes.length === 0) return;
    kept.push(bytes);
    keptBytes += bytes.length;
    if (keptBytes > MAX_CHUNK_BYTES) throw new RangeError('a record of the report does not end');
  };

  for await (const bytes of stream) {
    let start = 0;
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes[at];
      if (byte === QUOTE) quoted = !quoted;
      if (byte !== LINE_FEED || quoted) {
        length += 1;
        last = byte ?? 0;
        continue;
      }
      if (!isBlank(length, last)) count += 1;
      length = 0;
      if (header === null && count === 1) {
        keep(bytes.subarray(start, at + 1));
        header = withoutMark(take());
        start = at + 1;
        count = 0;
      } else if (header !== null && count === perChunk) {
        keep(bytes.subarray(start, at + 1));
        yield { header, records: take(), count };
        emitted += 1;
        start = at + 1;
        count = 0;
      }
    }
    keep(bytes.subarray(start));
  }
  if (quoted) throw new RangeError('the report ends inside a quoted value');
  if (!isBlank(length, last)) {
    if (header === null) {
      header = withoutMark(take());
    } else {
      count += 1;
    }
  }
  if (header !== null && (count > 0 || emitted === 0)) yield { header, records: take(), count };
}

/** A line of nothing, or of a carriage return alone, is no record. */
function isBlank(length: number, last: number): boolean {
  return length === 0 || (length === 1 && last === CARRIAGE_RETURN);
}

function withoutMark(bytes: Buffer): Buffer {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}
