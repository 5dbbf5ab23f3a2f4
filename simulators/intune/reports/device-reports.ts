/** `DevicesWithInventory` and `Devices`: one row per device (facts/intune-graph.md §1.5). */
import type { SyntheticDevice } from '../../fleet/synthetic-device';
import { deviceName } from '../device-name';
import {
  enrollmentType,
  isAndroid,
  jailBroken,
  managementAgent,
  modelOf,
  reportedLine,
  ZERO_GUID,
} from '../graph-words';
import { column, reportTime, yesNo } from './report-shape';
import type { Report, ReportColumn, ReportRow } from './report-shape';
import {
  reportedCompliance,
  reportedOwnership,
  reportedRegistration,
  reportedState,
  reportedSystem,
} from './report-words';

const DAY_MS = 86_400_000;

const of =
  (read: (device: SyntheticDevice) => string) =>
  ({ device }: ReportRow): string =>
    read(device);

const READS = {
  id: of(({ guid }) => guid),
  name: of(deviceName),
  enrolled: of(({ enrolledAt }) => reportTime(enrolledAt)),
  lastContact: of(({ lastSeenAt }) => reportTime(lastSeenAt)),
  entraId: of(({ enrollment, secondGuid }) => (enrollment === 'pending' ? ZERO_GUID : secondGuid)),
  osVersion: of(({ osVersion }) => osVersion),
  serial: of(({ serial }) => serial),
  manufacturer: of(({ manufacturer }) => manufacturer),
  model: of(modelOf),
  imei: of(({ imei }) => imei),
  meid: () => '',
  patch: of((device) => (isAndroid(device) ? (device.securityPatch ?? '') : '')),
  carrier: of((device) => reportedLine(device).carrier),
  userId: of(({ user }) => user?.id ?? ZERO_GUID),
  upn: of(({ user }) => user?.email ?? ''),
  compliance: of(reportedCompliance),
  agent: of((device) => (managementAgent(device) === 'mdm' ? 'Intune' : 'Google Cloud DPC')),
  ownership: of(reportedOwnership),
  state: of(reportedState),
  registration: of(reportedRegistration),
  supervised: of(({ mode }) => yesNo(mode === 'supervised')),
  encrypted: of(({ ordinal }) => yesNo(ordinal % 50 !== 0)),
  system: of(reportedSystem),
  join: of(({ platform }) => (platform === 'windows' ? 'Microsoft Entra joined' : 'Microsoft Entra registered')),
  phone: of((device) => reportedLine(device).phone),
  jailbroken: of(jailBroken),
  iccid: of((device) => reportedLine(device).iccid),
  eid: of((device) => reportedLine(device).eid),
  cellular: of(({ sims }) => (sims.length === 0 ? '' : 'GSM')),
  category: of(({ category }) => category),
  enrollmentType: of(enrollmentType),
  agents: of(managementAgent),
  certificate: of(({ enrolledAt }) => reportTime(enrolledAt + 365 * DAY_MS)),
  managed: of(({ enrollment }) => yesNo(enrollment === 'enrolled')),
} satisfies Readonly<Record<string, (row: ReportRow) => string>>;

const INVENTORY_COLUMNS: readonly ReportColumn[] = [
  column('DeviceId', 'Device ID', READS.id),
  column('DeviceName', 'Device name', READS.name),
  column('CreatedDate', 'Enrollment date', READS.enrolled),
  column('LastContact', 'Last check-in', READS.lastContact),
  column('ReferenceId', 'Microsoft Entra Device ID', READS.entraId),
  column('OSVersion', 'OS version', READS.osVersion),
  column('SerialNumber', 'Serial number', READS.serial),
  column('Manufacturer', 'Manufacturer', READS.manufacturer),
  column('Model', 'Model', READS.model),
  column('IMEI', 'IMEI', READS.imei),
  column('MEID', 'MEID', READS.meid),
  column('AndroidPatchLevel', 'Security patch level', READS.patch),
  column('SubscriberCarrierNetwork', 'Subscriber carrier', READS.carrier),
  column('CategoryName', 'Category', READS.category),
  column('UserId', 'UserId', READS.userId),
  column('UPN', 'Primary user UPN', READS.upn),
  column('CompliantState', 'Compliance', READS.compliance),
  column('ManagementAgent', 'Managed by', READS.agent),
  column('OwnerType', 'Ownership', READS.ownership),
  column('ManagementState', 'Device state', READS.state),
  column('DeviceRegistrationState', 'Intune registered', READS.registration),
  column('IsSupervised', 'Supervised', READS.supervised),
  column('IsEncrypted', 'Encrypted', READS.encrypted),
  column('DeviceType', 'OS', READS.system),
  column('JoinType', 'JoinType', READS.join),
  column('PhoneNumber', 'Phone number', READS.phone),
  column('JailBroken', 'Jailbroken', READS.jailbroken),
  column('ICCID', 'ICCID', READS.iccid),
  column('EID', 'EID', READS.eid),
  column('CellularTechnology', 'CellularTechnology', READS.cellular),
  column('EnrollmentType', 'EnrollmentType', READS.enrollmentType, { onRequest: true }),
  column('ManagementAgents', 'ManagementAgents', READS.agents, { onRequest: true }),
  column('CertExpirationDate', 'CertExpirationDate', READS.certificate, { onRequest: true }),
  column('IsManaged', 'IsManaged', READS.managed, { onRequest: true }),
];

const raw = (name: string, read: (row: ReportRow) => string): ReportColumn => column(name, name, read);

const DEVICE_COLUMNS: readonly ReportColumn[] = [
  raw('DeviceId', READS.id),
  raw('DeviceName', READS.name),
  raw('ReferenceId', READS.entraId),
  raw('OS', READS.system),
  raw('OSVersion', READS.osVersion),
  raw('AndroidPatchLevel', READS.patch),
  raw('PhoneNumber', READS.phone),
  raw('SubscriberCarrierNetwork', READS.carrier),
  raw('IMEI', READS.imei),
  raw('MEID', READS.meid),
  raw('SerialNumber', READS.serial),
  raw('CompliantState', READS.compliance),
  raw('ManagementState', READS.state),
  raw('DeviceState', READS.state),
  raw('DeviceEnrollmentType', READS.enrollmentType),
  raw('OwnerType', READS.ownership),
  raw('Ownership', READS.ownership),
  raw('LastContact', READS.lastContact),
  raw('CreatedDate', READS.enrolled),
  raw('UPN', READS.upn),
  raw('UserId', READS.userId),
  raw('JailBroken', READS.jailbroken),
  raw('SupervisedStatus', READS.supervised),
];

const FILTERABLE = [
  'CategoryName',
  'CompliantState',
  'CreatedDate',
  'DeviceType',
  'EnrollmentType',
  'JailBroken',
  'LastContact',
  'ManagementAgents',
  'ManagementState',
  'OwnerType',
  'PartnerFeaturesBitmask',
];

const rowsOf = (device: SyntheticDevice): readonly ReportRow[] => [{ device, app: null }];

export const DEVICES_WITH_INVENTORY: Report = {
  name: 'DevicesWithInventory',
  columns: INVENTORY_COLUMNS,
  aliases: { ComplianceState: 'CompliantState', OS: 'DeviceType' },
  filterable: FILTERABLE,
  required: null,
  localizes: false,
  rowsOf,
};

export const DEVICES: Report = {
  name: 'Devices',
  columns: DEVICE_COLUMNS,
  aliases: {},
  filterable: FILTERABLE,
  required: null,
  localizes: false,
  rowsOf,
};
