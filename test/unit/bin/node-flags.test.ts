import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';

const bin = path.join(__dirname, '..', '..', '..', 'bin', 'muster.mjs');

/** What a preloaded script sees in the process that runs the command. */
function startedWith(nodeArguments: readonly string[], environment: NodeJS.ProcessEnv): unknown {
  const script =
    'data:text/javascript,process.on("exit",()=>console.error(JSON.stringify([process.execArgv,process.env.MALLOC_ARENA_MAX])))';
  const { stderr, status } = spawnSync(process.execPath, [...nodeArguments, '--import', script, bin, '--version'], {
    env: { ...environment, PATH: process.env['PATH'] },
    encoding: 'utf8',
  });
  expect(status).toBe(0);
  return JSON.parse(stderr.trim().split('\n').at(-1) ?? '');
}

test('however the command is started, Node runs with the settings that keep a sweep small', () => {
  const [flags, arenas] = startedWith([], {}) as [string[], string];
  expect(flags).toEqual(expect.arrayContaining(['--max-semi-space-size=8', '--heap-growing-percent=60']));
  expect(arenas).toBe('1');
});

test('the command says its version and nothing else', () => {
  expect(execFileSync(process.execPath, [bin, '--version'], { encoding: 'utf8', stdio: 'pipe' })).toMatch(
    /^\d+\.\d+\.\d+\n$/,
  );
});
