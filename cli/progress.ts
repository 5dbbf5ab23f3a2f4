/** A progress line on a terminal: one segment per connector, rewritten in place. Silent where stderr is no terminal. */
import type { RunRepository } from '../core/sweep/run-repository';
import { expectedOf } from '../core/sweep/advance-pull';
import type { PullRecord } from '../core/sweep/records';
import type { Console } from './console';

export interface Progress {
  stop(): void;
}

const EVERY_MS = 250;

export function showProgress(
  console: Console,
  runs: RunRepository,
  runId: string,
  connectors: readonly string[],
): Progress {
  if (!console.isTerminal) return { stop: () => undefined };
  let busy = false;
  const draw = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    const segments: string[] = [];
    for (const connectorId of connectors) {
      const pull = (await runs.getPull(runId, connectorId))?.value;
      if (pull !== undefined) segments.push(segment(pull));
    }
    process.stderr.write(`\r\u001b[2K${segments.join('   ').slice(0, Math.max(20, console.width - 1))}`);
    busy = false;
  };
  const timer = setInterval(() => void draw(), EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      process.stderr.write('\r\u001b[2K');
    },
  };
}

function segment(pull: PullRecord): string {
  const expected = expectedOf(pull);
  const seen = pull.devices.toLocaleString('en');
  if (pull.state === 'complete') return `${pull.connectorId} ✓ ${seen}`;
  if (pull.state === 'partial' || pull.state === 'failed') return `${pull.connectorId} ${pull.state} ${seen}`;
  if (expected === null || expected === 0) return `${pull.connectorId} ${seen}`;
  const share = Math.min(1, pull.devices / expected);
  const filled = Math.round(share * 12);
  return `${pull.connectorId} ${'█'.repeat(filled)}${'░'.repeat(12 - filled)} ${seen}/${expected.toLocaleString('en')}`;
}
