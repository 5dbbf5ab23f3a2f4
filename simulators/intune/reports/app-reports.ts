/** `AppInvRawData` and `DeviceInstallStatusByApp`: one row per device and app (facts/intune-graph.md §1.5, §1.6). */
import type { SyntheticDevice } from '../../fleet/synthetic-device';
import { deviceName } from '../device-name';
import { operatingSystem, ZERO_GUID } from '../graph-words';
import { MOBILE_APPS } from '../mobile-apps';
import { detectedPlatform, discoveredApps, reportedAppVersion } from '../observable-apps';
import { column, reportTime } from './report-shape';
import type { Report, ReportedApp, ReportRow } from './report-shape';

const raw = (name: string, read: (device: SyntheticDevice, app: ReportedApp | null) => string, localized = false) =>
  column(name, name, ({ device, app }) => read(device, app), { localized });

export const APP_INV_RAW_DATA: Report = {
  name: 'AppInvRawData',
  columns: [
    raw(
      'ApplicationKey',
      (device, app) => `${detectedPlatform(device) ?? ''}|${app?.name ?? ''}|${app?.version ?? ''}`,
    ),
    raw('ApplicationName', (_, app) => app?.name ?? ''),
    raw('ApplicationPublisher', ({ platform }) => (platform === 'android' ? 'Google LLC' : 'Example Corp')),
    raw('ApplicationShortVersion', (_, app) => app?.version ?? ''),
    raw('ApplicationVersion', (_, app) => app?.version ?? ''),
    raw('DeviceId', ({ guid }) => guid),
    raw('DeviceName', (device) => deviceName(device)),
    raw('Platform', (device) => detectedPlatform(device) ?? ''),
    raw('OSVersion', ({ osVersion }) => osVersion),
    raw('UserId', ({ user }) => user?.id ?? ZERO_GUID),
    raw('EmailAddress', ({ user }) => user?.email ?? ''),
  ],
  aliases: {},
  filterable: [
    'ApplicationName',
    'ApplicationPublisher',
    'ApplicationVersion',
    'ApplicationShortVersion',
    'DeviceId',
    'Platform',
    'OSVersion',
    'UserId',
  ],
  required: null,
  localizes: true,
  rowsOf: (device) =>
    discoveredApps(device).map(({ id, name, version }) => ({ device, app: { id, name, version, applicationId: '' } })),
};

export const DEVICE_INSTALL_STATUS_BY_APP: Report = {
  name: 'DeviceInstallStatusByApp',
  columns: [
    raw('ApplicationId', (_, app) => app?.applicationId ?? ''),
    raw('DeviceId', ({ guid }) => guid),
    raw('DeviceName', (device) => deviceName(device)),
    raw('UserPrincipalName', ({ user }) => user?.email ?? ''),
    raw('Platform', (device) => operatingSystem(device), true),
    raw('AppVersion', (_, app) => app?.version ?? ''),
    raw('AppInstallState', () => 'Installed', true),
    raw('AppInstallStateDetails', () => '', true),
    raw('ErrorCode', () => '0'),
    raw('HexErrorCode', () => '0x0'),
    raw('LastModifiedDateTime', ({ inventoryAt }) => reportTime(inventoryAt)),
  ],
  aliases: {},
  filterable: ['ApplicationId', 'AppInstallState', 'HexErrorCode'],
  required: 'ApplicationId',
  localizes: true,
  rowsOf(device, equals): readonly ReportRow[] {
    const target = MOBILE_APPS.find(({ id }) => id === equals.get('ApplicationId'));
    if (target?.packageId === undefined) return [];
    const version = reportedAppVersion(device, target.packageId);
    if (version === null) return [];
    const app = { id: target.packageId, name: target.displayName, version, applicationId: target.id };
    return [{ device, app }];
  },
};
