/** The whole state of Muster in one folder: `muster.db` for entities and queues, `blobs/` for blobs. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { BlobStore } from '../../core/ports/blob-store';
import type { Clock } from '../../core/ports/clock';
import type { EntityStore } from '../../core/ports/entity-store';
import type { WorkQueue } from '../../core/ports/work-queue';
import { openBlobStore } from '../files/blob-store';
import { openDatabase } from './database';
import { makeEntityStore } from './entity-store';
import { makeWorkQueue } from './work-queue';

export interface EmbeddedState {
  readonly path: string;
  readonly entities: EntityStore;
  readonly queue: WorkQueue;
  readonly blobs: BlobStore;
  readonly close: () => void;
}

/** @param folder created at need, readable by its owner only. */
export async function openEmbeddedState(folder: string, { clock }: { readonly clock: Clock }): Promise<EmbeddedState> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const database = openDatabase(path.join(folder, 'muster.db'));
  return {
    path: folder,
    entities: makeEntityStore(database),
    queue: makeWorkQueue(database, clock),
    blobs: await openBlobStore(path.join(folder, 'blobs'), { clock }),
    close: () => database.close(),
  };
}
