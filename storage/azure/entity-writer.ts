/**
 * The writing half of the EntityStore port on Azure Table Storage: a batch is one transaction, all or none.
 *
 * A try whose answer is lost may have been carried out. The next try then meets its own work and is told of a conflict.
 * Every row holds the number of the write that made it, so that such a conflict is taken for the success that it is: the
 * transaction was written if any of its rows bears its number. Where no row can tell (all of them were deletes, or all
 * were overwritten since) the caller gets the EntityConflict, reads again and decides again. When every try ends without
 * an answer, the caller gets a TransientError, and the batch may have been written.
 *
 * A delete without an etag that finds nothing fails a transaction as a whole; it is then left out and the rest sent again.
 * What another writer puts there between the two stays.
 */
import { randomUUID } from 'node:crypto';
import type { TableClient, TransactionAction } from '@azure/data-tables';
import type { EntityStore, EntityWrite } from '../../core/ports/entity-store';
import { EntityConflict } from '../../core/ports/entity-store';
import { checkBatch, checkKey, checkTable } from '../limits/entity-limits';
import type { AzureFailure } from './azure-errors';
import { failureOf, isBeingDeleted } from './azure-errors';
import { inCall } from './call';
import type { Call } from './call';
import type { AzureClients } from './clients';
import { markOf, toRow } from './entity-codec';
import type { MissingPolicy } from './missing';
import { forEachOf } from './parallel';
import { findRow } from './table-queries';
import { conditionalDeletes } from './transaction-text';

/** An etag as the service writes it. Anything else is none of its etags, `*` least of all, and never reaches it. */
const ETAG = /^W\/"datetime'[0-9A-Za-z%.:-]+'"$/;
/** An etag that no row has: it stands for those that are none, so that the service still finds the first conflict. */
const NO_ROWS_ETAG = `W/"datetime'1601-01-01T00%3A00%3A00.0000000Z'"`;

export function makeEntityWriter(clients: AzureClients, missing: MissingPolicy): EntityStore['batch'] {
  return async (table, partition, writes) => {
    checkTable(table);
    checkKey('partition', partition);
    checkBatch(writes);
    const client = clients.table(table);
    return inCall({ service: 'table', operation: 'batch', resource: table }, async (call) => {
      const batch: Batch = { client, partition, mark: randomUUID(), call };
      let pending = writes;
      while (pending.length > 0) {
        const now = pending;
        const create = (): Promise<void> => client.createTable();
        try {
          const etags = await missing.writing('table', table, create, () => submit(batch, now));
          const byRow = new Map(now.map(({ row }, at) => [row, etags[at] ?? '']));
          return writes.map(({ row }) => byRow.get(row) ?? '');
        } catch (error) {
          const failure = failureOf(error);
          const failed = now[now.length === 1 ? 0 : (failure?.index ?? -1)];
          if (failure === null || failed === undefined) throw error;
          if (failure.status === 404 && failed.kind === 'delete' && failed.etag === undefined) {
            pending = await withoutAbsent(batch, now, failed);
          } else if (!isConflict(failed, failure)) {
            throw error;
          } else {
            const own = call.doubtful ? await ownEtags(batch, writes) : null;
            if (own !== null) return own;
            throw new EntityConflict(table, partition, failed.row);
          }
        }
      }
      return writes.map(() => '');
    });
  };
}

interface Batch {
  readonly client: TableClient;
  readonly partition: string;
  readonly mark: string;
  readonly call: Call;
}

async function submit({ client, partition, mark, call }: Batch, writes: readonly EntityWrite[]): Promise<string[]> {
  const [only] = writes;
  if (only !== undefined && writes.length === 1) return [await submitOne(client, partition, only, mark)];
  call.rewrite = conditionalDeletes(writes.flatMap((write) => (write.kind === 'delete' ? [conditionOf(write)] : [])));
  try {
    const actions = writes.map((write) => actionOf(partition, write, mark));
    const { subResponses } = await client.submitTransaction(actions);
    return subResponses.map(({ etag }) => etag ?? '');
  } finally {
    call.rewrite = null;
  }
}

async function submitOne(client: TableClient, partition: string, write: EntityWrite, mark: string): Promise<string> {
  switch (write.kind) {
    case 'insert':
      return (await client.createEntity(toRow(partition, write.row, write.body, mark))).etag ?? '';
    case 'upsert':
      return (await client.upsertEntity(toRow(partition, write.row, write.body, mark), 'Replace')).etag ?? '';
    case 'update': {
      const options = { etag: conditionOf(write) };
      return (await client.updateEntity(toRow(partition, write.row, write.body, mark), 'Replace', options)).etag ?? '';
    }
    case 'delete':
      await client.deleteEntity(partition, write.row, { etag: conditionOf(write) });
      return '';
  }
}

function actionOf(partition: string, write: EntityWrite, mark: string): TransactionAction {
  switch (write.kind) {
    case 'insert':
      return ['create', toRow(partition, write.row, write.body, mark)];
    case 'upsert':
      return ['upsert', toRow(partition, write.row, write.body, mark), 'Replace'];
    case 'update':
      return ['update', toRow(partition, write.row, write.body, mark), 'Replace', { etag: conditionOf(write) }];
    case 'delete':
      return ['delete', { partitionKey: partition, rowKey: write.row }];
  }
}

function conditionOf({ etag }: { readonly etag?: string }): string {
  if (etag === undefined) return '*';
  return ETAG.test(etag) ? etag : NO_ROWS_ETAG;
}

/** Whether the failure says that the condition of this write did not hold. */
function isConflict(write: EntityWrite, { status, code }: AzureFailure): boolean {
  switch (write.kind) {
    case 'insert':
      return status === 409 && !isBeingDeleted(code);
    case 'update':
    case 'delete':
      return status === 412 || status === 404;
    case 'upsert':
      return false;
  }
}

/** Looks at all unconditional deletes at once: each one that finds nothing would cost a transaction of its own. */
async function withoutAbsent(
  { client, partition }: Batch,
  writes: readonly EntityWrite[],
  failed: EntityWrite,
): Promise<EntityWrite[]> {
  const there = await forEachOf(writes, async (write) => {
    if (write === failed) return false;
    return (
      write.kind !== 'delete' || write.etag !== undefined || (await findRow(client, partition, write.row)) !== null
    );
  });
  return writes.filter((_, at) => there[at] === true);
}

/** The etags of a batch that an earlier try has written after all; null when no row says so. */
async function ownEtags({ client, partition, mark }: Batch, writes: readonly EntityWrite[]): Promise<string[] | null> {
  const found = await forEachOf(writes, (write) =>
    write.kind === 'delete' ? Promise.resolve(null) : findRow(client, partition, write.row),
  );
  const own = found.map((row) => row !== null && markOf(row) === mark);
  if (!own.includes(true)) return null;
  // A row that was overwritten since has lost the etag we gave it: what its writer knows is outdated, as it should be.
  return writes.map(({ kind }, at) =>
    kind === 'delete' ? '' : own[at] === true ? (found[at]?.etag ?? '') : NO_ROWS_ETAG,
  );
}
