/** The whole state of Muster in one Azure storage account: tables for entities, queues, and containers of blobs. */
import type { BlobStore } from '../../core/ports/blob-store';
import type { Clock } from '../../core/ports/clock';
import type { EntityStore } from '../../core/ports/entity-store';
import type { Telemetry } from '../../core/ports/telemetry';
import type { WorkQueue } from '../../core/ports/work-queue';
import type { AzureAccess } from './access';
import { addressesOf } from './access';
import { makeBlobStore } from './blob-store';
import { makeClients } from './clients';
import { makeEntityReader } from './entity-reader';
import { makeEntityWriter } from './entity-writer';
import { makeMissingPolicy } from './missing';
import { RETRY_LIMITS, makeSendRequest } from './request-policy';
import type { RetryLimits } from './request-policy';
import { makeWorkQueue } from './work-queue';

export type { AzureAccess };

export interface AzureState {
  readonly entities: EntityStore;
  readonly queue: WorkQueue;
  /** The blobs of one container: exports, spool and reports lie apart, with rights of their own. */
  blobs(container: string): BlobStore;
  /** May be called twice. */
  readonly close: () => void;
}

export interface AzureStateOptions {
  readonly clock: Clock;
  /** Gets every request at level debug, and those that failed at warn. */
  readonly telemetry: Telemetry;
  /**
   * Whether tables, queues and containers that are missing are made at need, and read as empty before. Left out: yes,
   * except with an identity, which in production may not.
   */
  readonly createMissing?: boolean;
  /** {@link RETRY_LIMITS} when left out. */
  readonly retry?: RetryLimits;
}

/**
 * Sets the clients up; the first request goes out with the first use.
 * @throws {ConfigError} where the access is incomplete.
 */
export function openAzureState(access: AzureAccess, options: AzureStateOptions): AzureState {
  const { clock, telemetry, createMissing = access.kind !== 'identity', retry = RETRY_LIMITS } = options;
  const clients = makeClients(addressesOf(access), makeSendRequest(telemetry, retry));
  const missing = makeMissingPolicy(createMissing);
  const entities: EntityStore = {
    ...makeEntityReader(clients, missing),
    batch: makeEntityWriter(clients, missing),
  };
  return {
    entities,
    queue: makeWorkQueue(clients, missing, { clock, reasons: entities }),
    blobs: (container) => makeBlobStore(clients, missing, { container, clock }),
    close: () => clients.close(),
  };
}
