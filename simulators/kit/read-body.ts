import type { IncomingMessage } from 'node:http';

/** Bodies beyond this are refused: no call of the simulated APIs comes near it. */
export const BODY_LIMIT_BYTES = 4 * 1024 * 1024;

/** @returns the body, or null when it is longer than {@link BODY_LIMIT_BYTES}. Rejects when the client goes away. */
export async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    const buffer = Buffer.isBuffer(part) ? part : Buffer.from(String(part));
    bytes += buffer.length;
    if (bytes > BODY_LIMIT_BYTES) return null;
    parts.push(buffer);
  }
  return Buffer.concat(parts);
}
