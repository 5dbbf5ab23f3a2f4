/**
 * The queue contract of a sweep. Versioned: a message of an unknown version is parked, never lost.
 * No field is called like a property of the platform's trigger metadata, which would shadow it: facts/azure-functions.md §2.9.
 */
import { z } from 'zod';

export const QUEUES = { start: 'sweep-start', page: 'sweep-page', finish: 'sweep-finish' } as const;

const name = z.string().min(1).max(64);

export const startMessage = z.object({ v: z.literal(1), runId: name, connectorId: name });

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
});

export const finishMessage = z.object({ v: z.literal(1), runId: name });

export type StartMessage = z.infer<typeof startMessage>;
export type PageMessage = z.infer<typeof pageMessage>;
export type FinishMessage = z.infer<typeof finishMessage>;
