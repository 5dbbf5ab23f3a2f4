/** Requests at a time that one call may have on the way; more would wait for a connection anyway. */
export const AT_ONCE = 32;

/** What the work gives for each item, in the order of the items. Ends with the first failure. */
export async function forEachOf<I, O>(items: readonly I[], work: (item: I) => Promise<O>): Promise<O[]> {
  const results: O[] = [];
  const entries = items.entries();
  const worker = async (): Promise<void> => {
    // One iterator for all workers: each takes what comes next.
    for (const [at, item] of entries) results[at] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
  return results;
}
