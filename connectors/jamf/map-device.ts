/** One row of Jamf Pro's detail list as a managed device. */
import type { Line, ManagedDevice, ManagementMode, Ownership, Platform } from '../../core/device/managed-device';
import { deviceKey } from '../../core/device/managed-device';
import type { IsoTime } from '../../core/device/managed-device';
import {
  cleanEid,
  cleanGuid,
  cleanIccid,
  cleanImei,
  cleanSerial,
  cleanText,
} from '../../core/device/device-identifiers';
import { parseTime } from '../../core/device/iso-time';
import { normalizePhone } from '../../core/device/phone-number';
import type { JamfDevice } from './schema';

export interface JamfMapping {
  readonly connectorId: string;
  readonly watchedApps: ReadonlySet<string>;
  readonly defaultCountry: string | null;
  readonly observedAt: IsoTime;
}

/** Field names for verdicts, as the vendor's API spells them. */
export const JAMF_SOURCE_FIELDS = {
  enrollment: 'general.managed',
  lastSeen: 'general.lastContactDate',
  osVersion: 'general.osVersion',
  osBuild: 'general.osBuild',
  securityPatch: 'general.osVersion',
  apps: 'applications[].shortVersion',
  phone: 'serviceSubscriptions[].phoneNumber',
  carrier: 'serviceSubscriptions[].subscriberCarrierNetwork',
  carrierSettings: 'serviceSubscriptions[].carrierSettingsVersion',
  jailbroken: 'security.jailBreakDetected',
  profiles: 'profiles[].identifier',
} as const;

export function mapJamfDevice(row: JamfDevice, mapping: JamfMapping): ManagedDevice {
  const { general, hardware, network, security, userAndLocation } = row;
  const modelId = cleanText(hardware?.modelIdentifier);
  const platform = platformOf(row.deviceType, modelId);
  const supervised = general?.supervised ?? null;
  const extra = cleanText(general?.osRapidSecurityResponse);
  const osVersion = cleanText(general?.osVersion);
  const lines = linesOf(row, mapping.defaultCountry);
  const inventoryAt = parseTime(general?.lastInventoryUpdateDate);
  const imeis = new Set<string>();
  for (const candidate of [cleanImei(network?.imei), ...lines.map((line) => line.imei)]) {
    if (candidate !== null) imeis.add(candidate);
  }

  return {
    deviceKey: deviceKey(mapping.connectorId, row.mobileDeviceId),
    connectorId: mapping.connectorId,
    vendor: 'jamf',
    vendorId: row.mobileDeviceId,
    platform,
    osVersion: osVersion !== null && extra !== null ? `${osVersion} ${extra}` : osVersion,
    osBuild: cleanText(general?.osBuild),
    securityPatch: null,
    apiLevel: null,
    // Jamf Pro manages Apple devices only and names no manufacturer.
    manufacturer: 'Apple',
    model: cleanText(hardware?.model),
    modelId,
    serial: cleanSerial(hardware?.serialNumber),
    imeis: [...imeis],
    udid: cleanText(general?.udid),
    secondaryId: cleanGuid(general?.managementId),
    enrollment: {
      state: general?.managed === true ? 'enrolled' : general?.managed === false ? 'unenrolled' : 'unknown',
      raw: general?.managed === true ? 'managed' : general?.managed === false ? 'unmanaged' : null,
      enrolledAt: parseTime(general?.lastEnrolledDate),
      // lastContactDate exists since 11.30 (facts/jamf-pro.md §2.6); before that the inventory date is the last sign of life.
      lastSeenAt: parseTime(general?.lastContactDate) ?? inventoryAt,
    },
    management: {
      supervised,
      mode: modeOf(general?.deviceOwnershipType, supervised),
      ownership: ownershipOf(general?.deviceOwnershipType),
      organizationGroup: general?.siteId === '-1' ? null : cleanText(general?.siteId),
      groups: row.groups?.flatMap(({ groupName }) => cleanText(groupName) ?? []) ?? null,
      category: null,
      enrollmentProfile: cleanText(general?.enrollmentMethodPrestage?.profileName),
      profiles: row.profiles?.flatMap(({ identifier }) => cleanText(identifier) ?? []) ?? null,
    },
    user: {
      id: null,
      name: cleanText(userAndLocation?.username) ?? cleanText(userAndLocation?.realName),
      email: cleanText(userAndLocation?.emailAddress),
    },
    lines,
    apps: appsOf(row, mapping.watchedApps),
    integrity: { jailbroken: security?.jailBreakDetected ?? null, attestation: cleanText(security?.attestationStatus) },
    inventoryAt,
    observedAt: mapping.observedAt,
  };
}

/** `deviceType` is iOS for iPhone, iPad and iPod touch alike; the model identifier tells them apart. */
function platformOf(deviceType: string | null | undefined, modelId: string | null): Platform {
  if (deviceType?.toLowerCase() !== 'ios') return 'other';
  if (modelId?.startsWith('iPad') === true) return 'ipados';
  return modelId?.startsWith('iPod') === true ? 'other' : 'ios';
}

function isUserEnrollment(type: string | null | undefined): boolean {
  return type === 'UserEnrollment' || type === 'AccountDrivenUserEnrollment' || type === 'PersonalDeviceProfile';
}

function modeOf(type: string | null | undefined, supervised: boolean | null): ManagementMode {
  if (supervised === true) return 'supervised';
  if (isUserEnrollment(type)) return 'user-enrollment';
  return supervised === null && cleanText(type) === null ? 'unknown' : 'device';
}

function ownershipOf(type: string | null | undefined): Ownership {
  if (isUserEnrollment(type)) return 'personal';
  return type === 'Institutional' || type === 'AccountDrivenDeviceEnrollment' ? 'corporate' : 'unknown';
}

/**
 * One line per subscription. The home PLMN stands only in `network`, for one SIM: it is given to the line whose carrier
 * bears the same name, or to the only line. The visited network is never taken for it (facts/jamf-pro.md §2.2).
 */
function linesOf({ serviceSubscriptions, network }: JamfDevice, defaultCountry: string | null): Line[] {
  const home = homePlmnOf(network);
  const homeName = cleanText(network?.homeCarrierNetwork);
  const subscriptions = serviceSubscriptions ?? [];
  if (subscriptions.length === 0) {
    const iccid = cleanIccid(network?.iccid);
    const phoneRaw = cleanText(network?.phoneNumber);
    if (iccid === null && phoneRaw === null && homeName === null) return [];
    return [
      {
        slot: 1,
        phone: normalizePhone(phoneRaw, { homePlmn: home, iccid, defaultCountry }).phone,
        phoneRaw,
        iccid,
        eid: cleanEid(network?.eid),
        imei: cleanImei(network?.imei),
        carrier: homeName,
        homePlmn: home,
        carrierSettings: cleanText(network?.carrierSettingsVersion),
        roaming: network?.roaming ?? null,
      },
    ];
  }
  return subscriptions.map((subscription, index) => {
    const carrier = cleanText(subscription.subscriberCarrierNetwork);
    const iccid = cleanIccid(subscription.iccid);
    const homePlmn = subscriptions.length === 1 || (carrier !== null && carrier === homeName) ? home : null;
    const phoneRaw =
      cleanText(subscription.phoneNumber) ?? (subscriptions.length === 1 ? cleanText(network?.phoneNumber) : null);
    return {
      slot: slotOf(subscription.slot, index),
      phone: normalizePhone(phoneRaw, { homePlmn, iccid, defaultCountry }).phone,
      phoneRaw,
      iccid,
      eid: cleanEid(subscription.eid),
      imei: cleanImei(subscription.imei),
      carrier,
      homePlmn,
      carrierSettings: cleanText(subscription.carrierSettingsVersion),
      roaming: subscription.roaming ?? null,
    };
  });
}

function slotOf(slot: string | null | undefined, index: number): number {
  if (slot === 'CTSubscriptionSlotOne') return 1;
  return slot === 'CTSubscriptionSlotTwo' ? 2 : index + 1;
}

function homePlmnOf(network: JamfDevice['network']): string | null {
  const mcc = network?.homeMobileCountryCode ?? '';
  const mnc = network?.homeMobileNetworkCode ?? '';
  return /^\d{3}$/.test(mcc) && /^\d{2,3}$/.test(mnc) ? mcc + mnc : null;
}

function appsOf({ applications }: JamfDevice, watched: ReadonlySet<string>): ManagedDevice['apps'] {
  if (applications === null || applications === undefined) return null;
  return applications.flatMap(({ identifier, name, shortVersion, version }) =>
    identifier !== null && identifier !== undefined && watched.has(identifier)
      ? [
          {
            id: identifier,
            name: cleanText(name),
            version: cleanText(shortVersion) ?? cleanText(version),
            versionCode: null,
            track: null,
          },
        ]
      : [],
  );
}
