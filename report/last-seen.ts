/** How long ago phones were last seen, in classes: how much a report's figures can be trusted today. */

const DAY = 86_400_000;

export const SEEN_CLASSES = [
  { id: 'day', label: 'within a day', days: 1 },
  { id: 'week', label: '1 to 7 days ago', days: 7 },
  { id: 'month', label: '7 to 30 days ago', days: 30 },
  { id: 'quarter', label: '30 to 90 days ago', days: 90 },
  { id: 'older', label: 'longer than 90 days ago', days: Infinity },
  { id: 'never', label: 'never, or not stated', days: NaN },
] as const;

export type SeenClass = (typeof SEEN_CLASSES)[number]['id'];

/** @param now milliseconds since the epoch. A time in the future counts as within a day: clocks differ. */
export function seenClass(lastSeenAt: string | null, now: number): SeenClass {
  const age = lastSeenAt === null ? NaN : now - Date.parse(lastSeenAt);
  return SEEN_CLASSES.find((entry) => age <= entry.days * DAY)?.id ?? 'never';
}
