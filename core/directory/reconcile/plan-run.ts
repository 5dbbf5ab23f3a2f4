/** Reconciles the directory with the fleet after a run and plans what follows: reads alone, in bounded memory. */
import type { DeviceKey } from '../../device/managed-device';
import type { Duplicate } from '../../device/identity-join';
import { formatTime } from '../../device/iso-time';
import type { Drift } from './drift';
import { makeLedger } from './ledger';
import { makePlanner, TWO_SIGNS } from './plan';
import type { Plan } from './plan';
import { DEFAULT_PAGE_SIZE, reconcile } from './reconcile';
import type { ReconcilePorts } from './reconcile';
import { DEFAULT_PLAN_SETTINGS } from './settings';
import type { PlanSettings } from './settings';
import { surveyFleet } from './survey';

export interface PlanRunPorts extends ReconcilePorts {
  readonly planSettings?: PlanSettings;
  /** Each drift as it is found, for a report or a diff. */
  readonly onDrift?: (drift: Drift) => void;
}

/** The ended run, of whose pulls those are complete that ended so. */
export interface EndedRun {
  readonly runId: string;
  readonly state: string;
  /** As the run has them: `vanish:<connector>`. */
  readonly brakes: readonly string[];
  readonly connectors: readonly { readonly connectorId: string; readonly complete: boolean }[];
  readonly duplicates: ReadonlyMap<DeviceKey, Duplicate>;
}

export async function planRun(ports: PlanRunPorts, run: EndedRun): Promise<Plan> {
  const { store, clock, pageSize = DEFAULT_PAGE_SIZE, planSettings = DEFAULT_PLAN_SETTINGS } = ports;
  const now = clock.now();
  const connectorIds = run.connectors.map(({ connectorId }) => connectorId);
  const ledger = makeLedger(store);
  const survey = await surveyFleet({ store, pageSize, now }, connectorIds);
  const planner = makePlanner({
    runId: run.runId,
    runState: run.state,
    plannedAt: formatTime(now),
    connectors: new Map(
      run.connectors.map(({ connectorId, complete }) => [
        connectorId,
        { complete, vanishHeld: run.brakes.includes(`vanish:${connectorId}`) },
      ]),
    ),
    liveEntries: survey.liveEntries,
    recent: await ledger.recent(now),
    settings: planSettings,
  });
  for await (const drift of reconcile(ports, { connectorIds, duplicates: run.duplicates }, survey)) {
    ports.onDrift?.(drift);
    const mayBeSecond = drift.entryId !== null && drift.status === 'suspended' && TWO_SIGNS.has(drift.kind);
    planner.add(drift, mayBeSecond ? await ledger.firstSign(drift.entryId) : null);
  }
  return planner.plan();
}
