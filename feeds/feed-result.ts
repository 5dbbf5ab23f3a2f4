/** What reading a feed's text gives: a catalog, or the reason why the text is none. */
import type { z } from 'zod';
import type { OsCatalog } from '../core/policy/os-catalog';

export interface ReadFeed {
  readonly catalog: OsCatalog;
  /** Entries that were left out, and why; no personal values. */
  readonly warnings: readonly string[];
}

/** The text is not the feed it claims to be: not JSON, another version, a field missing. */
export class MalformedFeed extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MalformedFeed';
  }
}

/** @throws {MalformedFeed} */
export function parseFeedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // The parser's own message quotes the text: it stays in the cause.
    throw new MalformedFeed('the answer is not JSON', { cause });
  }
}

/** @throws {MalformedFeed} naming the first field that is not as it should be. */
export function parseFeedShape<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new MalformedFeed(`${issue?.path.join('.') ?? 'the document'}: ${issue?.message ?? 'not as expected'}`);
}
