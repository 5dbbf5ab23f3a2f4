/**
 * Is a caller harvesting? A fold over its lookups. The state is bounded whatever the caller does: counts and a sketch for each
 * of the 24 slices of the sliding window, and the digests of the last 50 different numbers.
 *
 * Whether two numbers are neighbours is asked by digests: a lookup comes with those of the numbers around it, and the state
 * holds none in clear. The order of lookups does not matter, so that shuffling or sharing a range among callers hides nothing
 * as long as one caller's part of it is dense.
 */
import * as z from 'zod';
import { NO_SKETCH, addToSketch, estimateDistinct, mergeSketches } from './distinct-sketch';
import { makeSign } from './incident';
import type { Sign } from './incident';
import type { WatchSettings } from './limit-settings';
import type { PhoneDigest } from './phone-digests';

export interface LookupEvent {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly target: PhoneDigest;
  /** Of the numbers around it. */
  readonly neighbours: readonly PhoneDigest[];
  readonly found: boolean;
  readonly canary: boolean;
}

const slice = z.object({
  /** Number of the slice from the epoch on. */
  no: z.number(),
  reads: z.number(),
  misses: z.number(),
  canaries: z.number(),
  sketch: z.string(),
});
type Slice = z.infer<typeof slice>;

const recentTarget = z.object({
  target: z.string(),
  /** Slice in which it was asked for last. */
  no: z.number(),
  /** Length of the chain of neighbours that it ended when it came; 1 where it had none. */
  chain: z.number(),
});
type RecentTarget = z.infer<typeof recentTarget>;

export const watchBody = z.object({
  slices: z.array(slice),
  recent: z.array(recentTarget),
  /** Milliseconds since the epoch from which the row says nothing more. */
  until: z.number(),
});
export type WatchState = z.infer<typeof watchBody>;

export const SLICES = 24;
export const RECENT_TARGETS = 50;
/** Enough to tell 50 numbers from their neighbours. */
const SHORT_DIGEST = 12;
const MINUTE_MS = 60_000;

export interface Observation {
  readonly state: WatchState;
  /** Everything that is suspicious now, said again as long as it is: whoever records it does so once. */
  readonly signs: readonly Sign[];
}

export function observe(state: WatchState | null, event: LookupEvent, settings: WatchSettings): Observation {
  const sliceMs = (settings.windowMinutes * MINUTE_MS) / SLICES;
  // A clock that goes back stays in the newest slice: nothing slides out early, and nothing is counted twice.
  const newest = Math.max(Math.floor(event.at / sliceMs), ...(state?.slices ?? []).map(({ no }) => no));
  const isInWindow = ({ no }: { readonly no: number }): boolean => no > newest - SLICES;
  const slices = countIn((state?.slices ?? []).filter(isInWindow), newest, event);
  const recent = remember((state?.recent ?? []).filter(isInWindow), newest, event);
  const next: WatchState = { slices, recent, until: Math.ceil((newest + 1 + SLICES) * sliceMs) };
  return { state: next, signs: signsOf(next, settings) };
}

function countIn(slices: readonly Slice[], no: number, { target, found, canary }: LookupEvent): Slice[] {
  const current = slices.find((one) => one.no === no) ?? { no, reads: 0, misses: 0, canaries: 0, sketch: NO_SKETCH };
  return [
    ...slices.filter((one) => one.no !== no),
    {
      no,
      reads: current.reads + 1,
      misses: current.misses + (found ? 0 : 1),
      canaries: current.canaries + (canary ? 1 : 0),
      sketch: addToSketch(current.sketch, target),
    },
  ];
}

function remember(recent: readonly RecentTarget[], no: number, { target, neighbours }: LookupEvent): RecentTarget[] {
  const short = target.slice(0, SHORT_DIGEST);
  if (recent.some((one) => one.target === short)) {
    return recent.map((one) => (one.target === short ? { ...one, no } : one));
  }
  const around = new Set(neighbours.map((neighbour) => neighbour.slice(0, SHORT_DIGEST)));
  const longest = recent.reduce((chain, one) => (around.has(one.target) ? Math.max(chain, one.chain) : chain), 0);
  // What left the window no longer counts: a chain is never longer than what is remembered.
  const chain = Math.min(longest, recent.length) + 1;
  return [...recent, { target: short, no, chain }].slice(-RECENT_TARGETS);
}

function signsOf({ slices, recent }: WatchState, settings: WatchSettings): Sign[] {
  const sum = (count: (one: Slice) => number): number => slices.reduce((total, one) => total + count(one), 0);
  const reads = sum((one) => one.reads);
  const misses = sum((one) => one.misses);
  const canaries = sum((one) => one.canaries);
  const distinct = estimateDistinct(mergeSketches(slices.map(({ sketch }) => sketch)));
  const longestRun = Math.max(0, ...recent.map(({ chain }) => chain));
  const adjacent = recent.filter(({ chain }) => chain > 1).length;
  const isSequential =
    longestRun >= settings.runLength ||
    (recent.length >= settings.sequentialMinTargets && adjacent / recent.length > settings.sequentialShare);
  return [
    ...(canaries > 0 ? [makeSign('canary', { canaries, reads })] : []),
    ...(isSequential ? [makeSign('sequential', { adjacent, of: recent.length, longestRun })] : []),
    ...(reads >= settings.missMinReads && misses / reads > settings.missShare
      ? [makeSign('misses', { misses, reads })]
      : []),
    ...(distinct > settings.distinctTargets ? [makeSign('breadth', { distinct, reads })] : []),
  ];
}
