/** What a sweep leaves in the store: one record per run, one per pull (run and connector), one per page. */
import * as z from 'zod';
import { LADDER } from '../readiness/ladder';

const iso = z.string();
const count = z.number().int().nonnegative();

export const RUN_STATES = ['running', 'complete', 'partial', 'failed', 'held'] as const;
export const PULL_STATES = ['pending', 'pulling', 'complete', 'partial', 'failed'] as const;
export type PullStateName = (typeof PULL_STATES)[number];

const stageRecord = z.object({
  name: z.string(),
  optional: z.boolean(),
  /** Rows of this stage may lack fields that the device has: null there is no news. */
  partial: z.boolean(),
  /** Walked again because the list moved while it was paged; repeated rows are expected then. */
  again: z.boolean(),
  lastPage: count.nullable(),
  donePages: count,
  /** Total as first and last stated by the server; a drop means that rows may have slipped between pages. */
  firstExpected: count.nullable(),
  expected: count.nullable(),
  ended: z.boolean(),
  /** Devices that this stage was the first to bring, and its rows that did not parse. */
  devices: count,
  quarantined: count,
});
export type StageRecord = z.infer<typeof stageRecord>;

export const pullRecord = z.object({
  v: z.literal(1),
  runId: z.string(),
  connectorId: z.string(),
  kind: z.string(),
  mode: z.enum(['full', 'incremental']),
  /** Incremental only: changes since this moment. */
  since: iso.nullable(),
  state: z.enum(PULL_STATES),
  startedAt: iso,
  endedAt: iso.nullable(),
  /** Waits and retries end here. */
  deadlineAt: iso,
  stages: z.array(stageRecord),
  stageNo: count,
  /** Distinct devices seen by this pull. */
  devices: count,
  pages: count,
  requests: count,
  retries: count,
  throttledSeconds: count,
  quarantined: count,
  duplicates: count,
  /** Why the pull is not complete, as a sentence. */
  reason: z.string().nullable(),
  endpoint: z.string().nullable(),
  /** What to do about it. */
  hint: z.string().nullable(),
  warnings: z.array(z.string()),
  /** Newest change seen, for the next incremental pull; never moved by devices without a date. */
  watermark: iso.nullable(),
});
export type PullRecord = z.infer<typeof pullRecord>;

export const pageRecord = z.object({
  v: z.literal(1),
  rows: count,
  devices: count,
  next: z.array(z.object({ pageNo: count, cursor: z.string().nullable() })),
});
export type PageRecord = z.infer<typeof pageRecord>;

export const quarantineRecord = z.object({
  connectorId: z.string(),
  vendorId: z.string().nullable(),
  reason: z.string(),
  at: iso,
});
export type QuarantineRecord = z.infer<typeof quarantineRecord>;

const standings = [...LADDER, 'undetermined'] as const;

export const readinessSummary = z.object({
  total: count,
  reporting: count,
  byRung: z.record(z.enum(standings), count),
  unknownByRung: z.record(z.enum(LADDER), count),
  cannotUpdate: count,
});

export const tombstoneSummary = z.object({ candidates: count, confirmed: count, held: count });

export const duplicateSummary = z.object({ reEnrollments: count, crossMdm: count });

export const runRecord = z.object({
  v: z.literal(1),
  runId: z.string(),
  tenant: z.string(),
  mode: z.enum(['full', 'incremental']),
  /** Incremental only: the moment that was asked for; null where each connector goes on from its own watermark. */
  since: iso.nullable().default(null),
  state: z.enum(RUN_STATES),
  startedAt: iso,
  endedAt: iso.nullable(),
  policyDigest: z.string(),
  /** Who asked for it: see the start message. */
  requestedBy: z.string().default('command'),
  /** Why nothing was read, where the run was refused or given up as a whole. */
  reason: z.string().nullable().default(null),
  connectors: z.array(z.string()),
  readiness: readinessSummary.nullable(),
  tombstones: tombstoneSummary.nullable(),
  duplicates: duplicateSummary.nullable(),
  /** Names of the brakes that hold something. */
  brakes: z.array(z.string()),
});
export type RunRecord = z.infer<typeof runRecord>;

/** What is remembered of a connector from run to run. */
export const connectorRecord = z.object({
  v: z.literal(1),
  connectorId: z.string(),
  lastCompleteRunId: z.string().nullable(),
  lastCompleteAt: iso.nullable(),
  /** Devices of the last complete full pull. */
  lastCompleteDevices: count.nullable(),
  watermark: iso.nullable(),
});
export type ConnectorRecord = z.infer<typeof connectorRecord>;
