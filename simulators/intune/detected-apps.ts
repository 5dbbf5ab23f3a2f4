/** `detectedApp` rows: one per name, version and platform, never a package id (facts/intune-graph.md §1.6). */
import { createHash } from 'node:crypto';
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { Fleet, SyntheticApp } from '../fleet/synthetic-device';
import { detectedPlatform, discoveredApps } from './observable-apps';
import type { DetectedPlatform } from './observable-apps';

export interface DetectedApp {
  readonly id: string;
  readonly displayName: string;
  readonly publisher: string;
  readonly version: string;
  readonly platform: DetectedPlatform;
  readonly sizeInByte: number;
  readonly deviceCount: number;
}

/** Devices looked at between two turns of the event loop. */
const SLICE = 2048;

export interface DetectedApps {
  /** All rows in a stable order; counted anew when the fleet has changed. */
  all(): Promise<readonly DetectedApp[]>;
}

export function makeDetectedApps(fleet: Fleet): DetectedApps {
  let known: { readonly revision: number; readonly apps: Promise<readonly DetectedApp[]> } | null = null;
  return {
    all() {
      if (known?.revision !== fleet.revision) known = { revision: fleet.revision, apps: count(fleet) };
      return known.apps;
    },
  };
}

/** @returns whether a device shows this row's app in this version. */
export function hasDetectedApp(app: DetectedApp, found: readonly SyntheticApp[]): boolean {
  return found.some(({ name, version }) => name === app.displayName && version === app.version);
}

async function count(fleet: Fleet): Promise<readonly DetectedApp[]> {
  const counts = new Map<string, { readonly app: SyntheticApp; readonly platform: DetectedPlatform; n: number }>();
  let last = 0;
  for (;;) {
    const devices = fleet.slice(fleet.positionAfter(last), SLICE);
    for (const device of devices) {
      const platform = detectedPlatform(device);
      if (platform === null) continue;
      for (const app of discoveredApps(device)) {
        const key = `${platform}|${app.name}|${app.version}`;
        const entry = counts.get(key);
        if (entry === undefined) counts.set(key, { app, platform, n: 1 });
        else entry.n += 1;
      }
    }
    last = devices.at(-1)?.ordinal ?? last;
    if (devices.length < SLICE) break;
    await yieldToOthers();
  }
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { app, platform, n }]) => ({
      id: createHash('sha256').update(key).digest('hex'),
      displayName: app.name,
      publisher: platform === 'ios' ? 'Example Corp' : 'Google LLC',
      version: app.version,
      platform,
      sizeInByte: 0,
      deviceCount: n,
    }));
}
