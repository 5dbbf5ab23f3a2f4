/**
 * The queue contract of a sweep. Versioned: a message of an unknown version is parked, never lost.
 * No field is called like a property of the platform's trigger metadata, which would shadow it: facts/azure-functions.md §2.9.
 */
import * as z from 'zod';

export const QUEUES = {
  start: 'sweep-start',
  page: 'sweep-page',
  finish: 'sweep-finish',
  /** A run has ended: its report is to be written. Sent by the sweep-finish function only. */
  report: 'report-publish',
} as const;
export type QueueName = (typeof QUEUES)[keyof typeof QUEUES];

const name = z.string().min(1).max(64);

/** Asks for a sweep. The run's id comes with it, so that a message that is delivered twice starts one run. */
export const startMessage = z.object({
  v: z.literal(1),
  runId: name,
  mode: z.enum(['full', 'incremental']),
  /** Incremental only; null where each connector goes on from its own watermark. */
  since: z.iso.datetime().nullable(),
  /** `timer`, `command`, or the application or person that asked over HTTP. */
  requestedBy: z.string().min(1).max(200),
});

export const pageMessage = z.object({
  v: z.literal(1),
  runId: name,
  connectorId: name,
  /** Position in the pull's list of stages; a stage that is walked twice stands there twice. */
  stageNo: z.number().int().nonnegative(),
  pageNo: z.number().int().nonnegative(),
  cursor: z.string().max(40_000).nullable(),
  /** Tries that failed so far; waits that the MDM asked for do not count. */
  attempt: z.number().int().nonnegative(),
  /** The connector's budget has been asked for this page already: it waited for its turn. */
  reserved: z.boolean().optional(),
});

export const finishMessage = z.object({ v: z.literal(1), runId: name });

export const reportMessage = z.object({ v: z.literal(1), runId: name });

export type StartMessage = z.infer<typeof startMessage>;
export type PageMessage = z.infer<typeof pageMessage>;
export type FinishMessage = z.infer<typeof finishMessage>;
export type ReportMessage = z.infer<typeof reportMessage>;

/** Null where the body is no message of a version that this Muster knows. */
export function readMessage<T>(schema: z.ZodType<T>, body: string): T | null {
  try {
    const parsed = schema.safeParse(JSON.parse(body));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
