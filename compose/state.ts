/** Where Muster keeps its state: a folder on this machine, or Azure Storage. */
import type { LoadedConfig } from '../config/load-config';
import type { Config } from '../config/schema';
import type { BlobStore } from '../core/ports/blob-store';
import type { Clock } from '../core/ports/clock';
import type { EntityStore } from '../core/ports/entity-store';
import type { Telemetry } from '../core/ports/telemetry';
import type { WorkQueue } from '../core/ports/work-queue';
import { azureCredential } from './azure-credential';
import type { AzureAccess } from '../storage/azure/open-state';

export interface State {
  readonly entities: EntityStore;
  readonly queue: WorkQueue;
  /** Scratch space of downloads, and the release feeds. */
  readonly work: BlobStore;
  /** Published reports. */
  readonly reports: BlobStore;
  readonly close: () => void;
}

/** Blob containers of the state; in a folder both lie side by side. */
export const CONTAINERS = { work: 'work', reports: 'reports' } as const;

/** Each kind is loaded when it is asked for: the command must not pay for Azure's clients, nor Azure for SQLite. */
export async function openState(
  { config, resolve }: Pick<LoadedConfig, 'resolve'> & { readonly config: Pick<Config, 'state'> },
  { clock, telemetry }: { readonly clock: Clock; readonly telemetry: Telemetry },
): Promise<State> {
  const { state } = config;
  if (state.kind === 'sqlite') {
    const { openEmbeddedState } = await import('../storage/sqlite/open-state.js');
    const { entities, queue, blobs, close } = await openEmbeddedState(resolve(state.path), { clock });
    return { entities, queue, work: blobs, reports: blobs, close };
  }
  const { openAzureState } = await import('../storage/azure/open-state.js');
  const opened = openAzureState(await accessOf(state), { clock, telemetry });
  return {
    entities: opened.entities,
    queue: opened.queue,
    work: opened.blobs(CONTAINERS.work),
    reports: opened.blobs(CONTAINERS.reports),
    close: opened.close,
  };
}

type AzureState = Extract<Config['state'], { kind: 'azure-storage' }>;

async function accessOf(state: AzureState): Promise<AzureAccess> {
  if (state.connectionString !== undefined) {
    return { kind: 'connection-string', connectionString: state.connectionString };
  }
  const credential = await azureCredential(state.clientId);
  return { kind: 'identity', accountName: state.accountName ?? '', endpointSuffix: state.endpointSuffix, credential };
}
