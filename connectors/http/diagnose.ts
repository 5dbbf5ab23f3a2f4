/** Steps of `doctor` that all connectors share. */
import { ConfigError, PartialRunError, PermanentError, ThrottledError, TransientError } from '../../core/errors';
import type { Check } from '../../core/ports/connector-check';
import type { Clock } from '../../core/ports/clock';

/** A clock that differs by more makes tokens and increments go wrong. */
const MAX_SKEW_SECONDS = 60;

export function ok(name: string, detail: string): Check {
  return { name, state: 'ok', detail, hint: null };
}

export function warning(name: string, detail: string, hint: string): Check {
  return { name, state: 'warning', detail, hint };
}

export function failed(name: string, error: unknown): Check {
  if (
    error instanceof PermanentError ||
    error instanceof TransientError ||
    error instanceof ThrottledError ||
    error instanceof PartialRunError ||
    error instanceof ConfigError
  ) {
    return { name, state: 'failed', detail: error.message, hint: error.context.hint ?? null };
  }
  return { name, state: 'failed', detail: error instanceof Error ? error.message : 'failed', hint: null };
}

/**
 * Runs the steps in order; a step that throws becomes a failed check and ends the diagnosis, since what follows it would
 * fail for the same reason.
 */
export async function runChecks(
  steps: readonly { readonly name: string; readonly run: () => Promise<readonly Check[]> }[],
): Promise<readonly Check[]> {
  const checks: Check[] = [];
  for (const { name, run } of steps) {
    try {
      checks.push(...(await run()));
    } catch (error) {
      checks.push(failed(name, error));
      break;
    }
  }
  return checks;
}

/** Compares our clock with the `Date` header of an answer. */
export function checkClock(headers: Readonly<Record<string, string | undefined>>, clock: Clock): readonly Check[] {
  const server = Date.parse(headers['date'] ?? '');
  if (Number.isNaN(server)) return [];
  const skew = Math.round((clock.now() - server) / 1000);
  return Math.abs(skew) <= MAX_SKEW_SECONDS
    ? [ok('clock', `within ${Math.max(1, Math.abs(skew))} s of the server`)]
    : [
        warning(
          'clock',
          `${Math.abs(skew)} s ${skew > 0 ? 'ahead of' : 'behind'} the server`,
          'Set the clock of this machine (NTP).',
        ),
      ];
}
