/** Limits on real embedded stores: one folder, as many processes as a test asks for, one clock that the test moves. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { E164 } from '../../../../../core/device/managed-device';
import { makePhoneDigests } from '../../../../../core/directory/limits/phone-digests';
import type { GuardPorts } from '../../../../../core/directory/limits/guard';
import { SILENT } from '../../../../../core/ports/telemetry';
import { openEmbeddedState } from '../../../../../storage/sqlite/open-state';
import { makeManualClock } from '../../../../support/sweep-fixture';

export interface LimitsFixture {
  readonly clock: ReturnType<typeof makeManualClock>;
  readonly ports: GuardPorts;
  /** A further process with a connection of its own. */
  open(): Promise<GuardPorts>;
  close(): void;
}

export async function openLimitsFixture(): Promise<LimitsFixture> {
  const folder = mkdtempSync(path.join(tmpdir(), 'muster-limits-'));
  const clock = makeManualClock('2026-11-25T00:00:00.000Z');
  const closes: (() => void)[] = [];
  const open = async (): Promise<GuardPorts> => {
    const state = await openEmbeddedState(folder, { clock });
    closes.push(state.close);
    return {
      store: state.entities,
      clock,
      random: { next: Math.random },
      telemetry: SILENT,
      wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds / 10)),
      digests: makePhoneDigests(Buffer.alloc(32, 7)),
    };
  };
  return {
    clock,
    ports: await open(),
    open,
    close() {
      for (const close of closes) close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Of the range that is reserved for fiction, and beyond it where a test needs many. */
export function phoneOf(no: number): E164 {
  return `+1202555${String(no).padStart(4, '0')}` as E164;
}
