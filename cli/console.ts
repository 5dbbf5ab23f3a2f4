/** Where the command speaks: results on stdout, everything else on stderr. */
import { styleText } from 'node:util';
import type { LogFields, LogLevel, Telemetry } from '../core/ports/telemetry';

export interface Console {
  /** Results only: the one document of `--json`, tables, rows. Resolves when the reader has taken it. */
  readonly out: (text: string) => Promise<void>;
  /** Progress and messages. */
  readonly note: (text: string) => void;
  readonly isTerminal: boolean;
  readonly color: boolean;
  readonly width: number;
}

export function makeConsole(): Console {
  const color = process.stderr.isTTY && process.env['NO_COLOR'] === undefined;
  return {
    async out(text) {
      if (!process.stdout.write(text)) await new Promise<void>((resolve) => process.stdout.once('drain', resolve));
    },
    note: (text) => void process.stderr.write(`${text}\n`),
    isTerminal: process.stderr.isTTY,
    color,
    width: Math.min(process.stdout.columns || 100, 140),
  };
}

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** Log lines as JSON on stderr, from the given level on; `MUSTER_LOG` sets it. */
export function makeLog(minimum: LogLevel): Telemetry {
  const from = LEVELS.indexOf(minimum);
  return {
    log(level, event, fields: LogFields = {}) {
      if (LEVELS.indexOf(level) < from) return;
      process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), level, event, ...fields })}\n`);
    },
    count: () => undefined,
  };
}

export function paint(console: Console, format: Parameters<typeof styleText>[0], text: string): string {
  return console.color ? styleText(format, text, { validateStream: false }) : text;
}
