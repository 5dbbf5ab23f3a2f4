/**
 * Bodies of large pages are gathered in buffers that are used again: page after page of some megabytes, each in fresh
 * memory, leaves a process several times as large as what it holds.
 */
export interface Gathering {
  /** @returns false when the body is larger than allowed; nothing is kept of it then. */
  add(chunk: Buffer): boolean;
  /** The body so far; valid until released. */
  body(): Buffer;
  /** Gives the buffer back; once, and not before the last look at the body. */
  release(): void;
}

export interface BodyBuffers {
  gather(maxBytes: number, announcedBytes?: number): Gathering;
}

const FIRST_BYTES = 64 * 1024;

/** @param spares buffers kept for the next bodies, at most. */
export function makeBodyBuffers(spares: number): BodyBuffers {
  const idle: Buffer[] = [];

  const take = (bytes: number): Buffer => {
    const at = idle.findIndex(({ length }) => length >= bytes);
    const [found] = at < 0 ? [] : idle.splice(at, 1);
    return found ?? Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(bytes)));
  };
  const giveBack = (buffer: Buffer): void => {
    idle.push(buffer);
    // The largest serve every body: they are kept.
    idle.sort((one, other) => one.length - other.length);
    if (idle.length > spares) idle.shift();
  };

  return {
    gather(maxBytes, announcedBytes = 0) {
      let buffer: Buffer | null = null;
      let size = 0;
      return {
        add(chunk) {
          const needed = size + chunk.length;
          if (needed > maxBytes) return false;
          if (buffer === null || buffer.length < needed) {
            const larger = take(Math.max(needed, FIRST_BYTES, Math.min(announcedBytes, maxBytes), size * 2));
            if (buffer !== null) {
              buffer.copy(larger, 0, 0, size);
              giveBack(buffer);
            }
            buffer = larger;
          }
          chunk.copy(buffer, size);
          size = needed;
          return true;
        },
        body: () => buffer?.subarray(0, size) ?? Buffer.alloc(0),
        release() {
          if (buffer !== null) giveBack(buffer);
          buffer = null;
          size = 0;
        },
      };
    },
  };
}
