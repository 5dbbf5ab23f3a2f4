/** A sweep that a timer or a caller asked for: one of a tenant at a time, and a stuck one is taken up before a new one. */
import { formatTime } from '../device/iso-time';
import { TransientError } from '../errors';
import type { LeaseHolder, RunLease } from './lease';
import type { StartMessage } from './messages';
import type { SweepPorts } from './ports';
import { findUnfinished, resumeSweep } from './resume-sweep';
import { startSweep } from './start-sweep';

export type RequestOutcome =
  | { readonly kind: 'started' }
  /** Another sweep is under way. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** A run whose lease had run out goes on instead. */
  | { readonly kind: 'resumed'; readonly runId: string };

/**
 * Safe to call again with the same message: the same run goes on from where it is.
 * @throws TransientError where another process took the lease at this very moment.
 */
export async function requestSweep(ports: SweepPorts, lease: RunLease, message: StartMessage): Promise<RequestOutcome> {
  const { runs, telemetry } = ports;
  const known = (await runs.getRun(message.runId))?.value;
  if (known !== undefined && known.state !== 'running') return { kind: 'started' };

  const holder = await takeLease(ports, lease, message.runId);
  if (holder !== null) {
    const reason = `another sweep is under way (${holder.heldBy}); its lease ends at ${formatTime(holder.until)}`;
    telemetry.log('warn', 'run-refused', { runId: message.runId, requestedBy: message.requestedBy, reason });
    await recordRefusal(ports, message, reason);
    return { kind: 'refused', reason };
  }
  const stuck = known === undefined ? await findUnfinished(ports) : null;
  if (stuck === null) {
    await startSweep(ports, message);
    return { kind: 'started' };
  }
  // The lease goes to the run that it is for; whoever comes in between finds a lease and is refused.
  await lease.release(message.runId);
  if ((await lease.take(stuck.runId)) !== null) {
    throw new TransientError('the lease of the sweep changed hands', { hint: 'The message comes back by itself.' });
  }
  telemetry.log('warn', 'run-taken-over', { runId: stuck.runId, instead: message.runId });
  await resumeSweep(ports, stuck);
  await recordRefusal(ports, message, `run ${stuck.runId}, which had stopped, was taken up instead`);
  return { kind: 'resumed', runId: stuck.runId };
}

/** A run that has ended needs no lease, although it may not have given it back yet. */
async function takeLease({ runs }: SweepPorts, lease: RunLease, runId: string): Promise<LeaseHolder | null> {
  const holder = await lease.take(runId);
  if (holder === null || holder.runId === null) return holder;
  const other = (await runs.getRun(holder.runId))?.value;
  if (other === undefined || other.state === 'running') return holder;
  await lease.release(holder.runId);
  return lease.take(runId);
}

/** Someone who asked gets an answer under the id they were given; a timer asks again by itself and needs none. */
async function recordRefusal(ports: SweepPorts, message: StartMessage, reason: string): Promise<void> {
  if (message.requestedBy === 'timer') return;
  const at = formatTime(ports.clock.now());
  await ports.runs.createRun({
    v: 1,
    runId: message.runId,
    tenant: ports.settings.tenant,
    mode: message.mode,
    since: message.since,
    state: 'failed',
    startedAt: at,
    endedAt: at,
    policyDigest: ports.judge.policyDigest,
    requestedBy: message.requestedBy,
    reason,
    connectors: [],
    readiness: null,
    tombstones: null,
    duplicates: null,
    brakes: [],
  });
}
