import { loadConfig } from '../config/load-config';
import { checkPolicy } from '../core/policy/check-policy';
import { compilePolicy } from '../core/policy/compile-policy';
import type { WhatIf } from '../core/policy/what-if';
import { makeWhatIf } from '../core/policy/what-if';
import { ConfigError } from '../core/errors';
import { loadPolicy, openMuster } from '../main';
import type { Console } from './console';
import { makeLog, paint } from './console';
import { EXIT } from './exit-codes';
import type { ExitCode } from './exit-codes';
import { logLevel } from './sweep';

export interface PolicyCheckOptions {
  readonly json?: true;
  readonly config?: string;
}

/** `muster policy check`: 0 when nothing was found, 5 when something was, 2 when the file is no policy at all. */
export async function policyCheck(console: Console, file: string, options: PolicyCheckOptions): Promise<ExitCode> {
  const { policy } = await loadPolicy(file);
  let catalog = null;
  if (options.config !== undefined) {
    const muster = await openMuster(await loadConfig(options.config, process.env), { telemetry: makeLog(logLevel()) });
    catalog = muster.catalog;
    muster.close();
  }
  const findings = checkPolicy(policy, catalog, Date.now());
  if (options.json === true) {
    await console.out(`${JSON.stringify({ file, findings })}\n`);
  } else if (findings.length === 0) {
    await console.out(
      `${file}: nothing found${catalog === null ? ' (without a release feed, so not checked against models)' : ''}\n`,
    );
  } else {
    for (const { severity, path, message } of findings) {
      await console.out(`${paint(console, severity === 'error' ? 'red' : 'yellow', severity)} ${path}: ${message}\n`);
    }
  }
  return findings.length === 0 ? EXIT.done : EXIT.found;
}

export interface WhatIfOptions {
  readonly config: string;
  readonly json?: true;
}

/** `muster policy what-if`: another policy over the devices of the last sweep. */
export async function policyWhatIf(console: Console, file: string, options: WhatIfOptions): Promise<ExitCode> {
  const { policy } = await loadPolicy(file);
  const muster = await openMuster(await loadConfig(options.config, process.env), { telemetry: makeLog(logLevel()) });
  try {
    const { ports } = muster;
    const run = (await ports.runs.listRuns(1))[0];
    if (run === undefined) {
      throw new ConfigError('there is no sweep yet', [
        { path: '', message: 'no sweep was run on this state', hint: 'Run muster sweep first.' },
      ]);
    }
    // Judged at the moment of the run: a phone must not change verdict only because a day has passed.
    const tally = makeWhatIf(muster.policy, compilePolicy(policy, muster.catalog), Date.parse(run.startedAt));
    for (const [connectorId, source] of ports.sources) {
      for await (const rows of ports.devices.rows(connectorId)) {
        for (const row of rows) {
          if (row.head.tombstone === null) tally.add(ports.devices.device(row), source.sourceFields);
        }
      }
    }
    const result = tally.result();
    await console.out(options.json === true ? `${JSON.stringify({ runId: run.runId, ...result })}\n` : explain(result));
    return EXIT.done;
  } finally {
    muster.close();
  }
}

function explain(result: WhatIf): string {
  const lines = [
    `${result.changed} of ${result.phones} phones would change verdict; ${result.becomeReady} would become ready, ${result.ceaseToBeReady} would cease to be.`,
  ];
  if (result.changed === 0) return `${lines.join('\n')}\n`;
  lines.push('', 'From → to');
  for (const { from, to, phones } of result.transitions) lines.push(`  ${String(phones).padStart(8)}  ${from} → ${to}`);
  if (result.complianceTransitions.length > 0) {
    lines.push('', 'Compliance');
    for (const { from, to, phones } of result.complianceTransitions) {
      lines.push(`  ${String(phones).padStart(8)}  ${from} → ${to}`);
    }
  }
  for (const [title, counts] of [
    ['Because of', result.byRule],
    ['Platform', result.byPlatform],
    ['Model', result.byModel],
    ['Carrier', result.byCarrier],
    ['Group', result.byGroup],
  ] as const) {
    lines.push('', title);
    for (const [name, count] of Object.entries(counts).slice(0, 10))
      lines.push(`  ${String(count).padStart(8)}  ${name}`);
  }
  lines.push('', 'For example');
  for (const { deviceKey, from, to, because } of result.examples.slice(0, 10)) {
    lines.push(`  ${deviceKey}: ${from} → ${to} (${because.join('; ')})`);
  }
  return `${lines.join('\n')}\n`;
}
