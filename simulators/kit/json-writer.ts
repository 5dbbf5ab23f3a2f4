/** Writes JSON as bytes into one growing buffer, so that a page of thousands of rows leaves nothing to collect. */

export type JsonValue = string | number | boolean | null;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');
const NULL = Buffer.from('null');

export class JsonWriter {
  #bytes = Buffer.allocUnsafeSlow(1 << 20);
  #at = 0;

  /** Bytes as they are. */
  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** Text that is JSON already. */
  text(json: string): void {
    this.#reserve(json.length * 3);
    this.#at += this.#bytes.write(json, this.#at);
  }

  /** One value, escaped where it must be. */
  value(value: JsonValue): void {
    if (typeof value === 'string') this.#string(value);
    else if (value === null) this.raw(NULL);
    else if (typeof value === 'boolean') this.raw(value ? TRUE : FALSE);
    else this.text(String(value));
  }

  /** @returns a copy of what was written, and starts again. */
  take(): Buffer {
    const taken = Buffer.from(this.#bytes.subarray(0, this.#at));
    this.#at = 0;
    return taken;
  }

  /** Plain ASCII goes byte by byte, which for short texts costs less than a call into the runtime. */
  #string(text: string): void {
    this.#reserve(text.length + 2);
    const bytes = this.#bytes;
    let at = this.#at;
    bytes[at] = QUOTE;
    at += 1;
    for (let i = 0; i < text.length; i += 1) {
      const code = text.charCodeAt(i);
      if (code < 0x20 || code > 0x7e || code === QUOTE || code === BACKSLASH) {
        this.text(JSON.stringify(text));
        return;
      }
      bytes[at] = code;
      at += 1;
    }
    bytes[at] = QUOTE;
    this.#at = at + 1;
  }

  #reserve(count: number): void {
    if (this.#at + count <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#at + count));
    larger.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = larger;
  }
}
