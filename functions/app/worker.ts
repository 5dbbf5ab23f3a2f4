/** What the functions of the worker app share: one Muster in a process, opened with the first invocation. */
import { queueNames, readAppSettings } from '../../config/app-settings';
import { makeParkedMessages } from '../../core/sweep/parked-messages';
import type { ParkedMessages } from '../../core/sweep/parked-messages';
import { makeRunLease } from '../../core/sweep/lease';
import type { RunLease } from '../../core/sweep/lease';
import type { Config } from '../../config/schema';
import type { Telemetry } from '../../core/ports/telemetry';
import type { Muster } from '../../main';
import { makeFunctionTelemetry } from './invocation';
import { startMonitor } from './monitor';
import { renewed } from './once';

export interface Worker extends Muster {
  readonly lease: RunLease;
  readonly parked: ParkedMessages;
  readonly config: Config;
  readonly telemetry: Telemetry;
}

const HOUR_MS = 3_600_000;

const settings = (): ReturnType<typeof readAppSettings> => readAppSettings(process.env);

/** The connectors and what they need are read with the first invocation: an app must have registered in a third of a second. */
async function open(): Promise<Worker> {
  await startMonitor();
  const { loadWorkerConfig, openMuster } = await import('../../main.js');
  const own = settings();
  const telemetry = makeFunctionTelemetry(own.MUSTER_LOG);
  const loaded = await loadWorkerConfig(own.MUSTER_CONFIG, process.env);
  const muster = await openMuster(loaded, { telemetry, shared: true, queueNames: queueNames(own) });
  const { clock } = muster.ports;
  for (const warning of muster.warnings) telemetry.log('warn', 'opened-with-warning', { warning });
  return {
    ...muster,
    config: loaded.config,
    telemetry,
    lease: makeRunLease(muster.entities, clock),
    parked: makeParkedMessages(muster.entities, clock),
  };
}

export const withWorker = renewed(open, (worker) => worker.close(), {
  clock: { now: () => Date.now() },
  milliseconds: HOUR_MS,
});
