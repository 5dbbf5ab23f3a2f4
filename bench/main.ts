/**
 * `npm run bench -- [--phones N] [--latency none|real] [--only pull|sweep]`: JSON lines on stdout, one a measurement.
 * Every figure of ours stands beside a peer's of the same run, on the same pages, from simulators in their own process.
 */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { loadConfig } from '../config/load-config';
import { LIST_SELECT } from '../connectors/intune/device-list';
import { walk } from '../core/sweep/walk';
import { runSweep } from '../core/sweep/run-sweep';
import { makeSystemClock, openConnectors, openMuster, sleep } from '../main';
import { openBlobStore } from '../storage/files/blob-store';
import { bareGraph, bareNumbered, graphPageIterator } from './peers';
import { startSimulatorProcess } from './simulator-process';
import type { SimulatorProcess } from './simulator-process';

const QUIET = { log: () => undefined, count: () => undefined };

interface Measured {
  readonly rows: number;
  readonly milliseconds: number;
}

async function timed(work: () => Promise<number>): Promise<Measured> {
  const start = performance.now();
  const rows = await work();
  return { rows, milliseconds: performance.now() - start };
}

function perSecond({ rows, milliseconds }: Measured): number {
  return Math.round((rows / milliseconds) * 1000);
}

function report(line: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Pull, validate and map, without a store. */
async function pull(simulators: SimulatorProcess, connectorId: string): Promise<number> {
  const loaded = await loadConfig(simulators.config, process.env);
  const clock = makeSystemClock();
  const connectors = await openConnectors(loaded, { clock, telemetry: QUIET, only: connectorId });
  const source = connectors.sources.get(connectorId);
  if (source === undefined) throw new Error(`no connector ${connectorId}`);
  const totals = {
    devices: 0,
    expected: null,
    pages: 0,
    requests: 0,
    retries: 0,
    throttledSeconds: 0,
    quarantined: 0,
    duplicates: 0,
    warnings: [],
  };
  const options = {
    spool: await openBlobStore(path.join(simulators.folder, 'spool'), { clock }),
    signal: new AbortController().signal,
    maxAttempts: 5,
    maxPages: 100_000,
    now: () => clock.now(),
    wait: sleep,
  };
  // App reports have no peer: only the stages that list devices are compared.
  const devicesOnly = {
    ...source,
    stages: (request: Parameters<typeof source.stages>[0]) =>
      source.stages(request).filter(({ optional }) => !optional),
  };
  let rows = 0;
  for await (const { devices } of walk(devicesOnly, { mode: 'full' }, options, totals)) rows += devices.length;
  connectors.close();
  return rows;
}

async function sweepOnce(simulators: SimulatorProcess): Promise<{ readonly devices: number; readonly state: string }> {
  const muster = await openMuster(await loadConfig(simulators.config, process.env), { telemetry: QUIET });
  try {
    const result = await runSweep(muster.ports, {
      mode: 'full',
      signal: new AbortController().signal,
      concurrency: muster.concurrency,
      idle: muster.idle,
    });
    return { devices: result.connectors.reduce((sum, { devices }) => sum + devices, 0), state: result.state };
  } finally {
    muster.close();
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      phones: { type: 'string', default: '100000' },
      latency: { type: 'string', default: 'none' },
      only: { type: 'string' },
    },
  });
  const phones = Number(values.phones);
  const simulators = await startSimulatorProcess(phones, values.latency === 'real' ? 'real' : 'none');
  try {
    const { url } = simulators;
    const loaded = await loadConfig(simulators.config, process.env);
    const access = Object.fromEntries(
      loaded.config.connectors.map((connector) => {
        const auth = connector.auth;
        if (!('clientSecret' in auth)) throw new Error('the simulators write client secrets');
        const tokenUrl =
          'tokenUrl' in auth
            ? auth.tokenUrl
            : 'authorityHost' in auth
              ? `${auth.authorityHost}/${auth.tenantId}/oauth2/v2.0/token`
              : `${connector.baseUrl}/api/v1/oauth/token`;
        return [connector.id, { tokenUrl, clientId: auth.clientId, clientSecret: auth.clientSecret }];
      }),
    );
    const of = (id: string): { tokenUrl: string; clientId: string; clientSecret: string } => {
      const found = access[id];
      if (found === undefined) throw new Error(`no connector ${id}`);
      return found;
    };
    // The peers read the same columns as we do, so that all parse the same bytes.
    const devicesPath = `/deviceManagement/managedDevices?$select=${LIST_SELECT.join(',')}`;
    const sections = [
      'GENERAL',
      'HARDWARE',
      'USER_AND_LOCATION',
      'SECURITY',
      'NETWORK',
      'SERVICE_SUBSCRIPTIONS',
      'PROFILES',
      'GROUPS',
    ]
      .map((section) => `section=${section}`)
      .join('&');

    if (values.only !== 'sweep') {
      const bareIntune = await timed(() => bareGraph(`${url}/graph/v1.0${devicesPath}`, of('intune')));
      const iterator = await timed(() => graphPageIterator(`${url}/graph`, devicesPath, of('intune')));
      const intune = await timed(() => pull(simulators, 'intune'));
      report({
        what: 'pull intune',
        phones,
        rows: intune.rows,
        perSecond: perSecond(intune),
        bare: perSecond(bareIntune),
        pageIterator: perSecond(iterator),
        ofBare: perSecond(intune) / perSecond(bareIntune),
        ofPageIterator: perSecond(intune) / perSecond(iterator),
      });
      const jamfUrl = (page: number): string =>
        `${url}/jamf/api/v2/mobile-devices/detail?${sections}&page=${page}&page-size=1000&sort=mobileDeviceId:asc`;
      const bareJamf = await timed(() => bareNumbered(jamfUrl, (body) => body['results'] as unknown[], of('jamf')));
      const jamf = await timed(() => pull(simulators, 'jamf'));
      report({
        what: 'pull jamf',
        phones,
        rows: jamf.rows,
        perSecond: perSecond(jamf),
        bare: perSecond(bareJamf),
        ofBare: perSecond(jamf) / perSecond(bareJamf),
      });
      const ws1Url = (page: number): string =>
        `${url}/ws1/api/mdm/devices/search?page=${page}&pagesize=500&orderby=deviceid`;
      const tenantCode = Object.fromEntries(
        loaded.config.connectors.flatMap(({ auth }) =>
          'tenantCode' in auth && auth.tenantCode !== undefined ? [['aw-tenant-code', auth.tenantCode]] : [],
        ),
      );
      const bareWs1 = await timed(() =>
        bareNumbered(ws1Url, (body) => body['Devices'] as unknown[], of('ws1'), {
          Accept: 'application/json;version=2',
          ...tenantCode,
        }),
      );
      const ws1 = await timed(() => pull(simulators, 'ws1'));
      report({
        what: 'pull workspace-one',
        phones,
        rows: ws1.rows,
        perSecond: perSecond(ws1),
        bare: perSecond(bareWs1),
        ofBare: perSecond(ws1) / perSecond(bareWs1),
      });
      const all = [bareIntune, bareJamf, bareWs1];
      report({
        what: 'bare, all three',
        rows: all.reduce((sum, { rows }) => sum + rows, 0),
        milliseconds: Math.round(all.reduce((sum, { milliseconds }) => sum + milliseconds, 0)),
      });
    }
    if (values.only !== 'pull') {
      for (const which of ['first', 'unchanged second']) {
        let state = '';
        const measured = await timed(async () => {
          const result = await sweepOnce(simulators);
          state = result.state;
          return result.devices;
        });
        report({
          what: `${which} sweep`,
          phones,
          state,
          rows: measured.rows,
          milliseconds: Math.round(measured.milliseconds),
          perSecond: perSecond(measured),
          peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
        });
      }
    }
  } finally {
    simulators.stop();
    rmSync(simulators.folder, { recursive: true, force: true });
  }
}

void main();
