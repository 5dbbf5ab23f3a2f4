/** Which ordinals are in a fleet: 1 to the highest, without those removed. Costs memory only for the removed. */

export interface Membership {
  readonly size: number;
  readonly highest: number;
  readonly removed: readonly number[];
  has(ordinal: number): boolean;
  /** @param position 0-based. @returns the ordinal there, null behind the end. */
  at(position: number): number | null;
  /** Number of present ordinals up to and including this one. */
  countUpTo(ordinal: number): number;
  /** @returns whether it was there. */
  remove(ordinal: number): boolean;
  append(count: number): readonly number[];
  /** The last removed first. */
  restore(count: number): readonly number[];
  reset(): void;
}

export function makeMembership(initial: number): Membership {
  let highest = initial;
  /** Ascending, for searching. */
  let gone: number[] = [];
  /** In the order of removal. */
  let removed: number[] = [];

  /** Index of the first removed ordinal for which `isBeyond` holds; holds for all after it. */
  const search = (isBeyond: (ordinal: number, index: number) => boolean): number => {
    let low = 0;
    let high = gone.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBeyond(gone[middle] ?? 0, middle)) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  const goneUpTo = (ordinal: number): number => search((one) => one > ordinal);

  const membership: Membership = {
    get size() {
      return highest - gone.length;
    },
    get highest() {
      return highest;
    },
    get removed() {
      return removed;
    },
    has(ordinal) {
      if (!Number.isInteger(ordinal) || ordinal < 1 || ordinal > highest) return false;
      return gone.length === 0 || gone[goneUpTo(ordinal) - 1] !== ordinal;
    },
    at(position) {
      // A removed ordinal stands before the position when fewer present ones than the position precede it.
      const ordinal = position + 1 + search((one, index) => one - index > position + 1);
      return position < 0 || ordinal > highest ? null : ordinal;
    },
    countUpTo(ordinal) {
      const within = Math.min(Math.max(0, Math.floor(ordinal)), highest);
      return within - goneUpTo(within);
    },
    remove(ordinal) {
      if (!membership.has(ordinal)) return false;
      gone.splice(goneUpTo(ordinal), 0, ordinal);
      removed.push(ordinal);
      return true;
    },
    append(count) {
      const first = highest + 1;
      highest += count;
      return Array.from({ length: count }, (_, i) => first + i);
    },
    restore(count) {
      const back = count >= removed.length ? removed : removed.slice(removed.length - count);
      removed = removed.slice(0, removed.length - back.length);
      const isBack = new Set(back);
      gone = gone.filter((ordinal) => !isBack.has(ordinal));
      return [...back].reverse();
    },
    reset() {
      highest = initial;
      gone = [];
      removed = [];
    },
  };
  return membership;
}
