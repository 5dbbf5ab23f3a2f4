import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { runSweep } from '../core/sweep/run-sweep';
import { acquireLease } from '../core/sweep/lease';
import type { SweepResult } from '../core/sweep/sweep-result';
import { renderSummary } from '../report/terminal-summary';
import { openMuster } from '../main';
import type { Muster } from '../main';
import { loadConfig } from '../config/load-config';
import type { LoadedConfig } from '../config/load-config';
import { openDirectoryOn } from '../compose/directory';
import { reconcileAfter, withReconciliation } from '../compose/reconcile';
import type { Console } from './console';
import { makeLog } from './console';
import { EXIT } from './exit-codes';
import type { ExitCode } from './exit-codes';
import { onInterrupt } from './interrupt';
import { showProgress } from './progress';
import { levelOf } from '../telemetry/make-telemetry';

export interface SweepOptions {
  readonly config: string;
  readonly json?: true;
  readonly incremental?: true;
  readonly apply?: true;
}

/** `muster sweep`: reads all connectors and judges every phone. */
export async function sweep(console: Console, options: SweepOptions): Promise<ExitCode> {
  const loaded = await loadConfig(options.config, process.env);
  const muster = await openMuster(loaded, { telemetry: makeLog(logLevel()) });
  try {
    for (const warning of muster.warnings) console.note(`warning: ${warning}`);
    if (options.apply === true && loaded.config.directory === undefined) {
      console.note('Nothing to apply: without a key directory a sweep only reads.');
    }
    const result = await sweepOnce(console, muster, options.incremental === true ? 'incremental' : 'full', (swept) =>
      reconciled(console, loaded, muster, swept, options.apply === true),
    );
    if (result === null) return EXIT.unexpected;
    if (options.json === true) await console.out(`${JSON.stringify(result)}\n`);
    else await console.out(`${renderSummary(result, null, { color: console.color, width: console.width })}\n`);
    return exitCodeOf(result);
  } finally {
    muster.close();
  }
}

/** What the directory says of the fleet that was just read; the result as it is where there is no directory. */
async function reconciled(
  console: Console,
  loaded: LoadedConfig,
  muster: Muster,
  result: SweepResult,
  apply: boolean,
): Promise<SweepResult> {
  if (loaded.config.directory === undefined || result.state === 'running') return result;
  const { entities, ports } = muster;
  const directory = await openDirectoryOn(loaded, { entities, sources: ports.sources, clock: ports.clock });
  try {
    const { plan, applied } = await reconcileAfter(muster, directory, result, { apply });
    for (const { reason, kind, count } of plan.withheld) console.note(`Not planned: ${count} to ${kind}: ${reason}.`);
    if (apply) {
      const { done, superseded, failed, busy } = applied;
      console.note(`Applied: ${done} done, ${superseded} out of date, ${failed} failed, ${busy} to be tried again.`);
    } else if (plan.actions.length > 0) {
      console.note(`Dry run: ${plan.actions.length} keys would be suspended or revoked. --apply does it.`);
    }
    return withReconciliation(result, { plan, applied });
  } finally {
    await directory.close();
  }
}

const LEASE_MS = 30_000;

/**
 * @param after done under the same lease, so that no two processes act on one fleet.
 * @returns null where another process sweeps this state already.
 */
export async function sweepOnce(
  console: Console,
  muster: Muster,
  mode: 'full' | 'incremental',
  after: (result: SweepResult) => Promise<SweepResult> = (result) => Promise.resolve(result),
): Promise<SweepResult | null> {
  const { ports } = muster;
  const owner = `${hostname()}/${process.pid}/${randomUUID()}`;
  const held = await acquireLease(muster.entities, ports.clock, {
    name: 'sweep',
    owner,
    milliseconds: LEASE_MS,
    isGone,
  });
  if (!('lease' in held)) {
    console.note(
      `muster: another sweep runs on this state (${held.heldBy}). Wait for it, or use another state folder.`,
    );
    return null;
  }
  const interrupt = onInterrupt(
    console.note,
    '\nStopping after the pages in work. Run the same command again to go on.',
  );
  const renewal = setInterval(() => void held.lease.renew(), LEASE_MS / 3);
  let progress = { stop: (): void => undefined };
  try {
    const result = await runSweep(ports, {
      mode,
      signal: interrupt.signal,
      concurrency: muster.concurrency,
      idle: muster.idle,
      onStart(runId, resumed) {
        if (resumed) console.note(`Going on with run ${runId}, which was cut off.`);
        progress = showProgress(console, ports.runs, runId, [...ports.sources.keys()]);
      },
    });
    progress.stop();
    return await after(result);
  } finally {
    progress.stop();
    clearInterval(renewal);
    interrupt.stop();
    await held.lease.release();
  }
}

/** The holder of a lease ran on this machine and its process is gone. */
function isGone(owner: string): boolean {
  const [host, pid] = owner.split('/');
  if (host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

export function exitCodeOf(result: SweepResult): ExitCode {
  if (result.state === 'held') return EXIT.held;
  return result.state === 'complete' ? EXIT.done : EXIT.partial;
}

export function logLevel(): 'debug' | 'info' | 'warn' | 'error' {
  return levelOf(process.env['MUSTER_LOG'], 'warn');
}
