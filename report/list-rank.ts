/**
 * The one order in which phones compete for places in lists: fewest obstacles first, then by a hash of the key.
 * All lists use the same order, so that a phone that is in one list tends to be in its others and the report stays
 * small; the hash makes a cut list a fair sample instead of "the first connector".
 */
import type { Verdict } from '../core/policy/verdict';

/** FNV-1a with a final mix, 32 bits: keys that differ in their last digit spread evenly. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Lower is earlier. */
export function listRank(verdict: Verdict): number {
  return (verdict.failing.length + verdict.unknown.length) * 0x1_0000_0000 + hash32(verdict.deviceKey);
}
