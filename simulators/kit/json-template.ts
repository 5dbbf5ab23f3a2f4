/**
 * Many rows of one shape as JSON. `JSON.stringify` spends most of a page on names and constants that are the same in
 * every row; a template writes those as they stand and fills in what differs.
 */
import type { JsonValue, JsonWriter } from './json-writer';

/** Writes one subject. */
export type JsonTemplate<T> = (writer: JsonWriter, subject: T) => void;

/** A part of a shape that writes itself: a list, or an object that is sometimes null. */
export class JsonPart<T> {
  readonly write: JsonTemplate<T>;

  constructor(write: JsonTemplate<T>) {
    this.write = write;
  }
}

/** The shape of a row: constants, functions of the row's subject, nested shapes. Keys keep their order. */
export interface JsonShape<T> {
  readonly [key: string]: JsonValue | readonly never[] | JsonShape<T> | JsonPart<T> | ((subject: T) => JsonValue);
}

export function jsonTemplate<T>(shape: JsonShape<T>): JsonTemplate<T> {
  // Constants before each part that varies, and what is left behind the last one.
  const before: Buffer[] = [];
  const parts: JsonTemplate<T>[] = [];
  let constant = '';
  for (const piece of piecesOf(shape)) {
    if (typeof piece === 'string') {
      constant += piece;
    } else {
      before.push(Buffer.from(constant));
      parts.push(piece);
      constant = '';
    }
  }
  const last = Buffer.from(constant);
  return (writer, subject) => {
    for (let at = 0; at < parts.length; at += 1) {
      writer.raw(before[at] ?? last);
      parts[at]?.(writer, subject);
    }
    writer.raw(last);
  };
}

/** A list of rows inside a row. */
export function jsonList<T, U>(itemsOf: (subject: T) => readonly U[], template: JsonTemplate<U>): JsonPart<T> {
  return new JsonPart((writer, subject) => {
    writer.text('[');
    writeRows(writer, itemsOf(subject), template);
    writer.text(']');
  });
}

/** Rows with commas between them. */
export function writeRows<T>(writer: JsonWriter, rows: readonly T[], template: JsonTemplate<T>): void {
  let isFirst = true;
  for (const row of rows) {
    if (!isFirst) writer.text(',');
    isFirst = false;
    template(writer, row);
  }
}

function piecesOf<T>(shape: JsonShape<T>): readonly (string | JsonTemplate<T>)[] {
  const pieces: (string | JsonTemplate<T>)[] = [];
  let opening = '{';
  for (const [key, value] of Object.entries(shape)) {
    pieces.push(`${opening}${JSON.stringify(key)}:`);
    opening = ',';
    if (typeof value === 'function') pieces.push((writer, subject) => writer.value(value(subject)));
    else if (value instanceof JsonPart) pieces.push(value.write);
    else if (typeof value === 'object' && value !== null && !isEmptyList(value)) pieces.push(...piecesOf(value));
    else pieces.push(JSON.stringify(value));
  }
  return [...pieces, opening === '{' ? '{}' : '}'];
}

function isEmptyList<T>(value: JsonShape<T> | readonly never[]): value is readonly never[] {
  return Array.isArray(value);
}
