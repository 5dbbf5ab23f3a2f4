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
/** `last` is 0 until it ran; `updated` is when it ran last, or when it was first seen. */
const status = z.object({ last: z.number(), next: z.number(), updated: z.number() });
type Status = z.infer<typeof status>;

/** Longer waits than a timer of Node can hold are cut; the schedule is then looked at again. */
const LONGEST_WAIT_MS = 3_600_000;

/** What a field may say on the platform; `L`, `W`, `#` and `?` are of other dialects. */
const FIELD = /^(?:(?:\*|\d+|[A-Z]{3})(?:-(?:\d+|[A-Z]{3}))?(?:\/\d+)?(?:,(?!$)|$))+$/i;
/** Greatest values of the fields; Sunday is 0 and nothing else. */
const GREATEST = [59, 59, 23, 31, 12, 6] as const;

/**
 * @returns the first moment of the schedule after the given one, milliseconds since the epoch.
 * @throws Error where the platform would not take the expression, so that nobody finds out in Azure.
 */
export function nextOccurrence(expression: string, after: number): number {
  const fields = expression.trim().split(/\s+/);
  if (fields.length !== GREATEST.length || !fields.every((field) => FIELD.test(field))) {
    throw new Error(`"${expression}" is no NCRONTAB expression of six fields`);
  }
  if (/(?<![/\d])7/.test(fields[5] ?? '')) throw new Error(`Sunday is 0, not 7: "${expression}"`);
  // Steps from a beginning, which the library wants to have an end.
  const ended = fields.map((field, at) => field.replace(/(?<![-\d])(\d+)\//g, `$1-${String(GREATEST[at])}/`));
  const next = new Cron(ended.join(' '), { timezone: 'UTC', mode: '6-part', legacyMode: false }).nextRun(
    new Date(after),
  );
  if (next === null) throw new Error(`"${expression}" never comes true`);
  return next.getTime();
}

/** Runs the function on its schedule until the signal aborts. */
export async function runTimer(options: TimerOptions, signal: AbortSignal): Promise<void> {
  const { app, functionName, binding, expression, clock, sleep, onError } = options;
  let known = await read(options);
  if (known === null) {
    const now = clock.now();
    known = { last: 0, next: nextOccurrence(expression, now), updated: now };
    await write(options, known);
  }
  // The schedule may have changed since: what is missed is judged by the present one.
  let due = nextOccurrence(expression, known.updated);
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
    known = { last: began, next, updated: began };
    await write(options, known);
    due = nextOccurrence(expression, began);
  }
}

/** As the platform hands it over; the library turns the names into camel case. */
function timerInfo(known: Status, now: number, due: number, next: number): unknown {
  const iso = (at: number): string => new Date(at).toISOString();
  return {
    Schedule: { AdjustForDST: false },
    ScheduleStatus: { Last: iso(known.last), Next: iso(next), LastUpdated: iso(known.updated) },
    IsPastDue: now - due > PAST_DUE_MS,
  };
}

/** A minute is the finest that the platform monitors. */
const PAST_DUE_MS = 60_000;

async function read({ store, functionName }: TimerOptions): Promise<Status | null> {
  const found = await store.get(TABLE, { partition: PARTITION, row: functionName });
  return found === null ? null : (status.safeParse(JSON.parse(found.body)).data ?? null);
}

async function write({ store, functionName }: TimerOptions, value: Status): Promise<void> {
  await store.batch(TABLE, PARTITION, [{ kind: 'upsert', row: functionName, body: JSON.stringify(value) }]);
}
