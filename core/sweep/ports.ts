/** What the use cases of a sweep work with, handed in by the composition root as one object. */
import type { BlobStore } from '../ports/blob-store';
import type { Clock, Random } from '../ports/clock';
import type { InventorySource } from '../ports/inventory-source';
import type { Telemetry } from '../ports/telemetry';
import type { WorkQueue } from '../ports/work-queue';
import type { AppRepository } from './app-repository';
import type { DeviceRepository } from './device-repository';
import type { RunLease } from './lease';
import type { PageBudget } from './page-budget';
import type { Judge } from './judge';
import type { PageRoom } from './page-room';
import type { RunRepository } from './run-repository';

export interface SweepSettings {
  readonly tenant: string;
  /** Failed tries of one page before the pull is ended as partial. */
  readonly maxAttempts: number;
  /** Waits and retries of a pull end after this long. */
  readonly pullDeadlineMs: number;
  /** Pages of one stage; a list that goes on beyond is taken for one that never ends. */
  readonly maxPages: number;
  readonly vanish: VanishBrake;
}

export interface VanishBrake {
  /** Fewer candidates than this never trip the brake. */
  readonly minimum: number;
  /** Share of a connector's known devices, 0 to 1, above which nothing is concluded from absence. */
  readonly share: number;
}

export const DEFAULT_SETTINGS = {
  maxAttempts: 8,
  pullDeadlineMs: 6 * 3_600_000,
  maxPages: 20_000,
  // A fleet that shrinks by more than a twentieth between two sweeps is an incident, not a season: facts/jamf-pro.md §2.4.
  vanish: { minimum: 10, share: 0.05 },
} as const;

export interface SweepPorts {
  readonly settings: SweepSettings;
  readonly sources: ReadonlyMap<string, InventorySource>;
  readonly runs: RunRepository;
  readonly devices: DeviceRepository;
  readonly apps: AppRepository;
  readonly blobs: BlobStore;
  readonly queue: WorkQueue;
  readonly room: PageRoom;
  /** Where several processes share the work: the pace of each MDM tenant. A single process paces itself. */
  readonly budget?: PageBudget;
  /** Where the run itself holds the lease of the sweep, and not the process that runs it. */
  readonly lease?: RunLease;
  readonly judge: Judge;
  readonly clock: Clock;
  readonly random: Random;
  readonly telemetry: Telemetry;
}
