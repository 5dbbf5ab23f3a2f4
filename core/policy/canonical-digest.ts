/** The digest of a value that does not depend on the order of its keys. */
import { createHash } from 'node:crypto';

/** SHA-256 over JSON with sorted keys, hex. Undefined members are left out, as in JSON. */
export function canonicalDigest(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(value)))
    .digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
}
