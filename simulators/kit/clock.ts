import type { SimClock } from './route';

/** The clock of this machine. */
export const systemClock: SimClock = { now: () => Date.now() };
