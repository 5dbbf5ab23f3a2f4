/** Numbers that some device shows, four bytes each: a hit is a suspicion, to be confirmed by reading. */
import { hashKey } from '../../device/join-keys';

export interface NumberHashes {
  add(phone: string): void;
  /** No number is added any more. */
  freeze(): { mayHold(phone: string): boolean };
}

const FIRST_SIZE = 1024;

export function makeNumberHashes(): NumberHashes {
  let hashes = new Int32Array(FIRST_SIZE);
  let size = 0;
  return {
    add(phone) {
      if (size === hashes.length) {
        const larger = new Int32Array(size * 2);
        larger.set(hashes);
        hashes = larger;
      }
      hashes[size] = hashKey(phone);
      size += 1;
    },
    freeze() {
      const sorted = hashes.subarray(0, size).sort();
      return { mayHold: (phone) => contains(sorted, hashKey(phone)) };
    },
  };
}

function contains(sorted: Int32Array, wanted: number): boolean {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low < sorted.length && sorted[low] === wanted;
}

const PHONE = '"phone":"';

/**
 * The numbers of a device's row without parsing it, which a pass over a million rows would feel. A quote inside a string is
 * written `\"`, so that the member's name cannot be part of a value.
 */
export function phonesOf(body: string): readonly string[] {
  const phones: string[] = [];
  for (let at = body.indexOf(PHONE); at >= 0; at = body.indexOf(PHONE, at)) {
    at += PHONE.length;
    phones.push(body.slice(at, body.indexOf('"', at)));
  }
  return phones;
}
