/**
 * Columns of `DevicesWithInventory`: what is asked for, and how it comes back. The report answers request names with
 * headers of its own (`DeviceId` → `Device ID`), and which of the two a tenant gets is not a contract
 * (facts/intune-graph.md §1.5): both are understood, without regard to case, spaces and marks.
 */
import type { CsvRows } from './csv-rows';
import type { IntuneDevice } from './schema';

type Field = keyof IntuneDevice;

interface Column {
  readonly field: Field;
  /** Name in `select`. */
  readonly ask: string;
  /** Other names the header may have, as {@link headerKey} writes them. */
  readonly also: readonly string[];
}

const COLUMNS: readonly Column[] = [
  { field: 'id', ask: 'DeviceId', also: [] },
  { field: 'deviceName', ask: 'DeviceName', also: [] },
  { field: 'enrolledDateTime', ask: 'CreatedDate', also: ['enrollmentdate'] },
  { field: 'lastSyncDateTime', ask: 'LastContact', also: ['lastcheckin'] },
  { field: 'azureADDeviceId', ask: 'ReferenceId', also: ['microsoftentradeviceid', 'azureaddeviceid'] },
  { field: 'osVersion', ask: 'OSVersion', also: [] },
  { field: 'serialNumber', ask: 'SerialNumber', also: [] },
  { field: 'manufacturer', ask: 'Manufacturer', also: [] },
  { field: 'model', ask: 'Model', also: [] },
  { field: 'imei', ask: 'IMEI', also: [] },
  { field: 'androidSecurityPatchLevel', ask: 'AndroidPatchLevel', also: ['securitypatchlevel'] },
  { field: 'subscriberCarrier', ask: 'SubscriberCarrierNetwork', also: ['subscribercarrier'] },
  { field: 'userId', ask: 'UserId', also: [] },
  { field: 'userPrincipalName', ask: 'UPN', also: ['primaryuserupn'] },
  { field: 'managementAgent', ask: 'ManagementAgent', also: ['managedby'] },
  { field: 'managedDeviceOwnerType', ask: 'OwnerType', also: ['ownership'] },
  { field: 'managementState', ask: 'ManagementState', also: ['devicestate'] },
  { field: 'deviceRegistrationState', ask: 'DeviceRegistrationState', also: ['intuneregistered'] },
  { field: 'isSupervised', ask: 'IsSupervised', also: ['supervised'] },
  { field: 'operatingSystem', ask: 'DeviceType', also: ['os'] },
  { field: 'phoneNumber', ask: 'PhoneNumber', also: [] },
  { field: 'jailBroken', ask: 'JailBroken', also: [] },
  { field: 'iccid', ask: 'ICCID', also: [] },
  { field: 'eid', ask: 'EID', also: [] },
  { field: 'deviceEnrollmentType', ask: 'EnrollmentType', also: [] },
];

export const DEVICE_REPORT = 'DevicesWithInventory';
export const DEVICE_REPORT_SELECT: readonly string[] = COLUMNS.map(({ ask }) => ask);

const BY_HEADER = new Map<string, Field>(
  COLUMNS.flatMap(({ field, ask, also }) => [ask.toLowerCase(), ...also].map((name) => [name, field] as const)),
);

/** Letters and digits only, lower case. */
export function headerKey(header: string): string {
  return header.replace(/[^A-Za-z0-9]/g, '').toLowerCase();
}

/**
 * Where each field stands. A localised column (`OwnerType_loc`) comes beside a numeric one and wins over it, since the
 * numbers are not documented.
 */
export function locateFields<Name extends string>(
  header: readonly string[],
  byHeader: ReadonlyMap<string, Name>,
): ReadonlyMap<Name, number> {
  const at = new Map<Name, number>();
  const localised = new Set<Name>();
  header.forEach((text, index) => {
    const key = headerKey(text);
    const plain = byHeader.get(key);
    const field = plain ?? (key.endsWith('loc') ? byHeader.get(key.slice(0, -3)) : undefined);
    if (field === undefined) return;
    if (plain === undefined) localised.add(field);
    else if (localised.has(field)) return;
    at.set(field, index);
  });
  return at;
}

/** Without these a row says nothing about a device. */
export function hasDeviceColumns(header: readonly string[]): boolean {
  const at = locateFields(header, BY_HEADER);
  return at.has('id') && at.has('operatingSystem') && at.has('lastSyncDateTime');
}

/** Rows under the names of the device list, for the same schema and mapping. A broken record is null. */
export function deviceRows({ header, rows }: CsvRows): readonly unknown[] {
  const at = [...locateFields(header, BY_HEADER)];
  return rows.map((cells) => {
    // More or fewer cells than columns: values would stand under the wrong names.
    if (cells?.length !== header.length) return null;
    const row: Record<string, unknown> = {};
    for (const [field, index] of at) row[field] = field === 'isSupervised' ? flag(cells[index]) : cells[index];
    return row;
  });
}

function flag(text: string | undefined): boolean | null {
  switch (text?.toLowerCase()) {
    case 'true':
    case 'yes':
    case '1':
    case 'supervised':
      return true;
    case 'false':
    case 'no':
    case '0':
    case 'unsupervised':
      return false;
    default:
      return null;
  }
}
