/** Rows of Workspace ONE's device searches as managed devices. */
import { cleanGuid, cleanIccid, cleanImei, cleanSerial, cleanText } from '../../core/device/device-identifiers';
import { parseTime } from '../../core/device/iso-time';
import { deviceKey } from '../../core/device/managed-device';
import type { IsoTime, Line, ManagedDevice } from '../../core/device/managed-device';
import { normalizePhone } from '../../core/device/phone-number';
import { parsePatchLevel } from '../../core/device/security-patch';
import { readAccountTime } from './account-time';
import type { ExtensiveRow, SearchRow } from './schema';
import { enrollmentState, isApple, managementMode, ownership, platform } from './vocabulary';

export interface UemMapping {
  readonly connectorId: string;
  readonly defaultCountry: string | null;
  /** How far zone-less times are ahead of UTC. */
  readonly offsetMinutes: number;
  readonly observedAt: IsoTime;
}

/** Field names for verdicts, as the vendor's API spells them. */
export const UEM_SOURCE_FIELDS = {
  enrollment: 'EnrollmentStatus',
  lastSeen: 'LastSeen',
  osVersion: 'OperatingSystem',
  osBuild: 'OSBuildVersion',
  securityPatch: 'SecurityPatchDate',
  apps: 'mam/apps devices[].installed_version',
  phone: 'DeviceCellularNetworkInfo[].PhoneNumber',
  carrier: 'DeviceCellularNetworkInfo[].CarrierName',
  // The search tells neither carrier bundles nor profiles: the values are always unknown.
  carrierSettings: 'DeviceCellularNetworkInfo',
  jailbroken: 'CompromisedStatus',
  profiles: 'Device search',
} as const;

/**
 * A device of `/mdm/devices/search` version 2. The key is the Uuid in lower case: a serial can stand on several records
 * after a re-enrollment (facts/workspace-one.md §2.3), and the numeric id is what old events name.
 */
export function mapSearchRow(row: SearchRow, mapping: UemMapping): ManagedDevice {
  const { connectorId, offsetMinutes } = mapping;
  const vendorId = row.Uuid.toLowerCase();
  const model = modelName(row);
  const found = platform(cleanText(row.Platform), model);
  const supervised = isApple(found) ? (row.IsSupervised ?? null) : null;
  const owner = ownership(cleanText(row.Ownership));
  const raw = cleanText(row.EnrollmentStatus);
  const lastSeenAt = readAccountTime(row.LastSeen, offsetMinutes);
  const imei = cleanImei(row.Imei);
  return {
    deviceKey: deviceKey(connectorId, vendorId),
    connectorId,
    vendor: 'workspace-one',
    vendorId,
    platform: found,
    osVersion: cleanText(row.OperatingSystem),
    osBuild: cleanText(row.OSBuildVersion),
    securityPatch: found === 'android' ? patchLevel(row.SecurityPatchDate) : null,
    apiLevel: null,
    manufacturer: cleanText(row.OEMInfo) ?? (isApple(found) ? 'Apple' : null),
    model,
    modelId: null,
    serial: cleanSerial(row.SerialNumber),
    imeis: imei === null ? [] : [imei],
    udid: cleanText(row.Udid),
    secondaryId: textOf(row.Id?.Value),
    enrollment: {
      state: enrollmentState(raw),
      raw,
      enrolledAt: readAccountTime(row.LastEnrolledOn, offsetMinutes),
      lastSeenAt,
    },
    management: {
      supervised,
      mode: managementMode(found, supervised, owner, textOf(row.ManagedBy)),
      ownership: owner,
      organizationGroup: cleanText(row.LocationGroupName),
      groups: null,
      category: null,
      enrollmentProfile: null,
      profiles: null,
    },
    user: {
      id: cleanGuid(row.EnrollmentUserUuid) ?? cleanGuid(row.UserId?.Uuid),
      name: cleanText(row.UserName) ?? cleanText(row.UserId?.Name),
      email: cleanText(row.UserEmailAddress),
    },
    lines: linesOf(row, mapping.defaultCountry),
    apps: null,
    integrity: {
      // Three states: a missing key and any text mean unknown (facts/workspace-one.md §2.1).
      jailbroken: typeof row.CompromisedStatus === 'boolean' ? row.CompromisedStatus : null,
      attestation: null,
    },
    inventoryAt: readAccountTime(row.LastSystemSampleTime, offsetMinutes) ?? lastSeenAt,
    observedAt: mapping.observedAt,
  };
}

/**
 * A device of the unenrolled feed. The row has few columns and its stage is `partial`: all it says is that this enrollment
 * has ended. Mail, user and UDID are emptied by the server on unenrollment (facts/workspace-one.md §5), so they are read
 * as "not told". The state is the row's own word: a server that ignores the filter unenrolls nobody.
 */
export function mapExtensiveRow(
  row: ExtensiveRow,
  { connectorId, offsetMinutes, observedAt }: UemMapping,
): ManagedDevice {
  const vendorId = row.DeviceUuid.toLowerCase();
  const raw = cleanText(row.EnrollmentStatus);
  return {
    deviceKey: deviceKey(connectorId, vendorId),
    connectorId,
    vendor: 'workspace-one',
    vendorId,
    platform: 'other',
    osVersion: null,
    osBuild: null,
    securityPatch: null,
    apiLevel: null,
    manufacturer: null,
    model: null,
    modelId: null,
    serial: cleanSerial(row.SerialNumber),
    imeis: [],
    udid: cleanText(row.Udid),
    secondaryId: textOf(row.DeviceId),
    enrollment: {
      state: enrollmentState(raw),
      raw,
      enrolledAt: readAccountTime(row.EnrollmentDate, offsetMinutes),
      lastSeenAt: readAccountTime(row.LastSeen, offsetMinutes),
    },
    management: {
      supervised: null,
      mode: 'unknown',
      ownership: 'unknown',
      organizationGroup: null,
      groups: null,
      category: null,
      enrollmentProfile: null,
      profiles: null,
    },
    user: { id: null, name: cleanText(row.UserName), email: null },
    lines: [],
    apps: null,
    integrity: { jailbroken: null, attestation: null },
    inventoryAt: null,
    observedAt,
  };
}

/** Some model names carry capacity and colour, "iPhone 6s (32 GB Silver)": one model, not twelve (§8 case 13). */
function modelName(row: SearchRow): string | null {
  const name = cleanText(row.Model);
  return name?.endsWith(')') === true ? name.replace(/ ?\(\d+ ?[GT]B\b[^()]*\)$/, '') : name;
}

const patchLevels = new Map<string, string | null>();
const MAX_PATCH_LEVELS = 2_000;

/** A date, whatever the account's zone: only its day part is read. Remembered, since a fleet has some dozen of them. */
function patchLevel(text: string | null | undefined): string | null {
  if (text === null || text === undefined || text === '') return null;
  const known = patchLevels.get(text);
  if (known !== undefined) return known;
  const cleaned = cleanText(text);
  const level = parsePatchLevel(cleaned?.slice(0, 10)) ?? parsePatchLevel(parseTime(cleaned)?.slice(0, 10));
  if (patchLevels.size < MAX_PATCH_LEVELS) patchLevels.set(text, level);
  return level;
}

/**
 * One line per SIM. The carrier comes as a name and a country code without network code, which is no PLMN
 * (facts/workspace-one.md §2.6): it only tells the country of a number written without one. The visited network
 * (CurrentMCC) is never read.
 */
function linesOf(row: SearchRow, defaultCountry: string | null): Line[] {
  const sims = row.DeviceCellularNetworkInfo ?? [];
  if (sims.length === 0) {
    const phoneRaw = cleanText(row.PhoneNumber);
    if (phoneRaw === null) return [];
    const mcc = countryCode(row.DeviceMCC?.SIMMCC);
    return [line(1, phoneRaw, normalizePhone(phoneRaw, { mcc, defaultCountry }).phone, null, null, row.IsRoaming)];
  }
  return sims.map((sim, index) => {
    const only = sims.length === 1;
    // With two SIMs nothing tells whose number the device's own is.
    const phoneRaw = cleanText(sim.PhoneNumber) ?? (only ? cleanText(row.PhoneNumber) : null);
    const iccid = cleanIccid(textOf(sim.CardId));
    const mcc = countryCode(sim.DeviceMCC?.SIMMCC) ?? (only ? countryCode(row.DeviceMCC?.SIMMCC) : null);
    const { phone } = normalizePhone(phoneRaw, { mcc, iccid, defaultCountry });
    return line(index + 1, phoneRaw, phone, iccid, cleanText(sim.CarrierName), sim.IsRoaming);
  });
}

function line(
  slot: number,
  phoneRaw: string | null,
  phone: Line['phone'],
  iccid: string | null,
  carrier: string | null,
  roaming: boolean | null | undefined,
): Line {
  return {
    slot,
    phone,
    phoneRaw,
    iccid,
    eid: null,
    imei: null,
    carrier,
    homePlmn: null,
    carrierSettings: null,
    roaming: roaming ?? null,
  };
}

function countryCode(value: string | number | null | undefined): string | null {
  const text = textOf(value);
  return text !== null && /^\d{3}$/.test(text) ? text : null;
}

function textOf(value: string | number | null | undefined): string | null {
  return typeof value === 'number' ? String(value) : cleanText(value);
}
