/** Where the command speaks: results on stdout, everything else on stderr. */
import { styleText } from 'node:util';
import type { LogLevel, Telemetry } from '../core/ports/telemetry';
import { makeTelemetry } from '../telemetry/make-telemetry';

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

/** Log lines as JSON on stderr, from the given level on; `MUSTER_LOG` sets it. */
export function makeLog(minimum: LogLevel): Telemetry {
  return makeTelemetry({ minimum, print: (_level, line) => void process.stderr.write(`${line}\n`) });
}

export function paint(console: Console, format: Parameters<typeof styleText>[0], text: string): string {
  return console.color ? styleText(format, text, { validateStream: false }) : text;
}
