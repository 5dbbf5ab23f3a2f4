/** What the BlobStore port allows: names that mean the same in a URL path, in every implementation. */
import type { ByteRange } from '../../core/ports/blob-store';

const MAX_NAME = 512;
const NAME = /^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/;
const PREFIX = /^[A-Za-z0-9._/-]*$/;
/** `..` is refused by the port; a lone `.` segment is folded away by URL parsers, so that two names would be one blob. */
const DOTTED = /\.\.|(?:^|\/)\.(?:\/|$)/;

/** @throws {RangeError} when the name has another alphabet, an empty or dotted segment, or is too long. */
export function checkBlobName(name: string): void {
  if (name.length > MAX_NAME || !NAME.test(name) || DOTTED.test(name)) {
    throw new RangeError(
      `${JSON.stringify(name.slice(0, 80))} is no blob name: 1 to ${MAX_NAME} characters of A-Z a-z 0-9 . _ - /, ` +
        'without "..", a "." segment or an empty segment',
    );
  }
}

/** @throws {RangeError} when no name can start with it; an empty prefix is fine. */
export function checkBlobPrefix(prefix: string): void {
  if (prefix.length > MAX_NAME || !PREFIX.test(prefix)) {
    throw new RangeError(`${JSON.stringify(prefix.slice(0, 80))} is no prefix of a blob name`);
  }
}

/** @throws {RangeError} unless offset and length are whole numbers from 0. */
export function checkRange({ offset, length = 0 }: ByteRange): void {
  if (!Number.isSafeInteger(offset) || offset < 0 || !Number.isSafeInteger(length) || length < 0) {
    throw new RangeError(`a range has a whole offset and length from 0, not ${offset} and ${length}`);
  }
}
