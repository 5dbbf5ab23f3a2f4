/** What the directory needs from outside, and how it is set. */
import type { DeviceKey, IsoTime } from '../device/managed-device';
import type { Clock, Random } from '../ports/clock';
import type { EntityStore } from '../ports/entity-store';
import type { BucketScheme } from '../ports/inventory-source';
import type { Kms } from '../ports/kms';

/** A device that an MDM manages now. */
export interface EnrolledDevice {
  readonly enrolledAt: IsoTime | null;
  /** Who has it, as the MDM knows it (user id or address); null where it does not say. Only its digest is kept. */
  readonly person: string | null;
}

export interface DirectoryPorts {
  readonly store: EntityStore;
  readonly kms: Pick<Kms, 'signingKey'>;
  readonly clock: Clock;
  readonly random: Random;
  /** Pauses while another writer is at the same entry; the only waiting there is. */
  readonly wait: (milliseconds: number) => Promise<void>;
  /** How the connector's devices are spread over partitions; null for a connector that is not configured. */
  readonly buckets: (connectorId: string) => BucketScheme | null;
  /** Null where no MDM manages the device (any more); without it every device of a configured connector is believed. */
  readonly devices?: (deviceKey: DeviceKey) => Promise<EnrolledDevice | null>;
  readonly settings?: Partial<DirectorySettings>;
}

export interface DirectorySettings {
  /** How long a number's present holder may object to a claim. */
  readonly claimWaitingDays: number;
  /** How long a claim whose waiting is over may be used. */
  readonly claimOpenDays: number;
  /** Life of a key that comes without notAfter; null for no end. */
  readonly validityDays: number | null;
}

export const DEFAULT_DIRECTORY_SETTINGS: DirectorySettings = {
  claimWaitingDays: 7,
  claimOpenDays: 14,
  validityDays: null,
};

export const DAY_MS = 86_400_000;
