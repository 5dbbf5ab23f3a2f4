/** `kill -9` of the real command at random points, and the same command again: the end is the undisturbed one's. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fleetOf } from '../support/fleet-of';
import { startBench } from '../support/open-muster-on';

jest.setTimeout(120_000);

const command = path.join(__dirname, '../../bin/muster.mjs');
const smallPages = (config: string): string => config.replace('kind: jamf', 'kind: jamf\n    pageSize: 50');

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly notes: string;
}

/** Runs `muster sweep --json`; kills it without warning once `isTime` says so. */
async function sweepCommand(config: string, isTime: () => boolean = () => false): Promise<Ended> {
  const child = spawn(process.execPath, [command, 'sweep', '--config', config, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let notes = '';
  child.stdout.on('data', (chunk: Buffer) => void (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => void (notes += chunk.toString()));
  const watch = setInterval(() => {
    if (isTime()) child.kill('SIGKILL');
  }, 2);
  const [code] = (await once(child, 'close')) as [number | null];
  clearInterval(watch);
  return { code, out, notes };
}

test('a sweep that is killed again and again ends as one that was left alone', async () => {
  const now = Date.now();
  const fleets = { jamf: 1500, workspaceOne: 1500 };
  const calm = await startBench(fleets, { edit: smallPages, now });
  const killed = await startBench(fleets, { edit: smallPages, now });
  try {
    const undisturbed = await sweepCommand(calm.config);
    expect(undisturbed).toMatchObject({ code: 0 });
    const calmResult = JSON.parse(undisturbed.out) as {
      readiness: unknown;
      connectors: { devices: number; pages: number }[];
    };

    // Slow pages, so that the kills fall into the middle of the work: after the 4th, 9th, … request.
    killed.setFaults([{ route: '*', fault: { kind: 'slow', ms: 40 } }]);
    let resumed = 0;
    for (const requests of [4, 9, 6, 13]) {
      const before = killed.simulators.stats().requests;
      const ended = await sweepCommand(killed.config, () => killed.simulators.stats().requests >= before + requests);
      expect(ended.code).toBeNull();
      if (ended.notes.includes('Going on with run')) resumed += 1;
    }
    expect(resumed).toBe(3);
    killed.setFaults([]);
    const last = await sweepCommand(killed.config);
    expect(last).toMatchObject({ code: 0 });
    expect(last.notes).toContain('Going on with run');
    const result = JSON.parse(last.out) as typeof calmResult;
    expect(result.readiness).toEqual(calmResult.readiness);
    expect(result.connectors.map(({ devices, pages }) => ({ devices, pages }))).toEqual(
      calmResult.connectors.map(({ devices, pages }) => ({ devices, pages })),
    );
    expect(await fleetOf(killed.config)).toEqual(await fleetOf(calm.config));
  } finally {
    await calm.close();
    await killed.close();
  }
});
