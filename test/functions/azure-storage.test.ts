/** The built bundle under `muster serve` on Azure Storage, as Azurite stands for it, against the same sweep on one machine. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { openAzureState } from '../../storage/azure/open-state';
import { SILENT } from '../../core/ports/telemetry';
import { startSimulators } from '../../simulators';
import type { Simulators } from '../../simulators';
import { startAzurite } from '../support/azurite';
import type { Azurite } from '../support/azurite';
import { fleetOf } from '../support/fleet-of';
import { eventually, issueToken, startServe } from '../support/serve';
import type { Served } from '../support/serve';

jest.setTimeout(600_000);

const command = path.join(__dirname, '../../bin/muster.mjs');
const PHONES_EACH = 6_700;

interface Swept {
  readonly state: string;
  readonly readiness: unknown;
  readonly duplicates: unknown;
  readonly connectors: readonly { readonly id: string; readonly devices: number; readonly pages: number }[];
}

const folder = mkdtempSync(path.join(tmpdir(), 'muster-azure-'));
let simulators: Simulators;
let azurite: Azurite;
let served: Served;
const embedded = path.join(folder, 'embedded.yaml');
const azure = path.join(folder, 'azure.yaml');

beforeAll(async () => {
  simulators = await startSimulators({
    intune: PHONES_EACH,
    jamf: PHONES_EACH,
    workspaceOne: PHONES_EACH,
    seed: 11,
    latency: 'none',
    faults: [],
    port: 0,
  });
  azurite = await startAzurite();
  writeFileSync(path.join(folder, 'policy.yaml'), readFileSync(path.join(__dirname, '../../policies/demo.yaml')));
  const config = simulators.config('state', 'policy.yaml');
  writeFileSync(embedded, config);
  const connection = JSON.stringify(azurite.connectionString);
  writeFileSync(
    azure,
    config.replace(/^state:.*$/m, `state: { kind: azure-storage, connectionString: ${connection} }`),
  );
  const token = await issueToken(azure, ['Operations.Read', 'Operations.Run']);
  served = await startServe({ config: azure, token });
});

afterAll(async () => {
  await served.stop();
  await azurite.close();
  await simulators.close();
  rmSync(folder, { recursive: true, force: true });
});

test('20,000 phones: complete, and the same verdict of every record as on one machine', async () => {
  const asked = await served.fetch('v1/sweeps', { method: 'POST' });
  expect(asked.status).toBe(202);
  const { runId } = (await asked.json()) as { runId: string };
  const swept = await eventually('the sweep ends', 400, async () => {
    const answer = await served.fetch(`v1/sweeps/${runId}`);
    const run = (await answer.json()) as Swept;
    return answer.status === 200 && run.state !== 'running' ? run : null;
  });
  // The simulators live in this process, which must go on meanwhile.
  const { stdout: text } = await promisify(execFile)(
    process.execPath,
    [command, 'sweep', '--config', embedded, '--json'],
    {
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  const local = JSON.parse(text) as Swept;

  expect(swept.state).toBe('complete');
  expect(swept.connectors.reduce((sum, { devices }) => sum + devices, 0)).toBe(3 * PHONES_EACH);
  expect(swept.readiness).toEqual(local.readiness);
  expect(swept.duplicates).toEqual(local.duplicates);
  expect(swept.connectors.map(({ id, devices, pages }) => [id, devices, pages])).toEqual(
    local.connectors.map(({ id, devices, pages }) => [id, devices, pages]),
  );

  const [inAzure, here] = [await fleetOf(azure), await fleetOf(embedded)];
  expect(inAzure.size).toBe(3 * PHONES_EACH);
  // One comparison of two maps of this size would print both: what differs is enough.
  const differing = [...here].filter(([key, record]) => JSON.stringify(inAzure.get(key)) !== JSON.stringify(record));
  expect(differing.slice(0, 3)).toEqual([]);

  await eventually('the report is published', 120, async () => {
    const state = openAzureState(
      { kind: 'connection-string', connectionString: azurite.connectionString },
      { clock: { now: () => Date.now() }, telemetry: SILENT },
    );
    try {
      const latest = await state.blobs('reports').get('reports/latest.json');
      if (latest === null) return null;
      expect(JSON.parse(latest.bytes.toString())).toMatchObject({
        runId,
        files: [expect.stringMatching(/\.html$/), expect.stringMatching(/\.json$/), expect.stringMatching(/\.csv$/)],
      });
      return true;
    } finally {
      state.close();
    }
  });
});
