/** The embedded state as a subject of the contract suites: a folder of its own, removed at the end. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openEmbeddedState } from '../../../storage/sqlite/open-state';
import type { EmbeddedState } from '../../../storage/sqlite/open-state';
import type { ControlledClock } from './passing-time';

export interface EmbeddedSubject {
  readonly state: EmbeddedState;
  readonly clock: ControlledClock;
  now(): number;
  /** Closes the state and opens the same folder again. */
  reopen(): Promise<EmbeddedSubject>;
  close(): Promise<void>;
}

export async function openEmbeddedSubject(): Promise<EmbeddedSubject> {
  let now = Date.parse('2026-11-25T00:00:00.000Z');
  const clock = { now: () => now, advance: (milliseconds: number) => void (now += milliseconds) };
  const folder = mkdtempSync(path.join(tmpdir(), 'muster-contract-'));
  const open = async (): Promise<EmbeddedSubject> => {
    const state = await openEmbeddedState(folder, { clock });
    return {
      state,
      clock,
      now: clock.now,
      reopen: () => {
        state.close();
        return open();
      },
      close: async () => {
        state.close();
        rmSync(folder, { recursive: true });
      },
    };
  };
  return open();
}

/** The same on the machine's own clock, which no test can move: shows that the suites fit an implementation without one. */
export async function openOnMachineClock(): Promise<Pick<EmbeddedSubject, 'state' | 'now' | 'close'>> {
  const folder = mkdtempSync(path.join(tmpdir(), 'muster-contract-'));
  const now = (): number => Date.now();
  const state = await openEmbeddedState(folder, { clock: { now } });
  return {
    state,
    now,
    close: async () => {
      state.close();
      rmSync(folder, { recursive: true });
    },
  };
}
