/**
 * One measurement in a process of its own, so that its memory and its warm code are its own. Prints one JSON object.
 * Started by `bench/main.ts`; the arguments are a kind of work, a connector where it needs one, and a configuration file.
 */
import path from 'node:path';
import { loadConfig } from '../config/load-config';
import type { LoadedConfig } from '../config/load-config';
import { LIST_SELECT } from '../connectors/intune/device-list';
import { SECTIONS } from '../connectors/jamf/inventory';
import type { InventorySource } from '../core/ports/inventory-source';
import { runSweep } from '../core/sweep/run-sweep';
import { makeWalkTotals, walk } from '../core/sweep/walk';
import { makeSystemClock, openConnectors, openMuster, sleep } from '../main';
import { openBlobStore } from '../storage/files/blob-store';
import { bareGraph, bareNumbered, graphPageIterator } from './peers';
import type { PeerAccess, PeerRead } from './peers';
import { SILENT } from '../core/ports/telemetry';

export interface Reading {
  readonly rows: number;
  readonly pages: number;
  /** HTTP requests, where they are counted. */
  readonly requests?: number;
  readonly state?: string;
  /** Of a sweep: pages by connector. */
  readonly pagesOf?: Readonly<Record<string, number>>;
}

export interface Measurement extends Reading {
  readonly milliseconds: number;
  /** Processor time of this process. */
  readonly cpuMilliseconds: number;
  readonly peakMegabytes: number;
}

export const WORKS = ['bare', 'page-iterator', 'pull', 'pull-report', 'sweep', 'sweep-devices'] as const;
export type Work = (typeof WORKS)[number];
export const CONNECTORS = ['intune', 'jamf', 'ws1'] as const;
export type ConnectorId = (typeof CONNECTORS)[number];

/** Lists are what peers can read too; the report job of Intune is measured on its own. */
async function configured(file: string, strategy: 'list' | 'export'): Promise<LoadedConfig> {
  const loaded = await loadConfig(file, process.env);
  const connectors = loaded.config.connectors.map((connector) =>
    connector.kind === 'intune' ? { ...connector, strategy } : connector,
  );
  return { ...loaded, config: { ...loaded.config, connectors } };
}

/** App reports have no peer: only the stages that list devices are compared. */
function devicesOnly(source: InventorySource): InventorySource {
  return { ...source, stages: (request) => source.stages(request).filter(({ optional }) => !optional) };
}

/** Pull, validate and map, without a store. */
async function pull(loaded: LoadedConfig, connectorId: string): Promise<Reading> {
  const clock = makeSystemClock();
  const connectors = await openConnectors(loaded, { clock, telemetry: SILENT, only: connectorId });
  const source = connectors.sources.get(connectorId);
  if (source === undefined) throw new Error(`no connector ${connectorId}`);
  const totals = makeWalkTotals();
  const spool = await openBlobStore(loaded.resolve(`spool-${process.pid}`), { clock });
  const options = {
    spool,
    signal: new AbortController().signal,
    maxAttempts: 5,
    maxPages: 100_000,
    now: () => clock.now(),
    wait: sleep,
  };
  let rows = 0;
  for await (const { devices } of walk(devicesOnly(source), { mode: 'full' }, options, totals)) rows += devices.length;
  connectors.close();
  spool.close();
  return { rows, pages: totals.pages, requests: totals.requests };
}

async function sweep(loaded: LoadedConfig, apps: boolean): Promise<Reading> {
  const muster = await openMuster(loaded, { telemetry: SILENT });
  const { sources } = muster.ports;
  try {
    const { connectors, state } = await runSweep(
      { ...muster.ports, sources: apps ? sources : new Map([...sources].map(([id, each]) => [id, devicesOnly(each)])) },
      { mode: 'full', signal: new AbortController().signal, concurrency: muster.concurrency, idle: muster.idle },
    );
    const sum = (of: 'devices' | 'pages' | 'requests'): number =>
      connectors.reduce((total, each) => total + each[of], 0);
    const pagesOf = Object.fromEntries(connectors.map(({ id, pages }) => [id, pages]));
    return { rows: sum('devices'), pages: sum('pages'), requests: sum('requests'), state, pagesOf };
  } finally {
    muster.close();
  }
}

function accessOf(loaded: LoadedConfig, connectorId: string): PeerAccess & { readonly baseUrl: string } {
  const connector = loaded.config.connectors.find(({ id }) => id === connectorId);
  if (connector === undefined || !('clientSecret' in connector.auth)) throw new Error(`no secret for ${connectorId}`);
  const { auth, baseUrl } = connector;
  const tokenUrl =
    'tokenUrl' in auth
      ? auth.tokenUrl
      : 'authorityHost' in auth
        ? `${auth.authorityHost}/${auth.tenantId}/oauth2/v2.0/token`
        : `${baseUrl}/api/v1/oauth/token`;
  return { baseUrl, tokenUrl, clientId: auth.clientId, clientSecret: auth.clientSecret };
}

/** The peers read the same columns as we do, so that all parse the same bytes. */
const DEVICES = `/deviceManagement/managedDevices?$select=${LIST_SELECT.join(',')}`;

async function bare(loaded: LoadedConfig, connectorId: ConnectorId): Promise<PeerRead> {
  const access = accessOf(loaded, connectorId);
  const { baseUrl } = access;
  switch (connectorId) {
    case 'intune':
      return bareGraph(`${baseUrl}/v1.0${DEVICES}`, access);
    case 'jamf': {
      const sections = SECTIONS.map((section) => `section=${section}`).join('&');
      const query = `${sections}&page-size=1000&sort=mobileDeviceId:asc`;
      return bareNumbered(
        (page) => `${baseUrl}/api/v2/mobile-devices/detail?${query}&page=${page}`,
        (body) => body['results'] as unknown[],
        access,
      );
    }
    case 'ws1': {
      const codes = loaded.config.connectors.flatMap(({ auth }) =>
        'tenantCode' in auth && auth.tenantCode !== undefined ? [['aw-tenant-code', auth.tenantCode]] : [],
      );
      return bareNumbered(
        (page) => `${baseUrl}/api/mdm/devices/search?page=${page}&pagesize=500&orderby=deviceid`,
        (body) => body['Devices'] as unknown[],
        access,
        { Accept: 'application/json;version=2', ...(Object.fromEntries(codes) as Record<string, string>) },
      );
    }
  }
}

async function read(work: Work, connector: ConnectorId, file: string): Promise<Reading> {
  const loaded = await configured(path.resolve(file), work === 'pull-report' ? 'export' : 'list');
  switch (work) {
    case 'bare':
      return bare(loaded, connector);
    case 'page-iterator': {
      const access = accessOf(loaded, 'intune');
      return graphPageIterator(access.baseUrl, DEVICES, access);
    }
    case 'pull':
    case 'pull-report':
      return pull(loaded, connector);
    case 'sweep':
      return sweep(await loadConfig(path.resolve(file), process.env), true);
    case 'sweep-devices':
      return sweep(loaded, false);
  }
}

export async function measure(work: Work, connector: ConnectorId, file: string): Promise<Measurement> {
  const before = process.cpuUsage();
  const start = performance.now();
  const reading = await read(work, connector, file);
  const { user, system } = process.cpuUsage(before);
  return {
    ...reading,
    milliseconds: Math.round(performance.now() - start),
    cpuMilliseconds: Math.round((user + system) / 1000),
    peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}
