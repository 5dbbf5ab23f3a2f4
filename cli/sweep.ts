import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { runSweep } from '../core/sweep/run-sweep';
import { acquireLease } from '../core/sweep/lease';
import type { SweepResult } from '../core/sweep/sweep-result';
import { renderSummary } from '../report/terminal-summary';
import { openMuster } from '../main';
import type { Muster } from '../main';
import { loadConfig } from '../config/load-config';
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
  const muster = await openMuster(await loadConfig(options.config, process.env), { telemetry: makeLog(logLevel()) });
  try {
    for (const warning of muster.warnings) console.note(`warning: ${warning}`);
    if (options.apply === true) {
      console.note('Nothing to apply: a sweep only reads so far, and proposes no action.');
    }
    const result = await sweepOnce(console, muster, options.incremental === true ? 'incremental' : 'full');
    if (result === null) return EXIT.unexpected;
    if (options.json === true) await console.out(`${JSON.stringify(result)}\n`);
    else await console.out(`${renderSummary(result, null, { color: console.color, width: console.width })}\n`);
    return exitCodeOf(result);
  } finally {
    muster.close();
  }
}

const LEASE_MS = 30_000;

/** @returns null where another process sweeps this state already. */
export async function sweepOnce(
  console: Console,
  muster: Muster,
  mode: 'full' | 'incremental',
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
    return await runSweep(ports, {
      mode,
      signal: interrupt.signal,
      concurrency: muster.concurrency,
      idle: muster.idle,
      onStart(runId, resumed) {
        if (resumed) console.note(`Going on with run ${runId}, which was cut off.`);
        progress = showProgress(console, ports.runs, runId, [...ports.sources.keys()]);
      },
    });
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
