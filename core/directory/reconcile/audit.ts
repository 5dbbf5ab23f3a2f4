/**
 * What was decided and what came of it, in rows that are added and never changed. The same decision of the same run is one
 * row, however often the run is taken up again. A row that cannot be written stops what it is about.
 */
import type { EntityStore, EntityWrite } from '../../ports/entity-store';
import { EntityConflict, MAX_BATCH } from '../../ports/entity-store';
import type { IsoTime } from '../../device/managed-device';
import type { Action, HeldAction, Plan } from './plan';
import { LEDGER_TABLES } from './tables';

const AUDIT = LEDGER_TABLES.audit;

export interface AuditRow {
  readonly v: 1;
  readonly event: 'released' | 'held' | 'effect';
  readonly runId: string;
  readonly at: IsoTime;
  readonly action: Action | HeldAction;
  /** Of an effect: how it ended. */
  readonly outcome: string | null;
}

export interface Audit {
  decisions(plan: Plan): Promise<void>;
  effect(runId: string, action: Action, outcome: string, at: IsoTime): Promise<void>;
}

export function makeAudit(store: EntityStore): Audit {
  const add = async (partition: string, rows: readonly { readonly row: string; readonly value: AuditRow }[]) => {
    for (let at = 0; at < rows.length; at += MAX_BATCH) {
      const part = rows.slice(at, at + MAX_BATCH);
      const known = await store.getMany(
        AUDIT,
        partition,
        part.map(({ row }) => row),
      );
      const there = new Set(known.map(({ row }) => row));
      const writes = part.flatMap(({ row, value }): EntityWrite[] =>
        there.has(row) ? [] : [{ kind: 'insert', row, body: JSON.stringify(value) }],
      );
      if (writes.length > 0) await insert(store, partition, writes);
    }
  };
  return {
    async decisions({ runId, plannedAt, actions, held }) {
      const rows = (event: 'released' | 'held', listed: readonly (Action | HeldAction)[]) =>
        listed.map((action) => ({
          row: `decision!${action.idempotencyKey}!${event}`,
          value: { v: 1, event, runId, at: plannedAt, action, outcome: null } as const,
        }));
      await add(runId, [...rows('released', actions), ...rows('held', held)]);
    },
    async effect(runId, action, outcome, at) {
      const value: AuditRow = { v: 1, event: 'effect', runId, at, action, outcome };
      await add(runId, [{ row: `effect!${action.idempotencyKey}!${outcome.split(':', 1)[0] ?? ''}`, value }]);
    },
  };
}

async function insert(store: EntityStore, partition: string, writes: readonly EntityWrite[]): Promise<void> {
  try {
    await store.batch(AUDIT, partition, writes);
  } catch (error) {
    if (!(error instanceof EntityConflict)) throw error;
    // Another process wrote some of them: the rest one by one, and what is there stays as it is.
    for (const write of writes) {
      try {
        await store.batch(AUDIT, partition, [write]);
      } catch (single) {
        if (!(single instanceof EntityConflict)) throw single;
      }
    }
  }
}
