import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadConfig } from '../config/load-config';
import type { IsoTime, ManagedDevice } from '../core/device/managed-device';
import { redactPhone } from '../core/device/redact-phone';
import { ConfigError, PartialRunError, PermanentError, TransientError } from '../core/errors';
import { makeWalkTotals, walk } from '../core/sweep/walk';
import type { WalkTotals } from '../core/sweep/walk';
import { openConnectors, makeSystemClock, sleep } from '../main';
import { openBlobStore } from '../storage/files/blob-store';
import type { Console } from './console';
import { makeLog } from './console';
import { EXIT } from './exit-codes';
import type { ExitCode } from './exit-codes';
import { onInterrupt } from './interrupt';
import { logLevel } from './sweep';

export interface InventoryOptions {
  readonly config: string;
  readonly full?: true;
  readonly since?: string;
  readonly format: 'ndjson' | 'csv' | 'table';
}

/** `muster inventory`: one connector, device by device, as it is read; nothing is stored. */
export async function inventory(console: Console, connectorId: string, options: InventoryOptions): Promise<ExitCode> {
  if (options.full === true && options.since !== undefined) {
    throw new ConfigError('--full and --since exclude each other', [
      { path: '--since', message: 'cannot be used with --full' },
    ]);
  }
  const loaded = await loadConfig(options.config, process.env);
  const ids = loaded.config.connectors.map(({ id }) => id);
  if (!ids.includes(connectorId)) {
    throw new ConfigError(`no connector "${connectorId}"`, [
      { path: 'connectors', message: `has no "${connectorId}"`, hint: `It has: ${ids.join(', ')}.` },
    ]);
  }
  const clock = makeSystemClock();
  const connectors = await openConnectors(loaded, { clock, telemetry: makeLog(logLevel()), only: connectorId });
  const scratch = await mkdtemp(path.join(tmpdir(), 'muster-'));
  const interrupt = onInterrupt(console.note, '\nStopping.');
  const totals = makeWalkTotals();
  let spool: Awaited<ReturnType<typeof openBlobStore>> | null = null;
  try {
    const source = connectors.sources.get(connectorId);
    if (source === undefined) throw new Error(`connector ${connectorId} was not opened`);
    const print = printerFor(options.format);
    await console.out(print.head);
    const request =
      options.since === undefined
        ? { mode: 'full' as const }
        : { mode: 'incremental' as const, since: options.since as IsoTime };
    spool = await openBlobStore(scratch, { clock });
    const pages = walk(
      source,
      request,
      {
        spool,
        signal: interrupt.signal,
        maxAttempts: loaded.config.sweep.maxAttempts,
        maxPages: 20_000,
        now: () => clock.now(),
        wait: sleep,
      },
      totals,
    );
    for await (const { devices, quarantined } of pages) {
      if (devices.length > 0) await console.out(devices.map(print.row).join(''));
      for (const { vendorId, reason } of quarantined) console.note(`quarantined ${vendorId ?? '(no id)'}: ${reason}`);
    }
    const short = totals.expected !== null && totals.devices + totals.quarantined + totals.duplicates < totals.expected;
    console.note(summary(connectorId, totals));
    if (short && request.mode === 'full') console.note(`partial: the server counts ${totals.expected ?? 0} devices`);
    return short && request.mode === 'full' ? EXIT.partial : EXIT.done;
  } catch (error) {
    if (!(error instanceof PartialRunError || error instanceof PermanentError || error instanceof TransientError))
      throw error;
    console.note(
      `${summary(connectorId, totals)}\npartial: ${error.message}${error.context.hint === undefined ? '' : `\n  ${error.context.hint}`}`,
    );
    return EXIT.partial;
  } finally {
    interrupt.stop();
    connectors.close();
    spool?.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

function summary(connectorId: string, totals: WalkTotals): string {
  const warnings = totals.warnings.map((warning) => `\nwarning: ${warning}`).join('');
  return `${connectorId}: ${totals.devices} devices, ${totals.pages} pages, ${totals.requests} requests, ${totals.retries} retries, ${totals.quarantined} quarantined, ${totals.duplicates} duplicates${warnings}`;
}

interface Printer {
  readonly head: string;
  readonly row: (device: ManagedDevice) => string;
}

/** ndjson is the full record for programs; csv and table are for eyes and mask phone numbers. */
function printerFor(format: InventoryOptions['format']): Printer {
  if (format === 'ndjson') return { head: '', row: (device) => `${JSON.stringify(device)}\n` };
  const columns = ['device', 'platform', 'os', 'patch', 'model', 'enrollment', 'mode', 'last seen', 'user', 'phones'];
  const cells = (device: ManagedDevice): string[] => [
    device.deviceKey,
    device.platform,
    device.osVersion ?? '',
    device.securityPatch ?? '',
    device.model ?? '',
    device.enrollment.state,
    device.management.mode,
    device.enrollment.lastSeenAt ?? '',
    device.user.name ?? '',
    device.lines.map(({ phone }) => (phone === null ? '?' : redactPhone(phone))).join(' '),
  ];
  if (format === 'csv') {
    return {
      head: `${columns.map(quoted).join(',')}\r\n`,
      row: (device) => `${cells(device).map(quoted).join(',')}\r\n`,
    };
  }
  const widths = [20, 8, 12, 10, 18, 14, 22, 24, 18, 20];
  const line = (values: readonly string[]): string =>
    `${values
      .map((value, at) => value.slice(0, widths[at]).padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd()}\n`;
  return { head: line(columns), row: (device) => line(cells(device)) };
}

/** RFC 4180, with a guard against cells that a spreadsheet would take for formulas. */
function quoted(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
