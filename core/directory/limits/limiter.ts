/** One limit for all processes: the use of each key is a row that they share. */
import * as z from 'zod';
import type { EntityKey } from '../../ports/entity-store';
import { UNUSED, blockUntil, chargeUnits, describeUse, takeUnits } from './gcra';
import type { LimitAnswer, Rate, Tat } from './gcra';
import type { LimitPorts } from './limit-ports';
import { LIMIT_TABLES } from './limit-tables';
import { makeSharedRows } from './shared-rows';
import type { RowChange } from './shared-rows';

export interface LimitedKey {
  readonly key: EntityKey;
  readonly rate: Rate;
  /** What is likely of a key that this process has not seen. */
  readonly likely: RowChange<unknown>['likely'];
}

export interface Limiter {
  /** Takes the cost, or nothing and says when to come back. */
  take(limited: LimitedKey, cost: number): Promise<LimitAnswer>;
  /** Takes what a call turned out to cost beyond what was taken before; never refuses. */
  charge(limited: LimitedKey, cost: number): Promise<LimitAnswer>;
  /** Admits nothing before this moment, milliseconds since the epoch. */
  block(limited: LimitedKey, until: number): Promise<void>;
}

/** `until`: milliseconds since the epoch from which the row says nothing more, so that it may be removed. */
const useBody = z.object({ tat: z.number(), until: z.number() });
type UseBody = z.infer<typeof useBody>;

const MICROSECONDS = 1000;
/** Where other processes were first all the time. */
const CONTENDED_RETRY_SECONDS = 1;

export function makeLimiter(ports: LimitPorts, options: { readonly maxConflicts?: number } = {}): Limiter {
  const { clock } = ports;
  const rows = makeSharedRows<UseBody>(ports, { table: LIMIT_TABLES.limits, state: useBody, ...options });

  const change = (
    { key, likely }: LimitedKey,
    mustLand: boolean,
    next: (tat: Tat, now: number) => Tat,
  ): Promise<boolean> =>
    rows.change({
      key,
      likely,
      mustLand,
      apply: (use) => {
        const before = use?.tat ?? UNUSED;
        const tat = next(before, clock.now());
        return tat === before ? use : { tat, until: Math.ceil(tat / MICROSECONDS) };
      },
    });

  return {
    async take(limited, cost) {
      const { rate } = limited;
      let answer = contended(rate);
      const landed = await change(limited, false, (tat, now) => {
        const taken = takeUnits(tat, cost, rate, now);
        answer = taken.answer;
        return taken.tat;
      });
      return landed ? answer : contended(rate);
    },

    async charge(limited, cost) {
      const { rate } = limited;
      let answer = contended(rate);
      await change(limited, true, (tat, now) => {
        const charged = cost === 0 ? tat : chargeUnits(tat, cost, rate, now);
        answer = describeUse(charged, rate, now);
        return charged;
      });
      return answer;
    },

    async block(limited, until) {
      await change(limited, true, (tat) => blockUntil(tat, limited.rate, until));
    },
  };
}

function contended(rate: Rate): LimitAnswer {
  return {
    ...describeUse(UNUSED, rate, 0),
    allowed: false,
    remaining: 0,
    resetSeconds: CONTENDED_RETRY_SECONDS,
    retryAfterSeconds: CONTENDED_RETRY_SECONDS,
  };
}
