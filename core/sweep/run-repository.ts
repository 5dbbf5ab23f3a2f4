/** Runs, pulls, pages and what is remembered of connectors, on the EntityStore port. */
import type { z } from 'zod';
import type { EntityStore, EntityWrite } from '../ports/entity-store';
import { EntityConflict } from '../ports/entity-store';
import { connectorRecord, pageRecord, pullRecord, quarantineRecord, runRecord } from './records';
import type { ConnectorRecord, PageRecord, PullRecord, QuarantineRecord, RunRecord } from './records';
import { TABLES } from './tables';

const RUNS = TABLES.runs;
const PULLS = TABLES.pulls;
const QUARANTINE = TABLES.quarantine;
const CONNECTORS = TABLES.connectors;

/** The page record is written in the same batch as the pull's counters, so that no page ever counts twice. */
export interface PageKey {
  readonly stageNo: number;
  readonly pageNo: number;
}

export interface Versioned<T> {
  readonly value: T;
  readonly etag: string;
}

export interface RunRepository {
  /** False when the run exists already. */
  createRun(run: RunRecord): Promise<boolean>;
  getRun(runId: string): Promise<Versioned<RunRecord> | null>;
  updateRun(runId: string, change: (run: RunRecord) => RunRecord): Promise<RunRecord>;
  /** Newest first, at most `limit`. */
  listRuns(limit: number): Promise<readonly RunRecord[]>;
  /** The newest run that has not ended; null where all have. Requests that were refused meanwhile may be newer. */
  findRunning(): Promise<RunRecord | null>;

  /** False when the pull exists already. */
  createPull(pull: PullRecord): Promise<boolean>;
  getPull(runId: string, connectorId: string): Promise<Versioned<PullRecord> | null>;
  /** Applies a change, again and again until no other writer is first. Null from `change` leaves it as it is. */
  updatePull(runId: string, connectorId: string, change: (pull: PullRecord) => PullRecord | null): Promise<PullRecord>;
  getPage(runId: string, connectorId: string, page: PageKey): Promise<PageRecord | null>;
  /** Records a page as done together with the change of its pull. False when the page was done before. */
  completePage(
    runId: string,
    connectorId: string,
    page: PageKey,
    record: PageRecord,
    change: (pull: PullRecord) => PullRecord,
  ): Promise<boolean>;
  /** Pages that were named by a finished page but are not done: what a resumed run starts from. */
  openPages(runId: string, pull: PullRecord): Promise<readonly { pageNo: number; cursor: string | null }[]>;

  quarantine(runId: string, connectorId: string, page: PageKey, records: readonly QuarantineRecord[]): Promise<void>;
  listQuarantined(runId: string, connectorId: string, limit: number): Promise<readonly QuarantineRecord[]>;

  getConnector(connectorId: string): Promise<ConnectorRecord | null>;
  putConnector(record: ConnectorRecord): Promise<void>;
}

const pullPartition = (runId: string, connectorId: string): string => `${runId}|${connectorId}`;
const PULL_ROW = 'pull';
const pageRow = ({ stageNo, pageNo }: PageKey): string => `page|${pad(stageNo, 2)}|${pad(pageNo, 8)}`;
const pad = (value: number, width: number): string => String(value).padStart(width, '0');

export function makeRunRepository(store: EntityStore): RunRepository {
  const read = async <T>(
    table: string,
    partition: string,
    row: string,
    schema: z.ZodType<T>,
  ): Promise<Versioned<T> | null> => {
    const entity = await store.get(table, { partition, row });
    return entity === null ? null : { value: schema.parse(JSON.parse(entity.body)), etag: entity.etag };
  };

  /** Read, change, write; starts again when another writer was first. */
  const compareAndSet = async <T>(
    load: () => Promise<Versioned<T> | null>,
    write: (value: T, etag: string) => Promise<void>,
    change: (value: T) => T | null,
  ): Promise<T> => {
    for (;;) {
      const current = await load();
      if (current === null) throw new Error('the record to change does not exist');
      const next = change(current.value);
      if (next === null) return current.value;
      try {
        await write(next, current.etag);
        return next;
      } catch (error) {
        if (!(error instanceof EntityConflict)) throw error;
      }
    }
  };

  const insertOnce = async (table: string, partition: string, row: string, value: unknown): Promise<boolean> => {
    try {
      await store.batch(table, partition, [{ kind: 'insert', row, body: JSON.stringify(value) }]);
      return true;
    } catch (error) {
      if (error instanceof EntityConflict) return false;
      throw error;
    }
  };

  const getRun: RunRepository['getRun'] = (runId) => read(RUNS, 'run', runId, runRecord);
  const getPull: RunRepository['getPull'] = (runId, connectorId) =>
    read(PULLS, pullPartition(runId, connectorId), PULL_ROW, pullRecord);

  const scanAll = async <T>(
    table: string,
    partition: string,
    from: string,
    to: string,
    schema: z.ZodType<T>,
    limit: number,
  ) => {
    const found: { row: string; value: T }[] = [];
    let continuation: string | null = null;
    do {
      const page = await store.scan(table, partition, {
        ...(from === '' ? {} : { from }),
        to,
        ...(continuation === null ? {} : { continuation }),
      });
      for (const { row, body } of page.entities) {
        if (found.length < limit) found.push({ row, value: schema.parse(JSON.parse(body)) });
      }
      continuation = page.continuation;
    } while (continuation !== null && found.length < limit);
    return found;
  };

  return {
    async createRun(run) {
      return insertOnce(RUNS, 'run', run.runId, run);
    },
    getRun,
    updateRun(runId, change) {
      return compareAndSet(
        () => getRun(runId),
        async (run, etag) => {
          await store.batch(RUNS, 'run', [{ kind: 'update', row: runId, body: JSON.stringify(run), etag }]);
        },
        change,
      );
    },
    async listRuns(limit) {
      const runs = await scanAll(RUNS, 'run', '', '~', runRecord, Infinity);
      return runs
        .map(({ value }) => value)
        .reverse()
        .slice(0, limit);
    },
    async findRunning() {
      const runs = await scanAll(RUNS, 'run', '', '~', runRecord, Infinity);
      return runs.findLast(({ value }) => value.state === 'running')?.value ?? null;
    },
    async createPull(pull) {
      return insertOnce(PULLS, pullPartition(pull.runId, pull.connectorId), PULL_ROW, pull);
    },
    getPull,
    updatePull(runId, connectorId, change) {
      return compareAndSet(
        () => getPull(runId, connectorId),
        async (pull, etag) => {
          await store.batch(PULLS, pullPartition(runId, connectorId), [
            { kind: 'update', row: PULL_ROW, body: JSON.stringify(pull), etag },
          ]);
        },
        change,
      );
    },
    async getPage(runId, connectorId, page) {
      return (await read(PULLS, pullPartition(runId, connectorId), pageRow(page), pageRecord))?.value ?? null;
    },
    async completePage(runId, connectorId, page, record, change) {
      const partition = pullPartition(runId, connectorId);
      for (;;) {
        const pull = await getPull(runId, connectorId);
        if (pull === null) throw new Error('the pull of a page does not exist');
        const writes: EntityWrite[] = [
          { kind: 'insert', row: pageRow(page), body: JSON.stringify(record) },
          { kind: 'update', row: PULL_ROW, body: JSON.stringify(change(pull.value)), etag: pull.etag },
        ];
        try {
          await store.batch(PULLS, partition, writes);
          return true;
        } catch (error) {
          if (!(error instanceof EntityConflict)) throw error;
          if (error.row === pageRow(page)) return false;
        }
      }
    },
    async openPages(runId, pull) {
      const stage = pad(pull.stageNo, 2);
      const done = await scanAll(
        PULLS,
        pullPartition(runId, pull.connectorId),
        `page|${stage}|`,
        `page|${stage}|~`,
        pageRecord,
        Infinity,
      );
      const open = new Map<number, string | null>([[0, null]]);
      for (const { value } of done) for (const { pageNo, cursor } of value.next) open.set(pageNo, cursor);
      for (const { row } of done) open.delete(Number(row.slice(-8)));
      return [...open].map(([pageNo, cursor]) => ({ pageNo, cursor }));
    },
    async quarantine(runId, connectorId, page, records) {
      const partition = pullPartition(runId, connectorId);
      for (let at = 0; at < records.length; at += 100) {
        const writes = records.slice(at, at + 100).map((record, index): EntityWrite => ({
          kind: 'upsert',
          row: `${pad(page.stageNo, 2)}|${pad(page.pageNo, 8)}|${pad(at + index, 5)}`,
          body: JSON.stringify(record),
        }));
        await store.batch(QUARANTINE, partition, writes);
      }
    },
    async listQuarantined(runId, connectorId, limit) {
      const rows = await scanAll(QUARANTINE, pullPartition(runId, connectorId), '', '~', quarantineRecord, limit);
      return rows.map(({ value }) => value);
    },
    async getConnector(connectorId) {
      return (await read(CONNECTORS, 'connector', connectorId, connectorRecord))?.value ?? null;
    },
    async putConnector(record) {
      await store.batch(CONNECTORS, 'connector', [
        { kind: 'upsert', row: record.connectorId, body: JSON.stringify(record) },
      ]);
    },
  };
}
