/**
 * `npm run bench -- [--phones N] [--latency none|real] [--only pull|sweep] [--connector ID]`: JSON lines on stdout, one a
 * comparison. Phones are counted per connector. Every figure of ours stands beside a peer's of the same run, on the same
 * pages; each is measured in a process of its own, and the simulators have theirs.
 */
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { NODE_ENVIRONMENT, NODE_FLAGS } from '../build/node-flags.mjs';
import { CONNECTORS, measure, WORKS } from './measure';
import type { ConnectorId, Measurement, Work } from './measure';
import { startSimulatorProcess } from './simulator-process';
import type { SimulatorProcess } from './simulator-process';

function print(line: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Runs one measurement in a child process. */
function run(work: Work, connector: ConnectorId, { config }: SimulatorProcess): Promise<Measurement> {
  const child = spawn(
    process.execPath,
    [
      ...NODE_FLAGS,
      '--disable-warning=ExperimentalWarning',
      __filename,
      '--measure',
      work,
      '--connector',
      connector,
      '--config',
      config,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...NODE_ENVIRONMENT } },
  );
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('close', (code) => {
      if (code === 0) resolve(JSON.parse(text) as Measurement);
      else reject(new Error(`${work} ${connector} ended with ${code ?? 'a signal'}`));
    });
  });
}

const perSecond = ({ rows, milliseconds }: Measurement): number => Math.round((rows / milliseconds) * 1000);
const ratio = (ours: Measurement, peer: Measurement): number =>
  Math.round((perSecond(ours) / perSecond(peer)) * 1000) / 1000;

function ours(measured: Measurement): Record<string, unknown> {
  return { perSecond: perSecond(measured), ...measured };
}

/** Up to this size a peer runs once unmeasured, so that the simulator's own code is warm for whoever comes first. */
const WARM_UP_TO = 200_000;

async function comparePulls(simulators: SimulatorProcess, phones: number, only?: ConnectorId): Promise<void> {
  for (const connector of CONNECTORS) {
    if (only !== undefined && connector !== only) continue;
    if (phones <= WARM_UP_TO) await run('bare', connector, simulators);
    const bare = await run('bare', connector, simulators);
    const pull = await run('pull', connector, simulators);
    const iterator = connector === 'intune' ? await run('page-iterator', connector, simulators) : null;
    print({
      what: `pull ${connector}`,
      phones,
      ...ours(pull),
      bare: perSecond(bare),
      ofBare: ratio(pull, bare),
      barOfBare: 0.5,
      ...(iterator === null
        ? {}
        : { pageIterator: perSecond(iterator), ofPageIterator: ratio(pull, iterator), barOfPageIterator: 1 }),
      requestsBeyondPages: (pull.requests ?? 0) - pull.pages,
    });
  }
  if (only === undefined || only === 'intune') {
    print({ what: 'pull intune by report', phones, ...ours(await run('pull-report', 'intune', simulators)) });
  }
}

/** Phones of one lane arrive one latency after the other: no reader can be quicker than this. */
const PROFILE: Record<ConnectorId, { readonly latencyMs: number; readonly concurrency: number }> = {
  // A chain of links has no lanes; the others are within the vendor's advice: facts/jamf-pro.md §2.5, facts/workspace-one.md §3.
  intune: { latencyMs: 350, concurrency: 1 },
  jamf: { latencyMs: 450, concurrency: 5 },
  ws1: { latencyMs: 900, concurrency: 2 },
};

/** One connector alone, or all three at once: then the slowest sets the ideal. */
async function compareWithIdeal(phones: number, only?: ConnectorId): Promise<void> {
  const simulators = await startSimulatorProcess(phones, 'real', only);
  try {
    const measured = await run('sweep-devices', only ?? 'intune', simulators);
    const ideals = CONNECTORS.map((id) => {
      const { latencyMs, concurrency } = PROFILE[id];
      return ((measured.pagesOf?.[id] ?? 0) * latencyMs) / concurrency;
    });
    const ideal = Math.max(...ideals);
    print({
      what: `sweep of ${only ?? 'all three'} at real latencies`,
      phones,
      ...ours(measured),
      idealMilliseconds: Math.round(ideal),
      ofIdeal: Math.round((ideal / measured.milliseconds) * 1000) / 1000,
      barOfIdeal: 0.9,
      barOfMegabytes: 256,
    });
  } finally {
    simulators.stop();
  }
}

async function compareSweeps(simulators: SimulatorProcess, phones: number): Promise<void> {
  const bare: Measurement[] = [];
  for (const connector of CONNECTORS) bare.push(await run('bare', connector, simulators));
  const bareMilliseconds = bare.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  // The peers read devices only; what app reports cost on top of the same pages is told apart.
  for (const [which, work] of [
    ['first sweep of the same pages', 'sweep-devices'],
    ['unchanged second sweep of the same pages', 'sweep-devices'],
    ['sweep with app reports, which the peers do not read', 'sweep'],
  ] as const) {
    const sweep = await run(work, 'intune', simulators);
    print({
      what: which,
      phones,
      ...ours(sweep),
      bareMilliseconds,
      ofBare: Math.round((bareMilliseconds / sweep.milliseconds) * 1000) / 1000,
      barOfBare: 0.333,
      barOfMegabytes: 256,
      requestsBeyondPages: (sweep.requests ?? 0) - sweep.pages,
    });
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      phones: { type: 'string', default: '100000' },
      latency: { type: 'string', default: 'none' },
      only: { type: 'string' },
      connector: { type: 'string' },
      measure: { type: 'string' },
      config: { type: 'string' },
    },
  });
  const connector = CONNECTORS.find((id) => id === values.connector);
  if (values.measure !== undefined) {
    const work = WORKS.find((each) => each === values.measure);
    if (work === undefined || connector === undefined || values.config === undefined)
      throw new Error('nothing to measure');
    print({ ...(await measure(work, connector, values.config)) });
    return;
  }
  const phones = Number(values.phones);
  if (values.latency === 'real') {
    if (connector !== undefined) await compareWithIdeal(phones, connector);
    else for (const only of [...CONNECTORS, undefined]) await compareWithIdeal(phones, only);
    return;
  }
  const simulators = await startSimulatorProcess(phones, 'none');
  try {
    if (values.only !== 'sweep') await comparePulls(simulators, phones, connector);
    if (values.only !== 'pull') await compareSweeps(simulators, phones);
  } finally {
    simulators.stop();
  }
}

void main();
