/**
 * Who looked up one number lately: a bounded set of callers' digests. Without it many callers, each within its limit, could
 * watch or wear down one target (facts/key-directory.md §4.1, "Prekey Pogo").
 */
import * as z from 'zod';

export const CROWD_MS = 24 * 3_600_000;
/** A caller that is known is written anew only when this much has passed: repeated reads cost no write. */
const REFRESH_MS = 3_600_000;
const SECOND = 1000;

export const crowdBody = z.object({
  /** Digest of a caller and when it was here last, milliseconds since the epoch. */
  callers: z.record(z.string(), z.number()),
  until: z.number(),
});
export type Crowd = z.infer<typeof crowdBody>;

export interface CrowdAnswer {
  /** The same object where nothing changed. */
  readonly crowd: Crowd | null;
  readonly allowed: boolean;
  readonly callers: number;
  /** 0 where it was allowed. */
  readonly retryAfterSeconds: number;
}

/** Lets a caller in that is known, or for whom there is room. A clock that goes back makes no room. */
export function joinCrowd(crowd: Crowd | null, caller: string, most: number, now: number): CrowdAnswer {
  const recent = Object.entries(crowd?.callers ?? {}).filter(([, at]) => now - at < CROWD_MS);
  const mine = recent.find(([name]) => name === caller)?.[1];
  if (mine !== undefined && now - mine < REFRESH_MS) {
    return { crowd, allowed: true, callers: recent.length, retryAfterSeconds: 0 };
  }
  if (mine === undefined && recent.length >= most) {
    const oldest = Math.min(...recent.map(([, at]) => at));
    const retryAfterSeconds = Math.max(1, Math.ceil((oldest + CROWD_MS - now) / SECOND));
    return { crowd, allowed: false, callers: recent.length, retryAfterSeconds };
  }
  const callers = { ...Object.fromEntries(recent), [caller]: now };
  const until = Math.max(...Object.values(callers)) + CROWD_MS;
  return { crowd: { callers, until }, allowed: true, callers: Object.keys(callers).length, retryAfterSeconds: 0 };
}
