/**
 * One row of `GET /mdm/devices/search`, and the v1 record of one device, which is the same in PascalCase with more in
 * it. Field names, absent keys and sentinels: facts/workspace-one.md §2.1.
 */
import { guidOf } from '../fleet/identifiers';
import type { SyntheticDevice, SyntheticSim } from '../fleet/synthetic-device';
import { JsonPart, jsonTemplate, writeRows } from '../kit/json-template';
import type { JsonTemplate } from '../kit/json-template';
import type { JsonWriter } from '../kit/json-writer';
import type { OrganizationGroups } from './organization-groups';
import { NEVER, zonelessTime } from './uem-time';
import { complianceStatus, platformId, searchEnrollment, searchOwnership, searchPlatform } from './uem-words';

const HOUR_MS = 3_600_000;

export interface RowContext {
  readonly groups: OrganizationGroups;
  /** Zone of the API account, minutes ahead of UTC. */
  readonly offsetMinutes: number;
}

/** As in "iPhone 6s (32 GB Silver)". */
const FINISHES = ['128 GB Black', '256 GB Blue', '128 GB White'] as const;

const POLICY_UUID = guidOf(0, 421, 1);

const CELLULAR = jsonTemplate<SyntheticSim>({
  CarrierName: ({ carrier }) => carrier,
  CardId: ({ iccid }) => iccid,
  PhoneNumber: ({ phone }) => phone ?? '',
  DeviceMCC: { SIMMCC: ({ mcc }) => mcc, CurrentMCC: ({ currentMcc }) => currentMcc },
  IsRoaming: ({ roaming }) => roaming,
});

const COUNTRY_CODES = jsonTemplate<SyntheticSim>({
  SIMMCC: ({ mcc }) => mcc,
  CurrentMCC: ({ currentMcc }) => currentMcc,
});

const USER = jsonTemplate<NonNullable<SyntheticDevice['user']>>({
  Id: { Value: ({ id }) => userNumber(id) },
  Name: ({ name }) => name,
  Uuid: ({ id }) => id,
});

/** Writes a row; keys that UEM has no sample for are absent. */
export function searchRowTemplate({ groups, offsetMinutes }: RowContext): JsonTemplate<SyntheticDevice> {
  const seen = ({ lastSeenAt }: SyntheticDevice): string => zonelessTime(lastSeenAt, offsetMinutes);
  const summary = jsonTemplate<SyntheticDevice>({
    CompliantStatus: (device) => complianceStatus(device) === 'Compliant',
    PolicyName: 'Baseline',
    PolicyDetail: '',
    LastComplianceCheck: seen,
    NextComplianceCheck: ({ lastSeenAt }) => zonelessTime(lastSeenAt + HOUR_MS, offsetMinutes),
    ActionTaken: [],
    Id: { Value: 12 },
    Uuid: POLICY_UUID,
  });
  return jsonTemplate<SyntheticDevice>({
    EasIds: {},
    TimeZone: '',
    Udid: ({ udid }) => udid,
    SerialNumber: ({ serial }) => serial,
    // Interfaces with an empty address are a known trap: facts/workspace-one.md §8.7.
    MacAddress: ({ ownership, ordinal }) => (ownership === 'personal' ? '' : macOf(ordinal)),
    Imei: ({ imei }) => imei,
    EasId: '',
    AssetNumber: ({ udid }) => udid,
    DeviceFriendlyName: friendlyName,
    DeviceReportedName: ({ platform, model }) => (platform === 'android' ? '' : model),
    LocationGroupId: {
      Id: { Value: ({ organizationGroup }) => groups.named(organizationGroup).id },
      Name: ({ organizationGroup }) => organizationGroup,
      Uuid: ({ organizationGroup }) => groups.named(organizationGroup).uuid,
    },
    LocationGroupName: ({ organizationGroup }) => organizationGroup,
    UserName: ({ user }) => user?.name ?? '',
    DataProtectionStatus: 0,
    UserEmailAddress: ({ user }) => user?.email ?? '',
    Ownership: searchOwnership,
    PlatformId: {
      Id: { Value: ({ platform }) => platformId(platform) },
      Name: ({ platform }) => searchPlatform(platform),
    },
    Platform: ({ platform }) => searchPlatform(platform),
    ModelId: { Id: { Value: ({ modelId }) => modelNumber(modelId) }, Name: ({ model }) => model },
    Model: modelName,
    OperatingSystem: ({ osVersion }) => osVersion,
    PhoneNumber: ({ sims }) => sims[0]?.phone ?? '',
    LastSeen: seen,
    EnrollmentStatus: ({ enrollment }) => searchEnrollment(enrollment),
    ComplianceStatus: complianceStatus,
    LastEnrolledOn: ({ enrolledAt }) => zonelessTime(enrolledAt, offsetMinutes),
    LastComplianceCheckOn: (device) => (device.ordinal % 5 === 0 ? NEVER : seen(device)),
    LastCompromisedCheckOn: (device) => (device.jailbroken === null ? NEVER : seen(device)),
    IsSupervised: ({ mode }) => mode === 'supervised',
    VirtualMemory: 0,
    OEMInfo: ({ platform, manufacturer }) => (searchPlatform(platform) === 'Apple' ? '' : manufacturer),
    IsDeviceDNDEnabled: false,
    IsDeviceLocatorEnabled: false,
    IsCloudBackupEnabled: false,
    IsActivationLockEnabled: false,
    IsNetworkTethered: false,
    BatteryLevel: ({ ordinal }) => `${20 + (ordinal % 80)}%`,
    IsRoaming: ({ sims }) => sims.some(({ roaming }) => roaming),
    SystemIntegrityProtectionEnabled: false,
    ProcessorArchitecture: 0,
    TotalPhysicalMemory: 0,
    AvailablePhysicalMemory: 0,
    OSBuildVersion: ({ osBuild }) => osBuild,
    EnrollmentUserUuid: ({ user }) => user?.id ?? '',
    ManagedBy: 1,
    WifiSsid: '',
    DepTokenSource: 0,
    Id: { Value: ({ ordinal }) => ordinal },
    Uuid: new JsonPart((writer, device) => {
      writer.value(device.guid);
      // Keys that may be absent come last, each with its comma.
      writeSampled(writer, device);
      if (device.enrollment !== 'pending' && device.ordinal % 4 === 0) {
        writer.text(',"ComplianceSummary":{"DeviceCompliance":[');
        summary(writer, device);
        writer.text(']}');
      }
    }),
  });
}

/** What UEM has only when it could look: facts/workspace-one.md §2.1, §8.5, §8.6. */
function writeSampled(writer: JsonWriter, device: SyntheticDevice): void {
  const { ordinal, jailbroken, securityPatch, sims, platform, user } = device;
  if (user !== null) {
    writer.text(',"UserId":');
    USER(writer, user);
  }
  // A boolean, absent, or a string that means unknown.
  if (jailbroken !== null) writer.text(jailbroken ? ',"CompromisedStatus":true' : ',"CompromisedStatus":false');
  else if (ordinal % 2 === 0) writer.text(',"CompromisedStatus":"Unknown"');
  if (device.enrollment === 'pending') return;
  if (platform === 'android' && securityPatch !== null && securityPatch !== '') {
    writer.text(',"SecurityPatchDate":');
    writer.value(`${securityPatch}T00:00:00.000`);
    writer.text(`,"IsSecurityPatchUpdate":${ordinal % 7 === 0},"SystemUpdateReceivedTime":"${NEVER}"`);
  }
  const [first] = sims;
  if (first !== undefined) {
    writer.text(',"DeviceCellularNetworkInfo":[');
    writeRows(writer, sims, CELLULAR);
    writer.text('],"DeviceMCC":');
    COUNTRY_CODES(writer, first);
  }
  if (ordinal % 10 !== 0) {
    writer.text(',"DeviceNetworkInfo":[{"ConnectionType":"Wifi","IPAddress":"10.');
    writer.text(`${(ordinal >> 16) & 255}.${(ordinal >> 8) & 255}.${ordinal & 255}`);
    writer.text('","MACAddress":"","Name":"","Vendor":""}]');
  }
}

/** A third of the Apple devices carry capacity and colour in their model: facts/workspace-one.md §8.13. */
function modelName({ ordinal, platform, model }: SyntheticDevice): string {
  if (searchPlatform(platform) !== 'Apple' || ordinal % 3 !== 0) return model;
  return `${model} (${FINISHES[(ordinal / 3) % 3] ?? FINISHES[0]})`;
}

/** Names can be empty and can hold NUL characters: facts/workspace-one.md §8.7. */
function friendlyName({ ordinal, user, model, osVersion, platform }: SyntheticDevice): string {
  if (ordinal % 211 === 0) return '';
  const name = `${user?.name ?? 'staging'} ${model} ${searchPlatform(platform)} ${osVersion}`;
  return ordinal % 53 === 0 ? `${name}\u0000` : name;
}

function macOf(ordinal: number): string {
  return `020000${(ordinal & 0xffffff).toString(16).toUpperCase().padStart(6, '0')}`;
}

/** A number that is the same for a model in every answer. */
function modelNumber(modelId: string): number {
  let number = 0;
  for (let at = 0; at < modelId.length; at += 1) number = (number * 31 + modelId.charCodeAt(at)) % 100_003;
  return number;
}

/** The numeric id of a user, from the last digits of its UUID. */
function userNumber(uuid: string): number {
  return Number.parseInt(uuid.slice(-7), 16);
}
