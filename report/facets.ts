/**
 * What figures are about and lists are filtered by: name and values, as they stand in links (`#devices?carrier=…`).
 * Each facet has a column in the CSV, so that a list that is cut here can be had in full there.
 */
import type { Line, ManagedDevice, Platform } from '../core/device/managed-device';
import type { Verdict } from '../core/policy/verdict';
import { appLabel } from './app-names';
import type { ReportRow } from './report-row';

/** Facets that have a table of their own: one row per value, with what became of the phones. */
export const BREAKDOWNS = ['platform', 'os', 'patch', 'app', 'model', 'carrier', 'mode', 'connector'] as const;
export type BreakdownName = (typeof BREAKDOWNS)[number];

/** One value per breakdown. */
export type PerBreakdown<T> = Readonly<Record<BreakdownName, T>>;

/** Fills in one value per breakdown. */
export function perBreakdown<T>(make: (name: BreakdownName) => T): PerBreakdown<T> {
  return {
    platform: make('platform'),
    os: make('os'),
    patch: make('patch'),
    app: make('app'),
    model: make('model'),
    carrier: make('carrier'),
    mode: make('mode'),
    connector: make('connector'),
  };
}

/** Values beyond the ones shown are one value, so that their figure leads to a list too. */
export const OTHER = 'Other';
export const NONE_REPORTED = 'Not reported';
export const NOT_OBSERVABLE = 'Not observable';
export const NOT_INSTALLED = 'Not installed';

const PLATFORM_NAMES: Readonly<Record<Platform, string>> = {
  ios: 'iOS',
  ipados: 'iPadOS',
  android: 'Android',
  macos: 'macOS',
  windows: 'Windows',
  other: 'Other',
};

export function platformName(platform: Platform): string {
  return PLATFORM_NAMES[platform];
}

/** The line a verdict speaks of; the first line where it speaks of none. */
export function bestLine(device: ManagedDevice, verdict: Verdict): Line | null {
  return device.lines.find((line) => line.slot === verdict.bestLine) ?? device.lines[0] ?? null;
}

/** Carrier of the line that decides, by name; its PLMN where it has no name. */
export function carrierOf(row: ReportRow): string {
  const line = bestLine(row.device, row.verdict);
  return line?.carrier ?? line?.homePlmn ?? NONE_REPORTED;
}

/** Versions of watched apps; an iPhone's messages app is part of its OS. */
function appValues(device: ManagedDevice): readonly string[] {
  if (device.apps === null) return device.platform === 'android' ? [NOT_OBSERVABLE] : [];
  if (device.apps.length === 0) return device.platform === 'android' ? [NOT_INSTALLED] : [];
  return [...new Set(device.apps.map(appLabel))];
}

/** Values of one breakdown for one row; none where the facet says nothing about such a phone. */
export function breakdownValues(name: BreakdownName, row: ReportRow): readonly string[] {
  const { device } = row;
  switch (name) {
    case 'platform':
      return [platformName(device.platform)];
    case 'os':
      return [`${platformName(device.platform)} ${device.osVersion ?? 'not reported'}`];
    case 'patch':
      return device.platform === 'android' ? [device.securityPatch?.slice(0, 7) ?? NONE_REPORTED] : [];
    case 'app':
      return appValues(device);
    case 'model':
      return [device.model ?? device.modelId ?? NONE_REPORTED];
    case 'carrier':
      return [carrierOf(row)];
    case 'mode':
      return [device.management.mode];
    case 'connector':
      return [device.connectorId];
  }
}

/** Marks that cut across the ladder. */
export type Flag = 'cannot-update' | 'reporting' | 'jailbroken';

/** Seen within the days that policy asks for: neither failing nor unknown on that rung. */
export function isReporting(verdict: Verdict): boolean {
  return !verdict.failing.includes('reporting') && !verdict.unknown.includes('reporting');
}

export function flagsOf(row: Pick<ReportRow, 'device' | 'verdict'>): readonly Flag[] {
  const flags: Flag[] = [];
  if (row.verdict.cannotUpdate) flags.push('cannot-update');
  if (row.verdict.applicable && isReporting(row.verdict)) flags.push('reporting');
  if (row.device.integrity.jailbroken === true) flags.push('jailbroken');
  return flags;
}

/** What became of a phone, as the three colours of the report. */
export type Outcome = 'ready' | 'blocked' | 'undetermined';

export function outcomeOf(standing: Verdict['standing']): Outcome {
  if (standing === 'ready') return 'ready';
  return standing === null || standing === 'undetermined' ? 'undetermined' : 'blocked';
}
