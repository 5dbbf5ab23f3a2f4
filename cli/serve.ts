import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as builders from '../build/bundle-functions.mjs';
import { readAppSettings } from '../config/app-settings';
import { loadConfig } from '../config/load-config';
import { ConfigError } from '../core/errors';
import { startHost } from '../host/start-host';
import { makeSystemClock, openState, sleep } from '../main';
import { levelOf } from '../telemetry/make-telemetry';
import type { Console } from './console';
import { makeLog } from './console';
import { EXIT } from './exit-codes';
import type { ExitCode } from './exit-codes';
import { onInterrupt } from './interrupt';

type BundleFunctions = Pick<typeof builders, 'areFunctionsStale' | 'bundleFunctions'>;

export interface ServeOptions {
  readonly config: string;
  readonly port: number;
  /** Seconds. */
  readonly lease: number;
  /** `--no-timers` leaves the schedules out. */
  readonly timers: boolean;
}

const ROOT = path.join(__dirname, '..');

/** `muster serve`: all functions on this machine, until Ctrl-C. Prints the base URL on stdout, for scripts. */
export async function serve(console: Console, options: ServeOptions): Promise<ExitCode> {
  const level = levelOf(process.env['MUSTER_LOG'], 'warn');
  const file = path.resolve(options.config);
  // The functions read their settings from the environment, as in Azure; what is not set there has its default.
  const settings = readAppSettings({ ...process.env, MUSTER_CONFIG: file, MUSTER_LOG: level });
  for (const [name, value] of Object.entries(settings)) process.env[name] ??= value;
  process.env['MUSTER_CONFIG'] = file;
  const loaded = await loadConfig(file, process.env);
  const clock = makeSystemClock();
  const state = await openState(loaded, { clock, telemetry: makeLog(level) });
  const host = await startHost({
    bundle: await functionsBundle(),
    root: ROOT,
    port: options.port,
    settings: process.env,
    entities: state.entities,
    queue: state.queue,
    clock,
    sleep,
    timers: options.timers,
    leaseSeconds: options.lease,
    log(functionName, logLevel, category, message) {
      if (category === 'user') console.note(message);
      else if (logLevel === 'error') console.note(`${functionName || 'host'}: ${message}`);
    },
  });
  await console.out(`${host.url}\n`);
  console.note(`Serving ${host.functions.length} functions. Ctrl-C ends it.`);
  const interrupt = onInterrupt(console.note, '\nEnding after the work in progress.');
  await new Promise<void>((resolve) => interrupt.signal.addEventListener('abort', () => resolve(), { once: true }));
  interrupt.stop();
  await host.close();
  state.close();
  return EXIT.done;
}

/** The bundle, made afresh in a clone where a source is newer. */
async function functionsBundle(): Promise<string> {
  const builder = path.join(ROOT, 'build', 'bundle-functions.mjs');
  const bundle = path.join(ROOT, 'dist', 'functions', 'functions.cjs');
  if (existsSync(path.join(ROOT, 'functions', 'index.ts'))) {
    const { areFunctionsStale, bundleFunctions } = (await import(pathToFileURL(builder).href)) as BundleFunctions;
    if (await areFunctionsStale()) await bundleFunctions();
  }
  if (!existsSync(bundle)) {
    throw new ConfigError('the functions are not built', [
      { path: bundle, message: 'does not exist', hint: 'Run npm run build:functions.' },
    ]);
  }
  return bundle;
}
