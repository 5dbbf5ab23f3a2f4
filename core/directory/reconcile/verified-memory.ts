/** Which rows were verified, so that a pass over an unchanged directory costs a digest a row and no signature. */

export interface VerifiedMemory {
  /** @param digest SHA-256 of the row, base64. @param kid of the key that its signature was verified with. */
  has(digest: string, kid: string): boolean;
  add(digest: string, kid: string): void;
}

/** For one process. What keeps it between runs must itself be beyond the reach of whoever could write to the directory. */
export function makeVerifiedMemory(): VerifiedMemory {
  const known = new Map<string, Set<string>>();
  return {
    has: (digest, kid) => known.get(kid)?.has(digest) ?? false,
    add(digest, kid) {
      const ofKey = known.get(kid);
      if (ofKey === undefined) known.set(kid, new Set([digest]));
      else ofKey.add(digest);
    },
  };
}

export const REMEMBERS_NOTHING: VerifiedMemory = { has: () => false, add: () => undefined };
