/** The reports that carry app versions: what to ask for, and what their rows say (facts/intune-graph.md §1.5, §1.6). */
import * as z from 'zod';
import { cleanGuid, cleanText } from '../../core/device/device-identifiers';
import type { AppObservation, Quarantined } from '../../core/ports/inventory-source';
import { labelOf, matchLabel } from './app-labels';
import type { CatalogApp } from './client';
import type { CsvRows } from './csv-rows';
import { headerKey, locateFields } from './export-columns';
import type { WantedReport } from './export-job';
import type { IntuneSettings } from './settings';

export const appReport = z.discriminatedUnion('kind', [
  /** Every app with one label, whole tenant. */
  z.object({ kind: z.literal('labelled'), appId: z.string(), name: z.string() }),
  /** One assigned app by its id in the tenant's catalogue: the only way that is keyed by package name. */
  z.object({ kind: z.literal('assigned'), appId: z.string(), catalogId: z.string() }),
]);

export type AppReport = z.output<typeof appReport>;

/**
 * Reports for the watched apps; the assigned ones last, since they are sure of the app and overwrite what labels say.
 * @param catalog apps of the tenant's catalogue that are watched.
 */
export function planAppReports(
  settings: Pick<IntuneSettings, 'watchedApps' | 'appLabels'>,
  catalog: readonly CatalogApp[],
): readonly AppReport[] {
  return [
    ...settings.watchedApps.flatMap((appId): AppReport[] =>
      (labelOf(appId, settings)?.names ?? []).map((name) => ({ kind: 'labelled', appId, name })),
    ),
    ...catalog.map(({ id, appId }): AppReport => ({ kind: 'assigned', appId, catalogId: id })),
  ];
}

const LABELLED_COLUMNS = [
  'DeviceId',
  'Platform',
  'ApplicationName',
  'ApplicationPublisher',
  'ApplicationShortVersion',
  'ApplicationVersion',
] as const;
const ASSIGNED_COLUMNS = ['DeviceId', 'ApplicationId', 'AppVersion', 'AppInstallState'] as const;

type Column = (typeof LABELLED_COLUMNS)[number] | (typeof ASSIGNED_COLUMNS)[number];

const BY_HEADER = new Map<string, Column>([
  ...[...LABELLED_COLUMNS, ...ASSIGNED_COLUMNS].map((column) => [headerKey(column), column] as const),
  // `DevicesWithInventory` shows that reports rename their headers; these two read alike.
  ['intunedeviceid', 'DeviceId'],
  ['appname', 'ApplicationName'],
]);

export function wantedReport(report: AppReport): WantedReport {
  if (report.kind === 'assigned') {
    return {
      names: ['DeviceInstallStatusByApp'],
      select: ASSIGNED_COLUMNS,
      filter: `(ApplicationId eq '${quoted(report.catalogId)}')`,
      accept: (line) => hasColumns(line, ['DeviceId', 'AppVersion']),
    };
  }
  return {
    // The report was renamed twice, tenant by tenant: facts/intune-graph.md §7 T12.
    names: ['AppInvRawData', 'DetectedAppsRawData', 'DiscoveredAppsRawData'],
    select: LABELLED_COLUMNS,
    filter: `(ApplicationName eq '${quoted(report.name)}')`,
    accept: (line) => hasColumns(line, ['DeviceId', 'ApplicationName', 'ApplicationVersion']),
  };
}

/** OData doubles a quote inside a literal. */
function quoted(text: string): string {
  return text.replaceAll("'", "''");
}

function hasColumns(headerLine: string, needed: readonly Column[]): boolean {
  const at = locateFields(headerLine.split(','), BY_HEADER);
  return needed.every((column) => at.has(column));
}

export interface AppRows {
  readonly apps: readonly AppObservation[];
  readonly quarantined: readonly Quarantined[];
  /** Rows that may be the app or a namesake. */
  readonly doubtful: number;
  /** Rows of something else that the report's filter should have kept out. */
  readonly unasked: number;
}

/** @param settings give the labels; rows without a device id are quarantined. */
export function readAppRows(
  report: AppReport,
  { header, rows }: CsvRows,
  settings: Pick<IntuneSettings, 'appLabels'>,
): AppRows {
  const at = locateFields(header, BY_HEADER);
  const cell = (cells: readonly string[], column: Column): string | null => {
    const index = at.get(column);
    return index === undefined ? null : (cells[index] ?? null);
  };
  const apps = new Map<string, AppObservation>();
  const quarantined: Quarantined[] = [];
  let doubtful = 0;
  let unasked = 0;

  for (const cells of rows) {
    const vendorId = cells?.length === header.length ? cleanGuid(cell(cells, 'DeviceId')) : null;
    if (cells === null || vendorId === null) {
      quarantined.push({ vendorId: null, reason: `${report.kind} app report: a row without a device id` });
      continue;
    }
    const version = report.kind === 'labelled' ? labelledVersion(report, cells) : assignedVersion(report, cells);
    if (version === 'doubtful') doubtful += 1;
    else if (version === 'unasked') unasked += 1;
    else if (version !== 'silent') {
      apps.set(vendorId, {
        vendorId,
        appId: report.appId,
        name: report.kind === 'labelled' ? report.name : null,
        version: version.version,
        versionCode: null,
        installed: true,
      });
    }
  }
  return { apps: [...apps.values()], quarantined, doubtful, unasked };

  function labelledVersion(
    { appId, name }: Extract<AppReport, { kind: 'labelled' }>,
    cells: readonly string[],
  ): { readonly version: string | null } | 'doubtful' | 'unasked' | 'silent' {
    const label = labelOf(appId, settings);
    if (label === null) return 'silent';
    const row = {
      name: cell(cells, 'ApplicationName'),
      publisher: cell(cells, 'ApplicationPublisher'),
      platform: cell(cells, 'Platform'),
      shortVersion: cell(cells, 'ApplicationShortVersion'),
      version: cell(cells, 'ApplicationVersion'),
    };
    const match = matchLabel(appId, label, name, row);
    if (match.kind === 'match') return { version: match.version };
    if (match.kind === 'doubtful') return 'doubtful';
    return row.name === name ? 'silent' : 'unasked';
  }

  function assignedVersion(
    { catalogId }: Extract<AppReport, { kind: 'assigned' }>,
    cells: readonly string[],
  ): { readonly version: string } | 'unasked' | 'silent' {
    const application = cleanGuid(cell(cells, 'ApplicationId'));
    if (application !== null && application !== catalogId.toLowerCase()) return 'unasked';
    // A blank version says nothing: apps that are only made available report no status (facts/intune-graph.md §1.6).
    const version = cleanText(cell(cells, 'AppVersion'));
    return version === null ? 'silent' : { version };
  }
}
