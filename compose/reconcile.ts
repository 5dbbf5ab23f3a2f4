/** The directory against the fleet, after a run: drift, a plan, and, where it is asked for, what the plan releases. */
import { applyPlan } from '../core/directory/reconcile/apply-plan';
import type { Applied } from '../core/directory/reconcile/apply-plan';
import type { Drift } from '../core/directory/reconcile/drift';
import { planRun } from '../core/directory/reconcile/plan-run';
import { summaryOf } from '../core/directory/reconcile/plan';
import type { Plan } from '../core/directory/reconcile/plan';
import { makeVerifiedMemory } from '../core/directory/reconcile/verified-memory';
import { keysByKid } from '../core/directory/verify-es256';
import { duplicatesOf } from '../core/sweep/fleet-rows';
import type { SweepResult } from '../core/sweep/sweep-result';
import type { Muster } from '../main';
import type { OpenDirectory } from './directory';

export interface Reconciled {
  readonly plan: Plan;
  readonly applied: Applied;
}

/**
 * @param run a run that has ended.
 * @param apply false plans and writes nothing, neither to the directory nor beside it.
 */
export async function reconcileAfter(
  { ports, entities, policy }: Muster,
  { directory, kms, buckets }: OpenDirectory,
  run: Pick<SweepResult, 'runId' | 'state' | 'connectors'> & { readonly plan: Pick<SweepResult['plan'], 'brakes'> },
  { apply, onDrift }: { readonly apply: boolean; readonly onDrift?: (drift: Drift) => void },
): Promise<Reconciled> {
  const keyByKid = keysByKid(await kms.versions());
  const plan = await planRun(
    {
      store: entities,
      clock: ports.clock,
      corporateLines: (device) => policy.corporateLines(device),
      keyByKid,
      verified: makeVerifiedMemory(),
      buckets,
      ...(onDrift === undefined ? {} : { onDrift }),
    },
    {
      runId: run.runId,
      state: run.state,
      brakes: run.plan.brakes,
      connectors: run.connectors.map(({ id, state, mode }) => ({
        connectorId: id,
        complete: state === 'complete' && mode === 'full',
      })),
      // With those that are gone: gone from one MDM and alive in another is a disagreement, and no reason to revoke.
      duplicates: await duplicatesOf(ports, { gone: true }),
    },
  );
  const applied = await applyPlan({ store: entities, directory, keyByKid, clock: ports.clock }, plan, { apply });
  return { plan, applied };
}

/** The run as `sweep --json` prints it, with what the directory says: held actions hold the run. */
export function withReconciliation(result: SweepResult, { plan }: Reconciled): SweepResult {
  const summary = summaryOf(plan);
  return {
    ...result,
    state: result.state === 'complete' && summary.held > 0 ? 'held' : result.state,
    drift: plan.drift,
    plan: { ...summary, brakes: [...result.plan.brakes, ...summary.brakes] },
  };
}
