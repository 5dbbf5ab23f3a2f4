/**
 * Lets the event loop turn once: answers that have come in are read, and the next requests leave. Judging and storing a
 * page takes a tenth of a second of pure work, which would otherwise be added to the latency of every page under way.
 */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
