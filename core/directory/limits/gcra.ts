/**
 * The generic cell rate algorithm: how much of a limit is used, in one number. `tat`, the theoretical arrival time, is the
 * moment at which all that was charged has come back. It only ever grows: a state read a while ago that refuses is right to
 * refuse, and a clock that goes back admits nothing more than the latest clock did.
 *
 * All in whole microseconds, so that sums are exact.
 */

/** Microseconds since the epoch. */
export type Tat = number;

export interface Rate {
  /** Units that may be used at once after a rest. */
  readonly limit: number;
  /** Units that come back in a minute. */
  readonly perMinute: number;
}

/** What header fields of an answer are made from (draft-ietf-httpapi-ratelimit-headers). */
export interface LimitAnswer {
  readonly allowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Until the whole limit is there again. */
  readonly resetSeconds: number;
  /** 0 where it was allowed. */
  readonly retryAfterSeconds: number;
  /** Time in which the whole limit comes back. */
  readonly windowSeconds: number;
}

const MICROSECONDS = 1000;
const MINUTE = 60_000_000;
const SECOND = 1_000_000;

/** Nothing was charged yet. */
export const UNUSED: Tat = 0;

/** @param cost at most the limit. @returns the next state, which is the present one where it was refused. */
export function takeUnits(tat: Tat, cost: number, rate: Rate, now: number): { readonly tat: Tat; answer: LimitAnswer } {
  const next = chargeUnits(tat, cost, rate, now);
  const allowed = next - microseconds(now) <= rate.limit * unitOf(rate);
  return allowed
    ? { tat: next, answer: describeUse(next, rate, now) }
    : { tat, answer: { ...describeUse(tat, rate, now), allowed, retryAfterSeconds: secondsUntil(next, rate, now) } };
}

/** Takes what is owed, beyond the limit if need be: later calls pay for it by waiting. */
export function chargeUnits(tat: Tat, cost: number, rate: Rate, now: number): Tat {
  return Math.max(tat, microseconds(now)) + cost * unitOf(rate);
}

/** @returns a state in which not one unit is to be had before `until`, milliseconds since the epoch. */
export function blockUntil(tat: Tat, rate: Rate, until: number): Tat {
  return Math.max(tat, microseconds(until) + (rate.limit - 1) * unitOf(rate));
}

/** What is left at this state. */
export function describeUse(tat: Tat, rate: Rate, now: number): LimitAnswer {
  const unit = unitOf(rate);
  const used = Math.max(0, tat - microseconds(now));
  return {
    allowed: true,
    limit: rate.limit,
    remaining: Math.max(0, Math.floor((rate.limit * unit - used) / unit)),
    resetSeconds: Math.ceil(used / SECOND),
    retryAfterSeconds: 0,
    windowSeconds: Math.ceil((rate.limit * unit) / SECOND),
  };
}

function secondsUntil(next: Tat, rate: Rate, now: number): number {
  return Math.max(1, Math.ceil((next - rate.limit * unitOf(rate) - microseconds(now)) / SECOND));
}

/** Rounded up: what comes back is never more than was set. */
function unitOf({ perMinute }: Rate): number {
  return Math.ceil(MINUTE / perMinute);
}

/** Rounded down, as an earlier clock is the stricter one. */
function microseconds(milliseconds: number): number {
  return Math.floor(milliseconds * MICROSECONDS);
}
