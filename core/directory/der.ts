/**
 * Just enough DER to say why a key is refused. Reads what strict readers refuse too (long lengths with leading zeros,
 * indefinite lengths), and says so: what is accepted is compared byte by byte elsewhere.
 */

export interface DerElement {
  readonly tag: number;
  readonly content: Buffer;
  /** Offset of the first byte behind the element. */
  readonly end: number;
  /** False where DER would have written the length otherwise. */
  readonly canonical: boolean;
}

export const TAG = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  sequence: 0x30,
} as const;

const LONG_FORM = 0x80;
const MAX_LENGTH_BYTES = 4;

/** The element at the offset; null where none can be read: truncated, or a tag of more than one byte. */
export function readElement(bytes: Buffer, at = 0): DerElement | null {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return null;
  if (first < LONG_FORM) return element(bytes, tag, at + 2, first, true);
  // Indefinite: the content ends with two zero bytes; what lies between is read as far as it goes.
  if (first === LONG_FORM) return { tag, content: bytes.subarray(at + 2), end: bytes.length, canonical: false };
  const count = first - LONG_FORM;
  const start = at + 2 + count;
  const digits = bytes.subarray(at + 2, start);
  const significant = digits.subarray(
    Math.max(
      0,
      digits.findIndex((digit) => digit !== 0),
    ),
  );
  if (digits.length < count || significant.length > MAX_LENGTH_BYTES) return null;
  const length = significant.reduce((sum, digit) => sum * 256 + digit, 0);
  return element(bytes, tag, start, length, digits[0] !== 0 && length >= LONG_FORM);
}

function element(bytes: Buffer, tag: number, start: number, length: number, canonical: boolean): DerElement | null {
  const end = start + length;
  return end > bytes.length ? null : { tag, content: bytes.subarray(start, end), end, canonical };
}

/** The elements one after another; null where the bytes do not end with one. */
export function readElements(bytes: Buffer): readonly DerElement[] | null {
  const elements: DerElement[] = [];
  for (let at = 0; at < bytes.length;) {
    const next = readElement(bytes, at);
    if (next === null) return null;
    elements.push(next);
    at = next.end;
  }
  return elements;
}
