/** The whole state of Muster in one folder: `muster.db` for entities and queues, `blobs/` for blobs. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { ConfigError } from '../../core/errors';
import type { BlobStore } from '../../core/ports/blob-store';
import type { Clock } from '../../core/ports/clock';
import type { EntityStore } from '../../core/ports/entity-store';
import type { WorkQueue } from '../../core/ports/work-queue';
import { openBlobStore } from '../files/blob-store';
import { openDatabase } from './database';
import { makeEntityStore } from './entity-store';
import { STATE_SCHEMA } from './state-schema';
import { makeWorkQueue } from './work-queue';

export interface EmbeddedState {
  /** The folder, absolute: what two processes that share a state have in common. */
  readonly path: string;
  readonly entities: EntityStore;
  readonly queue: WorkQueue;
  readonly blobs: BlobStore;
  /** May be called twice. */
  readonly close: () => void;
}

/**
 * Opens the state, several processes at a time if need be.
 * @param folder on a local disk, since SQLite's shared memory does not cross a network; created at need, for its owner only.
 * @throws {ConfigError} where it was written by a newer Muster, is damaged, or cannot be written.
 */
export async function openEmbeddedState(folder: string, { clock }: { readonly clock: Clock }): Promise<EmbeddedState> {
  const home = path.resolve(folder);
  createFolder(home);
  const database = openDatabase(path.join(home, 'muster.db'), STATE_SCHEMA);
  try {
    const blobs = await openBlobStore(path.join(home, 'blobs'), { clock });
    return {
      path: home,
      entities: makeEntityStore(database),
      queue: makeWorkQueue(database, clock),
      blobs,
      close: () => {
        blobs.close();
        if (database.isOpen) database.close();
      },
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

function createFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    const message = `the state folder ${folder} cannot be created`;
    throw new ConfigError(message, [{ path: 'state.path', message, hint: 'Name a folder that you may write.' }], {
      cause: error,
    });
  }
}
