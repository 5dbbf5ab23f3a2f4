/**
 * One row for each action, created before its effect: whoever comes after a crash sees what may have happened.
 *
 *   a!<entryId>!<key>   the action and how it stands
 *   o!<key>             open: created with the row, gone with its end, so that what a crash left is found without a full pass
 *   d!<time>!<key>      done at: what the rate is counted by
 *
 * All three of an action lie in one partition, so that each step is one transaction.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { formatTime } from '../../device/iso-time';
import type { IsoTime } from '../../device/managed-device';
import type { Entity, EntityStore, EntityWrite } from '../../ports/entity-store';
import { EntityConflict } from '../../ports/entity-store';
import type { Action, FirstSign } from './plan';
import { TWO_SIGNS } from './plan';
import { ACTION_KINDS } from './settings';
import type { ActionKind } from './settings';
import { LEDGER_TABLES } from './tables';
import { DRIFT_KINDS } from './drift';

const LEDGER = LEDGER_TABLES.ledger;
const HOUR_MS = 3_600_000;
const LAST = '~';

const time = z.string().transform((text) => text as IsoTime);
const checks = z
  .array(z.object({ field: z.string(), observed: z.string().nullable(), expected: z.string().nullable() }))
  .readonly();
const action = z.object({
  kind: z.enum(ACTION_KINDS),
  entryId: z.string(),
  reason: z.enum(DRIFT_KINDS),
  evidence: z.object({
    entryId: z.string().nullable(),
    deviceKey: z.string().nullable(),
    checks,
    times: z.object({
      observedAt: time.nullable(),
      lastSeenAt: time.nullable(),
      enrolledAt: time.nullable(),
      boundAt: time.nullable(),
      changedAt: time.nullable(),
    }),
  }),
  idempotencyKey: z.string(),
  connectorId: z.string(),
  revision: z.number().nullable(),
});

const ledgerRow = z.object({
  v: z.literal(1),
  /** The run that opened the row last. */
  runId: z.string(),
  action,
  /**
   * `superseded`: the entry had changed since it was judged. `failed`: the directory refused; the next run tries again.
   * `abandoned`: a crash came before the effect, and no plan asked for it again.
   */
  state: z.enum(['pending', 'done', 'superseded', 'failed', 'abandoned']),
  openedAt: time,
  endedAt: time.nullable(),
  /** Revision of the entry after the effect. */
  revision: z.number().nullable(),
  /** Of a failure: what the directory said. */
  problem: z.string().nullable(),
});
export type LedgerRow = Readonly<z.infer<typeof ledgerRow>>;

export interface Ending {
  readonly state: 'done' | 'superseded' | 'failed' | 'abandoned';
  readonly revision: number | null;
  readonly problem: string | null;
  /** Whether the directory was changed for this action, now or before a crash: that alone counts in the rate. */
  readonly changed: boolean;
}

/** A row as it was read. */
export interface OpenRow {
  readonly row: LedgerRow;
  readonly etag: string;
}

export interface Ledger {
  /**
   * Creates the row, takes it up where a crash left it, or opens it again where it failed or was abandoned. An action that is
   * done or superseded stays so.
   */
  open(runId: string, action: Action, now: number): Promise<OpenRow>;
  end(open: OpenRow, ending: Ending, now: number): Promise<void>;
  /** What crashes left behind. */
  unfinished(): AsyncGenerator<OpenRow>;
  /** Effects within the hour before; what is open counts, since it may have had its effect. */
  recent(now: number): Promise<Readonly<Record<ActionKind, number>>>;
  /** The suspension that a second reading may confirm: the last one of this entry, for a reason that two signs revoke. */
  firstSign(entryId: string): Promise<FirstSign | null>;
  /** All actions on the entry. */
  of(entryId: string): Promise<readonly LedgerRow[]>;
}

export function makeLedger(store: EntityStore): Ledger {
  const scan = async (partition: string, from: string, to: string): Promise<readonly Entity[]> => {
    const found: Entity[] = [];
    let continuation: string | null = null;
    do {
      const page = await store.scan(LEDGER, partition, {
        from,
        to,
        ...(continuation === null ? {} : { continuation }),
      });
      found.push(...page.entities);
      ({ continuation } = page);
    } while (continuation !== null);
    return found;
  };
  const of = async (entryId: string): Promise<readonly LedgerRow[]> => {
    const prefix = `a!${entryId}!`;
    return (await scan(partitionOf(entryId), prefix, `${prefix}${LAST}`)).map(({ body }) => decode(body));
  };

  const open: Ledger['open'] = async (runId, wanted, now) => {
    const partition = partitionOf(wanted.entryId);
    const row = rowOf(wanted);
    const found = await store.get(LEDGER, { partition, row });
    const before = found === null ? null : decode(found.body);
    const stays = before !== null && before.state !== 'failed' && before.state !== 'abandoned';
    if (found !== null && stays) return { row: before, etag: found.etag };
    const opened: LedgerRow = {
      v: 1,
      runId,
      action: wanted,
      state: 'pending',
      openedAt: formatTime(now),
      endedAt: null,
      revision: null,
      problem: null,
    };
    const body = JSON.stringify(opened);
    const write: EntityWrite =
      found === null ? { kind: 'insert', row, body } : { kind: 'update', row, body, etag: found.etag };
    try {
      const [etag = ''] = await store.batch(LEDGER, partition, [
        write,
        { kind: 'upsert', row: openMark(wanted), body: JSON.stringify({ row, kind: wanted.kind }) },
      ]);
      return { row: opened, etag };
    } catch (error) {
      if (!(error instanceof EntityConflict)) throw error;
      // Another process was first: what it made of the row counts.
      return open(runId, wanted, now);
    }
  };

  return {
    open,
    of,
    async end({ row, etag }, { changed, ...ending }, now) {
      const { action: ended } = row;
      const endedAt = formatTime(now);
      const body = JSON.stringify({ ...row, ...ending, endedAt } satisfies LedgerRow);
      const writes: EntityWrite[] = [
        { kind: 'update', row: rowOf(ended), body, etag },
        { kind: 'delete', row: openMark(ended) },
      ];
      if (changed) {
        const mark = JSON.stringify({ kind: ended.kind });
        writes.push({ kind: 'upsert', row: `d!${endedAt}!${ended.idempotencyKey}`, body: mark });
      }
      try {
        await store.batch(LEDGER, partitionOf(ended.entryId), writes);
      } catch (error) {
        // Another process ended it: the effect was one, by the directory's revision.
        if (!(error instanceof EntityConflict)) throw error;
      }
    },
    async *unfinished() {
      for (const partition of PARTITIONS) {
        for (const { body } of await scan(partition, 'o!', `o!${LAST}`)) {
          const { row } = openRow.parse(JSON.parse(body));
          const found = await store.get(LEDGER, { partition, row });
          if (found !== null) yield { row: decode(found.body), etag: found.etag };
        }
      }
    },
    async recent(now) {
      const counts: Record<ActionKind, number> = { suspend: 0, revoke: 0 };
      for (const partition of PARTITIONS) {
        const open = await scan(partition, 'o!', `o!${LAST}`);
        const done = await scan(partition, `d!${formatTime(now - HOUR_MS)}`, `d!${LAST}`);
        for (const { body } of [...open, ...done]) counts[mark.parse(JSON.parse(body)).kind] += 1;
      }
      return counts;
    },
    async firstSign(entryId) {
      let last: LedgerRow | null = null;
      for (const row of await of(entryId)) {
        const counts = row.action.kind === 'suspend' && row.state === 'done' && TWO_SIGNS.has(row.action.reason);
        if (counts && (last === null || (row.revision ?? 0) > (last.revision ?? 0))) last = row;
      }
      if (last === null || last.revision === null) return null;
      return { runId: last.runId, observedAt: last.action.evidence.times.observedAt, revision: last.revision };
    },
  };
}

const mark = z.object({ kind: z.enum(ACTION_KINDS) });
const openRow = mark.extend({ row: z.string() });

function decode(body: string): LedgerRow {
  return ledgerRow.parse(JSON.parse(body));
}

/** Few partitions: the brakes keep actions few, and each run looks into all of them for what is open. */
const PARTITIONS = Array.from({ length: 16 }, (_, at) => at.toString(16));

function partitionOf(entryId: string): string {
  return createHash('sha256').update(`ledger\n${entryId}`).digest('hex').slice(0, 1);
}

function rowOf({ entryId, idempotencyKey }: Action): string {
  return `a!${entryId}!${idempotencyKey}`;
}

function openMark({ idempotencyKey }: Action): string {
  return `o!${idempotencyKey}`;
}
