/** What the functions of the public app share: it reads runs and enqueues requests, and can do nothing else. */
import { queueNames, readAppSettings } from '../../config/app-settings';
import type { EdgeConfig } from '../../config/schema';
import type { Clock, Random } from '../../core/ports/clock';
import type { Telemetry } from '../../core/ports/telemetry';
import type { WorkQueue } from '../../core/ports/work-queue';
import { makeRunRepository } from '../../core/sweep/run-repository';
import type { RunRepository } from '../../core/sweep/run-repository';
import { loadEdgeConfig, makeSystemClock, makeSystemRandom, openState, withQueueNames } from '../../main';
import { makeTokenCheck } from '../http/access-token';
import type { TokenCheck } from '../http/access-token';
import { makeFunctionTelemetry } from './invocation';
import { startMonitor } from './monitor';
import { once } from './once';

export interface Edge {
  readonly config: EdgeConfig;
  readonly runs: RunRepository;
  readonly queue: Pick<WorkQueue, 'send'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly telemetry: Telemetry;
  /** Null where the configuration says nothing about callers: then nobody may call. */
  readonly checkToken: TokenCheck | null;
}

export const openEdge = once(async (): Promise<Edge> => {
  await startMonitor();
  const own = readAppSettings(process.env);
  const telemetry = makeFunctionTelemetry(own.MUSTER_LOG);
  const clock = makeSystemClock();
  const loaded = await loadEdgeConfig(own.MUSTER_CONFIG, process.env);
  const state = await openState(loaded, { clock, telemetry });
  const { api } = loaded.config;
  return {
    config: loaded.config,
    runs: makeRunRepository(state.entities),
    queue: withQueueNames(state.queue, queueNames(own)),
    clock,
    random: makeSystemRandom(clock),
    telemetry,
    checkToken: api === undefined ? null : makeTokenCheck(api, clock),
  };
});
