/** One row of `/api/v2/mobile-devices/detail`: a device in Jamf's words, with the sections that were asked for. */
import type { SyntheticApp, SyntheticDevice } from '../fleet/synthetic-device';
import { jsonList, JsonPart, jsonTemplate } from '../kit/json-template';
import type { JsonTemplate } from '../kit/json-template';
import { jamfDate, macOf, orNull } from './jamf-formats';
import { network, subscription } from './line-sections';
import type { JamfFeatures } from './options';

export const SECTIONS = [
  'GENERAL',
  'HARDWARE',
  'USER_AND_LOCATION',
  'PURCHASING',
  'SECURITY',
  'APPLICATIONS',
  'EBOOKS',
  'NETWORK',
  'SERVICE_SUBSCRIPTIONS',
  'CERTIFICATES',
  'PROFILES',
  'USER_PROFILES',
  'PROVISIONING_PROFILES',
  'SHARED_USERS',
  'GROUPS',
  'EXTENSION_ATTRIBUTES',
] as const;
export type Section = (typeof SECTIONS)[number];

type Device = SyntheticDevice;

const MDM_PROFILE_LIFETIME_MS = 730 * 86_400_000;
const NONE: readonly never[] = [];

/**
 * Writes a device's row. Sections that are not wanted are null (facts/jamf-pro.md §0.5).
 * @param sections what was asked for, less the one that a LENIENT server could not print.
 */
export function detailRowTemplate(sections: ReadonlySet<Section>, features: JamfFeatures): JsonTemplate<Device> {
  const ifWanted = <V>(section: Section, value: V): V | null => (sections.has(section) ? value : null);
  return jsonTemplate<Device>({
    mobileDeviceId: ({ ordinal }) => String(ordinal),
    deviceType: 'iOS',
    hardware: ifWanted('HARDWARE', HARDWARE),
    userAndLocation: ifWanted('USER_AND_LOCATION', USER_AND_LOCATION),
    applications: ifWanted(
      'APPLICATIONS',
      jsonList(({ apps }: Device) => apps, applicationTemplate(features)),
    ),
    certificates: ifWanted('CERTIFICATES', NONE),
    profiles: ifWanted('PROFILES', jsonList(profilesOf, PROFILE)),
    groups: ifWanted(
      'GROUPS',
      jsonList(({ groups }: Device) => groups, GROUP),
    ),
    extensionAttributes: ifWanted('EXTENSION_ATTRIBUTES', NONE),
    general: ifWanted('GENERAL', generalShape(features)),
    security: ifWanted('SECURITY', SECURITY),
    ebooks: ifWanted('EBOOKS', NONE),
    network: ifWanted('NETWORK', new JsonPart(network)),
    serviceSubscriptions: ifWanted(
      'SERVICE_SUBSCRIPTIONS',
      jsonList(({ sims }: Device) => sims, subscription),
    ),
    provisioningProfiles: ifWanted('PROVISIONING_PROFILES', NONE),
    sharedUsers: ifWanted('SHARED_USERS', NONE),
    purchasing: ifWanted('PURCHASING', PURCHASING),
    userProfiles: ifWanted('USER_PROFILES', NONE),
  });
}

export function displayNameOf(ordinal: number): string {
  return `phone-${ordinal}`;
}

/** Jamf's words for how a device came in (facts/jamf-pro.md §2.2). */
function ownershipOf({ mode }: Device): string {
  if (mode === 'user-enrollment') return 'AccountDrivenUserEnrollment';
  return mode === 'device' ? 'AccountDrivenDeviceEnrollment' : 'Institutional';
}

const PRESTAGE = jsonTemplate<Device>({
  mobileDevicePrestageId: '5',
  profileName: ({ enrollmentProfile }) => enrollmentProfile,
});

const generalShape = ({ lastContact }: JamfFeatures) => ({
  udid: ({ udid }: Device) => orNull(udid),
  displayName: ({ ordinal }: Device) => displayNameOf(ordinal),
  assetTag: null,
  siteId: '-1',
  lastInventoryUpdateDate: ({ inventoryAt }: Device) => jamfDate(inventoryAt),
  ...(lastContact ? { lastContactDate: ({ lastSeenAt }: Device) => jamfDate(lastSeenAt) } : {}),
  osVersion: ({ osVersion }: Device) => orNull(osVersion),
  osRapidSecurityResponse: ({ osExtra }: Device) => osExtra,
  osBuild: ({ osBuild }: Device) => osBuild,
  osSupplementalBuildVersion: ({ osBuild }: Device) => osBuild,
  softwareUpdateDeviceId: 'D47AP',
  ipAddress: '192.0.2.10',
  managed: ({ enrollment }: Device) => enrollment !== 'unenrolled',
  supervised: ({ mode }: Device) => mode === 'supervised',
  deviceOwnershipType: ownershipOf,
  enrollmentMethodPrestage: new JsonPart<Device>((writer, device) => {
    if (device.mode === 'supervised') PRESTAGE(writer, device);
    else writer.value(null);
  }),
  enrollmentSessionTokenValid: false,
  lastEnrolledDate: ({ enrolledAt }: Device) => jamfDate(enrolledAt),
  mdmProfileExpirationDate: ({ enrolledAt }: Device) => jamfDate(enrolledAt + MDM_PROFILE_LIFETIME_MS),
  timeZone: 'Europe/London',
  declarativeDeviceManagementEnabled: true,
  managementId: ({ secondGuid }: Device) => secondGuid,
  extensionAttributes: NONE,
});

const HARDWARE = {
  capacityMb: 122880,
  availableSpaceMb: 60000,
  usedSpacePercentage: 51,
  batteryLevel: 80,
  batteryHealth: 'NORMAL',
  // Null under user enrollment, as are the addresses (facts/jamf-pro.md §2.2).
  serialNumber: ({ serial }: Device) => orNull(serial),
  wifiMacAddress: ({ serial, ordinal }: Device) => (serial === '' ? null : macOf(ordinal, '01')),
  bluetoothMacAddress: ({ serial, ordinal }: Device) => (serial === '' ? null : macOf(ordinal, '02')),
  modemFirmwareVersion: '3.00.01',
  model: ({ model }: Device) => model,
  modelIdentifier: ({ modelId }: Device) => modelId,
  modelNumber: 'MYEA3B',
  bluetoothLowEnergyCapable: true,
  deviceId: '',
  extensionAttributes: NONE,
};

const USER_AND_LOCATION = {
  username: ({ user }: Device) => user?.name ?? '',
  realName: ({ user }: Device) => (user === null ? '' : `User ${user.name.slice(4)}`),
  emailAddress: ({ user }: Device) => user?.email ?? '',
  position: '',
  // Directory text with an extension: never to be taken for the number of a line (facts/jamf-pro.md §2.2).
  phoneNumber: ({ sims }: Device) => (sims.length > 1 ? '651-555-0105 Ext111' : ''),
  departmentId: '-1',
  buildingId: '-1',
  room: '',
  building: '',
  department: '',
  extensionAttributes: NONE,
};

const attestedAt = ({ mode, inventoryAt }: Device): string | null =>
  mode === 'user-enrollment' ? null : jamfDate(inventoryAt);

const SECURITY = {
  dataProtected: true,
  blockLevelEncryptionCapable: true,
  fileLevelEncryptionCapable: true,
  passcodePresent: true,
  passcodeCompliant: true,
  passcodeCompliantWithProfile: true,
  hardwareEncryption: 3,
  activationLockEnabled: false,
  jailBreakDetected: ({ jailbroken }: Device) => jailbroken,
  attestationStatus: ({ mode }: Device) => (mode === 'user-enrollment' ? 'PENDING' : 'SUCCESS'),
  lastAttestationAttemptDate: attestedAt,
  lastSuccessfulAttestationDate: attestedAt,
  passcodeLockGracePeriodEnforcedSeconds: null,
  personalDeviceProfileCurrent: false,
  lostModeEnabled: false,
  lostModePersistent: false,
  lostModeMessage: '',
  lostModePhoneNumber: '',
  lostModeFootnote: '',
  lostModeLocation: null,
  bootstrapTokenEscrowed: 'NOT_SUPPORTED',
};

const applicationTemplate = ({ lenient }: JamfFeatures): JsonTemplate<SyntheticApp> =>
  jsonTemplate<SyntheticApp>({
    identifier: ({ id }) => id,
    name: ({ name }) => name,
    version: ({ versionCode }) => String(versionCode),
    shortVersion: ({ version }) => version,
    managementStatus: 'Managed',
    validationStatus: true,
    bundleSize: '1024',
    dynamicSize: '1423',
    // Came with the same version as LENIENT (facts/jamf-pro.md §2.6).
    ...(lenient ? { appClip: false } : {}),
  });

interface Profile {
  readonly identifier: string;
  readonly removable: boolean;
  readonly lastInstalled: string | null;
}

function profilesOf({ mode, enrolledAt }: Device): readonly Profile[] {
  const isFixed = mode === 'supervised';
  const lastInstalled = jamfDate(enrolledAt);
  const identifiers = isFixed ? ['com.example.mdm', 'com.example.rcs-readiness'] : ['com.example.mdm'];
  return identifiers.map((identifier) => ({ identifier, removable: !isFixed, lastInstalled }));
}

const PROFILE = jsonTemplate<Profile>({
  displayName: ({ identifier }) => identifier,
  version: '1',
  uuid: ({ identifier }) => identifier,
  identifier: ({ identifier }) => identifier,
  removable: ({ removable }) => removable,
  lastInstalled: ({ lastInstalled }) => lastInstalled,
});

/** Ids of the smart groups that the fleet knows. */
const GROUP_IDS = new Map([
  ['All devices', '1'],
  ['All iPhones', '2'],
  ['All iPads', '3'],
]);

export function groupIdOf(name: string): string {
  return GROUP_IDS.get(name) ?? '-1';
}

const GROUP = jsonTemplate<string>({
  groupId: groupIdOf,
  groupName: (name) => name,
  groupDescription: '',
  smart: true,
});

const PURCHASING = {
  purchased: true,
  leased: false,
  poNumber: '',
  vendor: '',
  appleCareId: '',
  purchasePrice: '',
  purchasingAccount: '',
  poDate: null,
  warrantyExpiresDate: null,
  leaseExpiresDate: null,
  lifeExpectancy: 0,
  purchasingContact: '',
  extensionAttributes: NONE,
};
