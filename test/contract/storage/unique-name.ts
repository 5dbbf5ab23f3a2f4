import { randomBytes } from 'node:crypto';

/** A name that no other test uses: suites share one store, as they must where a store is an account in the cloud. */
export function uniqueName(prefix: string): string {
  return `${prefix}${randomBytes(6).toString('hex')}`;
}
