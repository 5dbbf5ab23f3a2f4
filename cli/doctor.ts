import { loadConfig } from '../config/load-config';
import type { Check } from '../core/ports/connector-check';
import { makeSystemClock, openConnectors } from '../main';
import type { Console } from './console';
import { makeLog, paint } from './console';
import { EXIT } from './exit-codes';
import type { ExitCode } from './exit-codes';
import { onInterrupt } from './interrupt';
import { logLevel } from './sweep';

export interface DoctorOptions {
  readonly config: string;
  readonly json?: true;
}

/** `muster doctor`: one line per check with what to do next. 5 when something was found. */
export async function doctor(console: Console, options: DoctorOptions): Promise<ExitCode> {
  const loaded = await loadConfig(options.config, process.env);
  const connectors = await openConnectors(loaded, { clock: makeSystemClock(), telemetry: makeLog(logLevel()) });
  const interrupt = onInterrupt(console.note, '\nStopping.');
  const found: { connector: string; checks: readonly Check[] }[] = [];
  try {
    for (const [connector, { diagnose }] of connectors.diagnosable) {
      const checks = await diagnose(interrupt.signal);
      found.push({ connector, checks });
      if (options.json === true) continue;
      for (const check of checks) await console.out(`${line(console, connector, check)}\n`);
    }
  } finally {
    interrupt.stop();
    connectors.close();
  }
  if (options.json === true) await console.out(`${JSON.stringify({ connectors: found })}\n`);
  return found.every(({ checks }) => checks.every(({ state }) => state === 'ok')) ? EXIT.done : EXIT.found;
}

const MARKS = { ok: ['green', '✓'], warning: ['yellow', '!'], failed: ['red', '✗'] } as const;

function line(console: Console, connector: string, { name, state, detail, hint }: Check): string {
  const [color, mark] = MARKS[state];
  const next = hint === null ? '' : `\n    → ${hint}`;
  return `${paint(console, color, mark)} ${connector.padEnd(12)} ${name.padEnd(10)} ${detail}${next}`;
}
