import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { loadConfig } from '../config/load-config';
import { openMuster } from '../main';
import { renderSummary } from '../report/terminal-summary';
import { startSimulators } from '../simulators';
import type { Console } from './console';
import { makeLog } from './console';
import { EXIT } from './exit-codes';
import type { ExitCode } from './exit-codes';
import { onInterrupt } from './interrupt';
import { writeReportOfLastRun } from './report';
import { DEMO_POLICY } from './simulate';
import { exitCodeOf, logLevel, sweepOnce } from './sweep';

export interface DemoOptions {
  readonly once?: true;
  readonly json?: true;
  readonly phones: number;
  readonly out: string;
}

/** `npm run demo`: everything once, on this machine, against simulators. */
export async function demo(console: Console, options: DemoOptions): Promise<ExitCode> {
  const folder = path.resolve(options.out);
  // A demonstration starts from nothing each time; the state it leaves is there to be looked at.
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const simulators = await startSimulators({
    intune: options.phones,
    jamf: options.phones,
    workspaceOne: options.phones,
    seed: 1,
    latency: 'none',
    faults: [],
    port: 0,
    // Report jobs are done when first asked: a demonstration should not wait for what takes minutes in life.
    intuneOptions: { exportReady: { polls: 1 } },
  });
  try {
    const file = path.join(folder, 'muster.yaml');
    await writeFile(file, simulators.config('state', path.relative(folder, DEMO_POLICY)), { mode: 0o600 });
    const muster = await openMuster(await loadConfig(file, process.env), { telemetry: makeLog(logLevel()) });
    let code: ExitCode;
    try {
      const result = await sweepOnce(console, muster, 'full');
      if (result === null) return EXIT.unexpected;
      code = exitCodeOf(result);
      const { files, model } = await writeReportOfLastRun(console, muster, {
        format: 'html',
        out: path.join(folder, 'report'),
      });
      if (options.json === true) await console.out(`${JSON.stringify(result)}\n`);
      else {
        await console.out(`${renderSummary(result, model, { color: console.color, width: console.width })}\n\n`);
        await console.out(`Report: ${files[0] ?? folder}\n`);
      }
    } finally {
      muster.close();
    }
    if (options.once === true) return code;
    const shown = path.relative(process.cwd(), file);
    console.note(
      `The simulators stay up at ${simulators.url} until Ctrl-C. In another terminal, for example:\n` +
        `  npx muster sweep --config ${shown}\n` +
        `  npx muster inventory jamf --config ${shown} --format table\n` +
        `  npx muster doctor --config ${shown}`,
    );
    const interrupt = onInterrupt(() => undefined, '');
    await new Promise<void>((resolve) => interrupt.signal.addEventListener('abort', () => resolve(), { once: true }));
    interrupt.stop();
    return code;
  } finally {
    await simulators.close();
  }
}
