/** What limits need from outside. */
import type { Clock, Random } from '../../ports/clock';
import type { EntityStore } from '../../ports/entity-store';
import type { Telemetry } from '../../ports/telemetry';

export interface LimitPorts {
  readonly store: EntityStore;
  readonly clock: Clock;
  readonly random: Pick<Random, 'next'>;
  readonly telemetry: Telemetry;
  /** Pauses while other processes are at the same row; the only waiting there is. */
  readonly wait: (milliseconds: number) => Promise<void>;
}
