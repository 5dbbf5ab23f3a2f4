/** The keyset inside `$skiptoken`: opaque to clients, in the form the service uses (facts/intune-graph.md §1.3). */

export interface SkipToken {
  /** 0-based number of the page that the link asks for: fault scripts count pages by it. */
  readonly page: number;
  /** Ordinal of the last row before that page. */
  readonly after: number;
}

/** @returns the value as it stands in a link: percent-encoded with lower-case digits, as the service does. */
export function writeSkipToken({ page, after }: SkipToken): string {
  return `LastDeviceName%3d%27P${page}%27%2cLastDeviceId%3d%27${after.toString(36)}%27`;
}

/** @param value the decoded `$skiptoken`. @returns null for one that this simulator did not write. */
export function readSkipToken(value: string): SkipToken | null {
  const found = /^LastDeviceName='P(\d{1,7})',LastDeviceId='([0-9a-z]{1,7})'$/.exec(value);
  if (found === null) return null;
  return { page: Number(found[1]), after: Number.parseInt(found[2] ?? '', 36) };
}

/** @returns the 0-based page that a linked request asks for; null when its token is not ours. */
export function pageOfRequest(query: URLSearchParams): number | null {
  const value = query.get('$skiptoken');
  return value === null ? 0 : (readSkipToken(value)?.page ?? null);
}
