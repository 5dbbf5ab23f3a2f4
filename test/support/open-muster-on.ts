import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadConfig } from '../../config/load-config';
import { runSweep } from '../../core/sweep/run-sweep';
import type { SweepRequest } from '../../core/sweep/start-sweep';
import type { SweepResult } from '../../core/sweep/sweep-result';
import { openMuster } from '../../main';
import type { Muster } from '../../main';
import { parseFaultRules, startSimulators } from '../../simulators';
import type { Simulators, SimulatorsOptions } from '../../simulators';
import { SILENT } from '../../core/ports/telemetry';

export interface Bench {
  readonly simulators: Simulators;
  readonly config: string;
  readonly folder: string;
  /** Opens Muster as a new process would, sweeps once and closes it. */
  sweep(request?: SweepRequest): Promise<SweepResult>;
  /** Keys of all devices in the store that are not tombstones. */
  deviceKeys(): Promise<string[]>;
  setFaults(rules: unknown): void;
  close(): Promise<void>;
}

/** Without watched apps no pull waits for a report; judging is tested elsewhere. */
const POLICY = 'version: 1\n';

export async function startBench(
  fleets: Partial<Pick<SimulatorsOptions, 'intune' | 'jamf' | 'workspaceOne'>>,
  options: Partial<SimulatorsOptions> & { readonly edit?: (config: string) => string } = {},
): Promise<Bench> {
  const { edit = (config: string) => config, ...simulatorOptions } = options;
  const folder = mkdtempSync(path.join(tmpdir(), 'muster-bench-'));
  const simulators = await startSimulators({
    intune: 0,
    jamf: 0,
    workspaceOne: 0,
    seed: 7,
    latency: 'none',
    faults: [],
    port: 0,
    ...fleets,
    ...simulatorOptions,
  });
  const config = path.join(folder, 'muster.yaml');
  writeFileSync(path.join(folder, 'policy.yaml'), POLICY);
  writeFileSync(config, edit(simulators.config('state', 'policy.yaml')));

  const withMuster = async <T>(work: (muster: Muster) => Promise<T>): Promise<T> => {
    const muster = await openMuster(await loadConfig(config, {}), {
      telemetry: SILENT,
    });
    try {
      return await work(muster);
    } finally {
      muster.close();
    }
  };

  return {
    simulators,
    config,
    folder,
    sweep: (request = { mode: 'full' }) =>
      withMuster((muster) =>
        runSweep(muster.ports, {
          ...request,
          signal: new AbortController().signal,
          concurrency: muster.concurrency,
          idle: muster.idle,
        }),
      ),
    deviceKeys: () =>
      withMuster(async ({ ports }) => {
        const keys: string[] = [];
        for (const connectorId of ports.sources.keys()) {
          for await (const rows of ports.devices.rows(connectorId)) {
            for (const { head } of rows) if (head.tombstone === null) keys.push(head.key);
          }
        }
        return keys;
      }),
    setFaults: (rules) => simulators.setFaults(parseFaultRules(rules)),
    async close() {
      await simulators.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
