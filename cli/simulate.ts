import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ConfigError } from '../core/errors';
import { FaultFileError, readFaultFile, startSimulators } from '../simulators';
import type { Console } from './console';
import { EXIT } from './exit-codes';
import type { ExitCode } from './exit-codes';
import { onInterrupt } from './interrupt';

export interface SimulateOptions {
  readonly intune: number;
  readonly jamf: number;
  readonly workspaceOne: number;
  readonly seed: number;
  readonly latency: 'none' | 'real';
  readonly fault?: string;
  readonly writeConfig?: string;
  readonly port: number;
}

/** The policy that lists the simulated carriers, wherever the command was started. */
export const DEMO_POLICY = path.join(__dirname, '..', 'policies', 'demo.yaml');

/** `muster simulate`: serves until Ctrl-C. Prints the base URL on stdout, for scripts. */
export async function simulate(console: Console, options: SimulateOptions): Promise<ExitCode> {
  const { intune, jamf, workspaceOne } = options;
  if (intune + jamf + workspaceOne === 0) {
    throw new ConfigError('nothing to simulate', [
      {
        path: '--intune, --jamf, --workspace-one',
        message: 'are all 0',
        hint: 'For example: muster simulate --intune 1000 --jamf 1000.',
      },
    ]);
  }
  const simulators = await startSimulators({
    intune,
    jamf,
    workspaceOne,
    seed: options.seed,
    latency: options.latency,
    faults: options.fault === undefined ? [] : await readFaults(options.fault),
    port: options.port,
  }).catch((error: unknown) => {
    // A rule that names no route is found only when the routes are known.
    throw error instanceof FaultFileError ? faultProblem(options.fault ?? '--fault', error) : error;
  });
  if (options.writeConfig !== undefined) {
    const folder = path.dirname(path.resolve(options.writeConfig));
    const relativePolicy = path.relative(folder, DEMO_POLICY);
    await writeFile(options.writeConfig, simulators.config('.muster/state', relativePolicy), { mode: 0o600 });
    console.note(`Wrote ${options.writeConfig}. Try: npx muster sweep --config ${options.writeConfig}`);
  }
  await console.out(`${simulators.url}\n`);
  console.note(
    `Simulating ${intune} devices in Intune, ${jamf} in Jamf Pro, ${workspaceOne} in Workspace ONE. Ctrl-C ends it.`,
  );
  const interrupt = onInterrupt(() => undefined, '');
  await new Promise<void>((resolve) => interrupt.signal.addEventListener('abort', () => resolve(), { once: true }));
  interrupt.stop();
  await simulators.close();
  return EXIT.done;
}

async function readFaults(file: string): Promise<ReturnType<typeof readFaultFile>> {
  try {
    return readFaultFile(await readFile(file, 'utf8'));
  } catch (error) {
    throw faultProblem(file, error);
  }
}

function faultProblem(file: string, error: unknown): ConfigError {
  const message = error instanceof Error ? error.message : 'cannot be read';
  const hint = 'docs/simulators.md shows the format.';
  return new ConfigError(`${file} is no fault script`, [{ path: file, message, hint }], { cause: error });
}
