/**
 * A program: `node run-host APP FOLDER` runs the functions of APP on an embedded state in FOLDER, where host.json lies, and
 * prints `{ url, key, functions }` on one line, then every log record of a function. It ends when stdin does. Bundled with
 * {@link bundleEntry}, since jest has its own `require`.
 */
import path from 'node:path';
import { makeSystemClock, sleep } from '../../compose/system';
import { startHost } from '../../host/start-host';
import { openEmbeddedState } from '../../storage/sqlite/open-state';

export interface Started {
  readonly url: string;
  readonly key: string;
  readonly functions: readonly string[];
}

const [bundle = '', folder = ''] = process.argv.slice(2);
const print = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);

async function main(): Promise<void> {
  const clock = makeSystemClock();
  const state = await openEmbeddedState(path.join(folder, 'state'), { clock });
  const host = await startHost({
    bundle,
    root: folder,
    port: 0,
    settings: process.env,
    entities: state.entities,
    queue: state.queue,
    clock,
    sleep,
    timers: true,
    leaseSeconds: 60,
    log: (functionName, level, category, message) => {
      if (category === 'user') print({ functionName, level, message });
    },
  });
  const { url, key, functions } = host;
  print({ url, key, functions: functions.map(({ name }) => name) } satisfies Started);
  process.stdin.resume();
  process.stdin.on('end', () => {
    void host.close().then(() => {
      state.close();
      print({ ended: true });
    });
  });
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
