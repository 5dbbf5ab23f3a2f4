/** The JSON body of a request, bounded. */
import type { HttpRequest } from '@azure/functions';
import * as z from 'zod';
import { Problem } from './problem';

/**
 * @returns the parsed body; what the schema makes of nothing where the body is empty.
 * @throws Problem 400, 411, 413 or 415.
 */
export async function readBody<T>(request: HttpRequest, schema: z.ZodType<T>, maxBytes: number): Promise<T> {
  const bytes = Buffer.from(await request.arrayBuffer());
  // The platform drops what comes in chunks; nothing is made of a body that nobody has seen: facts/azure-functions.md §2.9.
  if (bytes.length === 0 && request.headers.has('transfer-encoding')) {
    throw new Problem('length-required', 'Send the body with Content-Length, not in chunks.');
  }
  if (bytes.length > maxBytes) throw new Problem('too-large', `At most ${maxBytes} bytes are read.`);
  if (bytes.length > 0 && !/^application\/json\s*(?:;|$)/i.test(request.headers.get('content-type') ?? '')) {
    throw new Problem('unsupported-media-type', 'Send application/json.');
  }
  let value: unknown;
  try {
    value = bytes.length === 0 ? {} : JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new Problem('bad-request', 'The body is not JSON.');
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new Problem('bad-request', z.prettifyError(parsed.error));
  return parsed.data;
}
