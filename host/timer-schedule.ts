/** Timer triggers on one machine: six NCRONTAB fields, UTC, one run at a time, and a run at once for what was missed. */
import { randomUUID } from 'node:crypto';
import { Cron } from 'croner';
import * as z from 'zod';
import type { Clock } from '../core/ports/clock';
import type { EntityStore } from '../core/ports/entity-store';
import type { LoadedApp } from './functions-core';

export interface TimerOptions {
  readonly app: LoadedApp;
  readonly functionName: string;
  readonly binding: string;
  readonly expression: string;
  /** Remembers when the timer last ran, so that a host that was down sees what it missed. */
  readonly store: EntityStore;
  readonly clock: Clock;
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly onError: (functionName: string, error: unknown) => void;
}

const TABLE = 'timers';
const PARTITION = 'timer';
const status = z.object({ last: z.number(), next: z.number() });
type Status = z.infer<typeof status>;

/** Longer waits than a timer of Node can hold are cut; the schedule is then looked at again. */
const LONGEST_WAIT_MS = 3_600_000;

/** @returns the first moment of the schedule after the given one, milliseconds since the epoch. */
export function nextOccurrence(expression: string, after: number): number {
  if (expression.trim().split(/\s+/).length !== 6)
    throw new Error(`"${expression}" is no NCRONTAB expression of six fields`);
  const next = new Cron(expression, { timezone: 'UTC', mode: '6-part', legacyMode: false }).nextRun(new Date(after));
  if (next === null) throw new Error(`"${expression}" never comes true`);
  return next.getTime();
}

/** Runs the function on its schedule until the signal aborts. */
export async function runTimer(options: TimerOptions, signal: AbortSignal): Promise<void> {
  const { app, functionName, binding, expression, clock, sleep, onError } = options;
  let known = await read(options);
  if (known === null) {
    known = { last: 0, next: nextOccurrence(expression, clock.now()) };
    await write(options, known);
  }
  // The schedule may have changed since: what is missed is judged by the present one.
  let due =
    known.last === 0
      ? Math.min(known.next, nextOccurrence(expression, clock.now()))
      : nextOccurrence(expression, known.last);
  while (!signal.aborted) {
    const wait = due - clock.now();
    if (wait > 0) {
      await sleep(Math.min(wait, LONGEST_WAIT_MS), signal);
      continue;
    }
    const began = clock.now();
    const next = nextOccurrence(expression, began);
    try {
      await app.invoke(functionName, {
        invocationId: randomUUID(),
        inputData: [{ name: binding, data: { json: JSON.stringify(timerInfo(known, began, due, next)) } }],
      });
    } catch (error) {
      onError(functionName, error);
    }
    known = { last: began, next };
    await write(options, known);
    due = nextOccurrence(expression, began);
  }
}

/** As the platform hands it over; the library turns the names into camel case. */
function timerInfo(known: Status, now: number, due: number, next: number): unknown {
  const iso = (at: number): string => new Date(at).toISOString();
  return {
    Schedule: { AdjustForDST: false },
    ScheduleStatus: { Last: iso(known.last), Next: iso(next), LastUpdated: iso(known.last) },
    IsPastDue: now - due > PAST_DUE_MS,
  };
}

/** A minute is the finest that the platform monitors. */
const PAST_DUE_MS = 60_000;

async function read({ store, functionName }: TimerOptions): Promise<Status | null> {
  const found = await store.get(TABLE, { partition: PARTITION, row: functionName });
  return found === null ? null : status.parse(JSON.parse(found.body));
}

async function write({ store, functionName }: TimerOptions, value: Status): Promise<void> {
  await store.batch(TABLE, PARTITION, [{ kind: 'upsert', row: functionName, body: JSON.stringify(value) }]);
}
