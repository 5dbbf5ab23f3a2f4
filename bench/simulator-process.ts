/** The simulators in a process of their own, so that they compete for no event loop with what is measured. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { NODE_FLAGS } from '../build/node-flags.mjs';

export interface SimulatorProcess {
  readonly url: string;
  /** A muster.yaml that points at them; its state lies in a folder beside it. */
  readonly config: string;
  readonly folder: string;
  stop(): void;
}

/** @param only the one connector that has phones; all three where it is left out. */
export async function startSimulatorProcess(
  phones: number,
  latency: 'none' | 'real',
  only?: string,
): Promise<SimulatorProcess> {
  const folder = mkdtempSync(path.join(tmpdir(), 'muster-bench-'));
  const config = path.join(folder, 'muster.yaml');
  const count = (id: string): string => String(only === undefined || only === id ? phones : 0);
  const command = path.join(__dirname, '..', 'bin', 'muster.mjs');
  const child = spawn(
    process.execPath,
    [
      ...NODE_FLAGS,
      command,
      'simulate',
      '--intune',
      count('intune'),
      '--jamf',
      count('jamf'),
      '--workspace-one',
      count('ws1'),
      '--latency',
      latency,
      '--write-config',
      config,
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`the simulators ended with ${code ?? 'a signal'}`)));
  });
  return {
    url,
    config,
    folder,
    stop() {
      child.kill('SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
