/** A draw in constant time from a table of shares. */

/** @param shares item and whole-number weight. @returns each item as often as its weight, to be indexed by a hash. */
export function weighted<T>(shares: readonly (readonly [item: T, weight: number])[]): readonly T[] {
  const table = shares.flatMap(([item, weight]) => Array.from({ length: weight }, () => item));
  if (table.length === 0) throw new RangeError('a weighted table needs at least one item');
  return table;
}

/** @param hash an unsigned integer. */
export function draw<T>(table: readonly T[], hash: number): T {
  const item = table[hash % table.length];
  if (item === undefined) throw new RangeError('drawing from an empty table');
  return item;
}
