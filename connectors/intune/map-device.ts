/** One row of Intune's device list, or of its inventory report under the list's names, as a managed device. */
import {
  cleanEid,
  cleanGuid,
  cleanIccid,
  cleanImei,
  cleanSerial,
  cleanText,
} from '../../core/device/device-identifiers';
import { parseTime } from '../../core/device/iso-time';
import { deviceKey } from '../../core/device/managed-device';
import type { IsoTime, Line, ManagedDevice, Platform } from '../../core/device/managed-device';
import { normalizePhone } from '../../core/device/phone-number';
import { parsePatchLevel } from '../../core/device/security-patch';
import { enrollmentStateOf } from './enrollment-state';
import { modeOf, ownershipOf, plain, seesAllWatchedApps } from './management-mode';
import type { IntuneDevice } from './schema';

export interface IntuneMapping {
  readonly connectorId: string;
  readonly defaultCountry: string | null;
  readonly observedAt: IsoTime;
  /** Platforms whose app reports came in whole, so that silence about an app means "not installed". */
  readonly appsReported: ReadonlySet<Platform>;
}

/** Field names for verdicts, as the vendor's API spells them. */
export const INTUNE_SOURCE_FIELDS = {
  enrollment: 'managementState',
  lastSeen: 'lastSyncDateTime',
  osVersion: 'osVersion',
  osBuild: 'osVersion',
  securityPatch: 'androidSecurityPatchLevel',
  apps: 'AppInvRawData.ApplicationVersion',
  phone: 'phoneNumber',
  carrier: 'subscriberCarrier',
  carrierSettings: 'not reported by Intune',
  jailbroken: 'jailBroken',
  profiles: 'not read from Intune',
} as const;

export function mapIntuneDevice(row: IntuneDevice, mapping: IntuneMapping): ManagedDevice {
  const platform = platformOf(row.operatingSystem, row.model);
  const ownership = ownershipOf(row.managedDeviceOwnerType);
  const mode = modeOf(row, platform, ownership);
  const { version, build } = splitOsVersion(cleanText(row.osVersion));
  const { state, raw } = enrollmentStateOf(row.managementState, row.deviceRegistrationState);
  const lastSeenAt = parseTime(row.lastSyncDateTime);
  const imei = cleanImei(row.imei);
  const principal = cleanText(row.userPrincipalName);

  return {
    deviceKey: deviceKey(mapping.connectorId, row.id),
    connectorId: mapping.connectorId,
    vendor: 'intune',
    vendorId: row.id,
    platform,
    osVersion: version,
    osBuild: build,
    securityPatch: platform === 'android' ? parsePatchLevel(cleanText(row.androidSecurityPatchLevel)) : null,
    apiLevel: null,
    manufacturer: cleanText(row.manufacturer),
    model: cleanText(row.model),
    modelId: null,
    serial: cleanSerial(row.serialNumber),
    imeis: imei === null ? [] : [imei],
    // Lists leave it null (facts/intune-graph.md §7 T7) and the report has no such column.
    udid: null,
    secondaryId: cleanGuid(row.azureADDeviceId),
    enrollment: { state, raw: cleanText(raw), enrolledAt: parseTime(row.enrolledDateTime), lastSeenAt },
    management: {
      supervised: row.isSupervised ?? null,
      mode,
      ownership,
      organizationGroup: null,
      groups: null,
      category: categoryOf(row.deviceCategoryDisplayName),
      enrollmentProfile: cleanText(row.enrollmentProfileName),
      profiles: null,
    },
    // A userless enrolment carries the zero GUID: facts/intune-graph.md §1.4.
    user: { id: cleanGuid(row.userId), name: principal, email: cleanText(row.emailAddress) ?? mailOf(principal) },
    lines: linesOf(row, imei, mapping.defaultCountry),
    apps: mapping.appsReported.has(platform) && seesAllWatchedApps(platform, mode, ownership) ? [] : null,
    integrity: { jailbroken: jailbrokenOf(row.jailBroken), attestation: null },
    // Intune tells no inventory time; what a check-in brings is at most as old as the check-in says.
    inventoryAt: lastSeenAt,
    observedAt: mapping.observedAt,
  };
}

/** The list says `iOS` for iPhone, iPad and iPod alike; reports say `iOS/iPadOS` and put the mode in brackets. */
export function platformOf(operatingSystem: string | null | undefined, model: string | null | undefined): Platform {
  const os = plain(operatingSystem);
  if (os.startsWith('ios') || os.startsWith('ipados')) {
    if (model?.startsWith('iPad') === true) return 'ipados';
    if (model?.startsWith('iPod') === true) return 'other';
    return os.startsWith('ipados') ? 'ipados' : 'ios';
  }
  if (os.startsWith('android')) return 'android';
  if (os.startsWith('mac')) return 'macos';
  return os.startsWith('windows') && os !== 'windowsphone' ? 'windows' : 'other';
}

/** Some Apple builds stand behind the version: `11.2.1 (20D74)`. A rapid response letter, `(a)`, stays with the version. */
export function splitOsVersion(text: string | null): {
  readonly version: string | null;
  readonly build: string | null;
} {
  if (text?.endsWith(')') !== true) return { version: text, build: null };
  const match = /^(\d.*?)\s*\((\d{2}[A-Z]\d+[a-z]?)\)$/.exec(text);
  return match === null ? { version: text, build: null } : { version: match[1] ?? null, build: match[2] ?? null };
}

/** `Unknown` is the category of a device that has none. */
function categoryOf(text: string | null | undefined): string | null {
  const category = cleanText(text);
  return category === null || category.toLowerCase() === 'unknown' ? null : category;
}

function mailOf(principal: string | null): string | null {
  // A guest's principal name (`jo_example.com#EXT#@tenant…`) is no mail address.
  return principal?.includes('@') === true && !principal.includes('#EXT#') ? principal : null;
}

/** A string in mixed case: facts/intune-graph.md §1.2. Reports say yes and no. */
function jailbrokenOf(text: string | null | undefined): boolean | null {
  switch (plain(text)) {
    case 'true':
    case 'yes':
      return true;
    case 'false':
    case 'no':
      return false;
    default:
      return null;
  }
}

/** Intune knows one line per device; which of two SIMs it shows is not told (facts/intune-graph.md §1.4). */
function linesOf(row: IntuneDevice, imei: string | null, defaultCountry: string | null): Line[] {
  const phoneRaw = cleanText(row.phoneNumber);
  const carrier = cleanText(row.subscriberCarrier);
  const iccid = cleanIccid(row.iccid);
  const eid = cleanEid(row.eid);
  if (phoneRaw === null && carrier === null && imei === null && iccid === null && eid === null) return [];
  return [
    {
      slot: 1,
      phone: phoneRaw === null ? null : normalizePhone(phoneRaw, { iccid, defaultCountry }).phone,
      phoneRaw,
      iccid,
      eid,
      imei,
      carrier,
      homePlmn: null,
      carrierSettings: null,
      roaming: null,
    },
  ];
}
