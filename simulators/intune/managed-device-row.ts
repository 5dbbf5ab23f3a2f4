/** `managedDevice` of Graph v1.0: every property that exists there, and nothing else (facts/intune-graph.md §1.2). */
import { secondsOf } from '../fleet/iso-time';
import type { SyntheticDevice } from '../fleet/synthetic-device';
import { jsonTemplate } from '../kit/json-template';
import type { JsonTemplate } from '../kit/json-template';
import type { JsonValue } from '../kit/json-writer';
import { deviceName, managedDeviceName } from './device-name';
import {
  complianceState,
  enrollmentType,
  FOREVER,
  isAndroid,
  jailBroken,
  managementAgent,
  managementState,
  modelOf,
  NEVER,
  operatingSystem,
  ownerType,
  registrationState,
  reportedLine,
  threatState,
  ZERO_GUID,
} from './graph-words';

type Read = (device: SyntheticDevice) => JsonValue;
type Property = Read | JsonValue | readonly never[];

const DAY_MS = 86_400_000;
const GIGABYTE = 1_000_000_000;

const isoSeconds = (ms: number): string => `${secondsOf(ms)}Z`;
const textOrNull = (text: string): string | null => (text === '' ? null : text);

const PROPERTIES: Readonly<Record<string, Property>> = {
  id: ({ guid }) => guid,
  userId: ({ user }) => user?.id ?? ZERO_GUID,
  deviceName,
  managedDeviceOwnerType: ownerType,
  enrolledDateTime: ({ enrolledAt }) => isoSeconds(enrolledAt),
  lastSyncDateTime: ({ lastSeenAt }) => isoSeconds(lastSeenAt),
  operatingSystem,
  complianceState,
  jailBroken,
  managementAgent,
  osVersion: ({ osVersion }) => osVersion,
  easActivated: ({ ordinal }) => ordinal % 2 === 0,
  easDeviceId: ({ ordinal, udid }) => (ordinal % 2 === 0 ? udid : null),
  easActivationDateTime: NEVER,
  azureADRegistered: ({ enrollment }) => enrollment !== 'pending',
  deviceEnrollmentType: enrollmentType,
  activationLockBypassCode: null,
  emailAddress: ({ user }) => user?.email ?? '',
  azureADDeviceId: ({ enrollment, secondGuid }) => (enrollment === 'pending' ? ZERO_GUID : secondGuid),
  deviceRegistrationState: registrationState,
  deviceCategoryDisplayName: ({ category }) => category,
  isSupervised: ({ mode }) => mode === 'supervised',
  exchangeLastSuccessfulSyncDateTime: NEVER,
  exchangeAccessState: 'none',
  exchangeAccessStateReason: 'none',
  remoteAssistanceSessionUrl: null,
  remoteAssistanceSessionErrorDetails: null,
  isEncrypted: ({ ordinal }) => ordinal % 50 !== 0,
  userPrincipalName: ({ user }) => user?.email ?? '',
  model: modelOf,
  manufacturer: ({ manufacturer }) => manufacturer,
  imei: ({ imei }) => imei,
  complianceGracePeriodExpirationDateTime: (device) =>
    complianceState(device) === 'inGracePeriod' ? isoSeconds(device.lastSeenAt + 7 * DAY_MS) : FOREVER,
  serialNumber: ({ serial }) => serial,
  phoneNumber: (device) => reportedLine(device).phone,
  androidSecurityPatchLevel: (device) => (isAndroid(device) ? (device.securityPatch ?? '') : ''),
  userDisplayName: ({ user }) => user?.name ?? '',
  configurationManagerClientEnabledFeatures: null,
  // Not shown for personal phones enrolled since 2021-10: facts/intune-graph.md §1.4.
  wiFiMacAddress: ({ ownership, ordinal }) =>
    ownership === 'personal' ? '' : `020000${(ordinal % 0x1000000).toString(16).toUpperCase().padStart(6, '0')}`,
  deviceHealthAttestationState: null,
  subscriberCarrier: (device) => reportedLine(device).carrier,
  meid: '',
  totalStorageSpaceInBytes: ({ ordinal }) => (ordinal % 3 === 0 ? 256 : 128) * GIGABYTE,
  freeStorageSpaceInBytes: ({ ordinal }) => (4 + (ordinal % 90)) * GIGABYTE,
  managedDeviceName,
  partnerReportedThreatState: threatState,
  requireUserEnrollmentApproval: null,
  managementCertificateExpirationDate: ({ enrolledAt }) => isoSeconds(enrolledAt + 365 * DAY_MS),
  iccid: null,
  udid: null,
  notes: null,
  ethernetMacAddress: null,
  physicalMemoryInBytes: 0,
  managementState,
  enrollmentProfileName: ({ enrollmentProfile }) => textOrNull(enrollmentProfile),
  deviceActionResults: [],
};

/** Null or zero above; filled for one device that is asked with `$select` (facts/intune-graph.md §1.2, case T7). */
const ONLY_WHEN_SELECTED_ALONE: Readonly<Record<string, Property>> = {
  activationLockBypassCode: (device) => (device.mode === 'supervised' ? `SIMUL-ATOR-${device.ordinal}` : null),
  iccid: (device) => textOrNull(reportedLine(device).iccid),
  notes: '',
  physicalMemoryInBytes: ({ ordinal }) => (ordinal % 2 === 0 ? 8 : 6) * GIGABYTE,
  udid: (device) => (isAndroid(device) ? null : textOrNull(device.udid)),
};

/** A `$select` that names something `managedDevice` does not have. */
export interface UnknownProperty {
  readonly unknown: string;
}

/**
 * Writes the rows of a list, where withheld properties stay empty.
 * @param select value of `$select`, null without it.
 */
export function listRow(select: string | null): JsonTemplate<SyntheticDevice> | UnknownProperty {
  const names = selectedNames(select);
  return 'unknown' in names
    ? names
    : jsonTemplate(Object.fromEntries(names.map((name) => [name, PROPERTIES[name] ?? null])));
}

/**
 * Writes one device that is asked for alone, where withheld properties are filled when they are selected.
 * @param context value of `@odata.context`.
 */
export function singleRow(select: string | null, context: string): JsonTemplate<SyntheticDevice> | UnknownProperty {
  const names = selectedNames(select);
  if ('unknown' in names) return names;
  const disclosed = select === null ? {} : ONLY_WHEN_SELECTED_ALONE;
  return jsonTemplate({
    '@odata.context': context,
    ...Object.fromEntries(names.map((name) => [name, disclosed[name] ?? PROPERTIES[name] ?? null])),
  });
}

function selectedNames(select: string | null): readonly string[] | UnknownProperty {
  if (select === null) return Object.keys(PROPERTIES);
  const names = select.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !Object.hasOwn(PROPERTIES, name));
  return unknown === undefined ? names : { unknown };
}

/** @returns what a device shows under this property in a list; undefined for one that differs in no device. */
export function readProperty(name: string): Read | undefined {
  const property = Object.hasOwn(PROPERTIES, name) ? PROPERTIES[name] : undefined;
  return typeof property === 'function' ? property : undefined;
}
