/** A million phones run a few hundred OS versions: what depends on one short text is worked out once for each text. */

const MAX_TEXTS = 4096;

/** The same function, remembering its answers; forgets them all when there are too many texts to be versions. */
export function remember<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const value = read(text);
    if (known.size >= MAX_TEXTS) known.clear();
    known.set(text, value);
    return value;
  };
}
