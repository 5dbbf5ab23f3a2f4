import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { joinKeys } from '../../core/device/join-keys';
import { compilePolicy } from '../../core/policy/compile-policy';
import { parsePolicy } from '../../core/policy/schema';
import type { InventorySource } from '../../core/ports/inventory-source';
import { makeAppRepository } from '../../core/sweep/app-repository';
import { makeDeviceRepository } from '../../core/sweep/device-repository';
import { DEFAULT_SETTINGS } from '../../core/sweep/ports';
import type { SweepPorts, SweepSettings } from '../../core/sweep/ports';
import { makePageRoom } from '../../core/sweep/page-room';
import { makeRunRepository } from '../../core/sweep/run-repository';
import { runSweep } from '../../core/sweep/run-sweep';
import type { SweepResult } from '../../core/sweep/sweep-result';
import { openEmbeddedState } from '../../storage/sqlite/open-state';
import type { EmbeddedState } from '../../storage/sqlite/open-state';
import { SILENT } from '../../core/ports/telemetry';

/** A clock that goes on only when the test or a wait says so. */
export function makeManualClock(start: string): { now(): number; advance(milliseconds: number): void } {
  let now = Date.parse(start);
  return { now: () => now, advance: (milliseconds) => void (now += milliseconds) };
}

export interface SweepFixture {
  readonly ports: SweepPorts;
  readonly state: EmbeddedState;
  readonly clock: ReturnType<typeof makeManualClock>;
  sweep(options?: {
    readonly signal?: AbortSignal;
    readonly mode?: 'full' | 'incremental';
    readonly concurrency?: number;
  }): Promise<SweepResult>;
  /** Closes the state and opens it again, as a new process would. */
  reopen(): Promise<SweepFixture>;
  close(): void;
}

export interface FixtureOptions {
  readonly sources: readonly InventorySource[];
  readonly policy?: unknown;
  readonly settings?: Partial<SweepSettings>;
  readonly folder?: string;
  readonly clock?: ReturnType<typeof makeManualClock>;
}

/** The sweep on a real embedded store in a folder of its own; waiting moves the clock instead of passing time. */
export async function openSweepFixture(options: FixtureOptions): Promise<SweepFixture> {
  const folder = options.folder ?? mkdtempSync(path.join(tmpdir(), 'muster-test-'));
  const clock = options.clock ?? makeManualClock('2026-11-25T00:00:00.000Z');
  const state = await openEmbeddedState(folder, { clock });
  const parsed = parsePolicy(options.policy ?? { version: 1 });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const policy = compilePolicy(parsed.policy, null);
  const judge: SweepPorts['judge'] = {
    policyDigest: policy.digest,
    evaluate: (device, now, sourceFields) => policy.evaluate(device, { now, sourceFields, directory: 'none' }),
    joinKeys,
  };
  let ids = 0;
  const ports: SweepPorts = {
    settings: { tenant: 'test', ...DEFAULT_SETTINGS, ...options.settings },
    sources: new Map(options.sources.map((source) => [source.connectorId, source])),
    runs: makeRunRepository(state.entities),
    devices: makeDeviceRepository(state.entities, judge),
    apps: makeAppRepository(state.entities, []),
    blobs: state.blobs,
    room: makePageRoom(2),
    queue: state.queue,
    judge,
    clock,
    random: { next: () => 0.5, id: () => `run-${clock.now()}-${String((ids += 1)).padStart(4, '0')}` },
    telemetry: SILENT,
  };
  return {
    ports,
    state,
    clock,
    sweep: ({ signal = new AbortController().signal, mode = 'full', concurrency = 4 } = {}) => {
      // Runs of one test start at different moments, as they do in life.
      clock.advance(60_000);
      return runSweep(ports, {
        mode,
        signal,
        concurrency,
        // Time passes only towards a message that waits for it; work in progress gets its turn meanwhile.
        idle: async (milliseconds, busy) => {
          if (!busy && Number.isFinite(milliseconds)) clock.advance(Math.max(1, milliseconds));
          await new Promise((resolve) => setImmediate(resolve));
        },
      });
    },
    async reopen() {
      state.close();
      return openSweepFixture({ ...options, folder, clock });
    },
    close() {
      state.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
