import { mapIntuneDevice, platformOf, splitOsVersion } from '../../../../connectors/intune/map-device';
import { intuneDevice } from '../../../../connectors/intune/schema';
import { enrollmentStateOf } from '../../../../connectors/intune/enrollment-state';
import { formatTime } from '../../../../core/device/iso-time';
import type { ManagedDevice, Platform } from '../../../../core/device/managed-device';
import { guid, NOW } from './fake-graph';

const map = (
  row: object,
  appsReported: readonly Platform[] = [],
  defaultCountry: string | null = null,
): ManagedDevice =>
  mapIntuneDevice(intuneDevice.parse({ id: guid(1), ...row }), {
    connectorId: 'intune',
    defaultCountry,
    observedAt: formatTime(NOW),
    appsReported: new Set(appsReported),
  });

const IPHONE = {
  azureADDeviceId: guid(2),
  userId: guid(3),
  userPrincipalName: 'user1@example.com',
  operatingSystem: 'iOS',
  osVersion: '26.5.1',
  androidSecurityPatchLevel: '',
  manufacturer: 'Apple',
  model: 'iPhone 16',
  serialNumber: 'TEST123456',
  imei: '001001000000017',
  phoneNumber: '+15550100123',
  subscriberCarrier: 'Example Mobile',
  managementState: 'managed',
  managementAgent: 'mdm',
  deviceEnrollmentType: 'appleBulkWithUser',
  deviceRegistrationState: 'registered',
  managedDeviceOwnerType: 'company',
  enrolledDateTime: '2026-01-01T00:00:00Z',
  lastSyncDateTime: '2026-11-20T10:00:00.1234567Z',
  isSupervised: true,
  jailBroken: 'False',
  enrollmentProfileName: 'Corporate iPhones',
  deviceCategoryDisplayName: 'Sales',
};

describe('a row of the device list as a managed device', () => {
  it('fills every field that Intune knows', () => {
    expect(map(IPHONE)).toEqual({
      deviceKey: `intune:${guid(1)}`,
      connectorId: 'intune',
      vendor: 'intune',
      vendorId: guid(1),
      platform: 'ios',
      osVersion: '26.5.1',
      osBuild: null,
      securityPatch: null,
      apiLevel: null,
      manufacturer: 'Apple',
      model: 'iPhone 16',
      modelId: null,
      serial: 'TEST123456',
      imeis: ['001001000000017'],
      udid: null,
      secondaryId: guid(2),
      enrollment: {
        state: 'enrolled',
        raw: 'managed',
        enrolledAt: '2026-01-01T00:00:00.000Z',
        lastSeenAt: '2026-11-20T10:00:00.123Z',
      },
      management: {
        supervised: true,
        mode: 'supervised',
        ownership: 'corporate',
        organizationGroup: null,
        groups: null,
        category: 'Sales',
        enrollmentProfile: 'Corporate iPhones',
        profiles: null,
      },
      user: { id: guid(3), name: 'user1@example.com', email: 'user1@example.com' },
      lines: [
        {
          slot: 1,
          phone: '+15550100123',
          phoneRaw: '+15550100123',
          iccid: null,
          eid: null,
          imei: '001001000000017',
          carrier: 'Example Mobile',
          homePlmn: null,
          carrierSettings: null,
          roaming: null,
        },
      ],
      apps: null,
      integrity: { jailbroken: false, attestation: null },
      inventoryAt: '2026-11-20T10:00:00.123Z',
      observedAt: '2026-11-25T00:00:00.000Z',
    });
  });

  it('is no device without values, yet never invents one: a bare id gives nulls', () => {
    const device = map({});
    expect(device).toMatchObject({
      platform: 'other',
      osVersion: null,
      serial: null,
      imeis: [],
      lines: [],
      apps: null,
    });
    expect(device.enrollment).toEqual({ state: 'unknown', raw: null, enrolledAt: null, lastSeenAt: null });
  });

  it('writes GUIDs in lower case, so that the list and the reports name one device', () => {
    expect(map({ id: 'ABCDEF00-0000-4000-8000-00000000000A' }).vendorId).toBe('abcdef00-0000-4000-8000-00000000000a');
  });
});

describe('T15: what must never join', () => {
  it.each([
    ['masked number', { phoneNumber: '+*******0016' }, { phone: null, phoneRaw: '+*******0016' }],
    ['blank number', { phoneNumber: ' ', subscriberCarrier: 'Example' }, { phone: null, phoneRaw: null }],
    ['national number without a country', { phoneNumber: '555-0100' }, { phone: null, phoneRaw: '555-0100' }],
  ])('%s gives a line without a phone', (_, row, line) => {
    expect(map(row).lines[0]).toMatchObject(line);
  });

  it('two devices with serial "0" keep no serial at all', () => {
    expect(map({ serialNumber: '0' }).serial).toBeNull();
    expect(map({ id: guid(9), serialNumber: '0' }).serial).toBeNull();
  });

  it.each([
    ['zero user', { userId: '00000000-0000-0000-0000-000000000000' }, (device: ManagedDevice) => device.user.id],
    [
      'zero Entra device',
      { azureADDeviceId: '00000000-0000-0000-0000-000000000000' },
      (device: ManagedDevice) => device.secondaryId,
    ],
  ])('%s is none', (_, row, read) => {
    expect(read(map(row))).toBeNull();
  });

  it('takes the default country only where the number names none', () => {
    expect(map({ phoneNumber: '020 7946 0000' }, [], 'GB').lines[0]?.phone).toBe('+442079460000');
    expect(map({ phoneNumber: '+15550100123' }, [], 'GB').lines[0]?.phone).toBe('+15550100123');
  });
});

describe('values that need reading', () => {
  it.each<[string, string, string | null, string]>([
    ['26.5.1', '26.5.1', null, 'plain'],
    ['11.2.1 (20D74)', '11.2.1', '20D74', 'an Apple build in brackets'],
    ['16.4.1 (a)', '16.4.1 (a)', null, 'a rapid response letter is no build'],
    ['16.4.1 (a) (20E772520a)', '16.4.1 (a)', '20E772520a', 'both'],
    ['16', '16', null, 'Android'],
  ])('os version %s', (text, version, build) => {
    expect(splitOsVersion(text)).toEqual({ version, build });
  });

  it.each([
    ['True', true],
    ['true', true],
    ['False', false],
    ['Unknown', null],
    ['', null],
    [null, null],
  ])('jailBroken %s', (text, expected) => {
    expect(map({ jailBroken: text }).integrity.jailbroken).toBe(expected);
  });

  it.each([
    ['2026-10-05', 'android', '2026-10-05'],
    ['', 'android', null],
    ['October 2026', 'android', null],
    ['2026-10-05', 'iOS', null],
  ])('patch level "%s" on %s', (level, operatingSystem, expected) => {
    expect(map({ androidSecurityPatchLevel: level, operatingSystem }).securityPatch).toBe(expected);
  });

  it.each([
    ['0001-01-01T00:00:00Z', 'not set'],
    ['9999-12-31T23:59:59.9999999Z', 'no end'],
  ])('the sentinel date %s (%s) is none', (date) => {
    const { enrollment } = map({ enrolledDateTime: date, lastSyncDateTime: date });
    expect([enrollment.enrolledAt, enrollment.lastSeenAt]).toEqual([null, null]);
  });

  it('a guest has no mail address in its principal name', () => {
    expect(map({ userPrincipalName: 'jo_example.com#EXT#@tenant.onmicrosoft.com' }).user.email).toBeNull();
    expect(map({ userPrincipalName: 'a@b.example', emailAddress: 'c@b.example' }).user.email).toBe('c@b.example');
  });

  it('"Unknown" is the category of a device that has none', () => {
    expect(map({ deviceCategoryDisplayName: 'Unknown' }).management.category).toBeNull();
  });
});

describe('platform', () => {
  it.each([
    ['iOS', 'iPhone 16', 'ios'],
    ['iOS', 'iPad Pro', 'ipados'],
    ['iOS', 'iPod touch', 'other'],
    ['iPadOS', 'iPad', 'ipados'],
    ['iOS/iPadOS', 'iPhone 16', 'ios'],
    ['Android', 'SM-S921B', 'android'],
    ['AndroidForWork', 'Pixel 9', 'android'],
    ['Android (Personally-Owned Work Profile)', 'Pixel 9', 'android'],
    ['macOS', 'MacBook Pro', 'macos'],
    ['Windows', 'Surface', 'windows'],
    ['Windows Phone', 'Lumia', 'other'],
    ['Linux', 'x', 'other'],
    [null, null, 'other'],
  ])('%s %s is %s', (os, model, expected) => {
    expect(platformOf(os, model)).toBe(expected);
  });
});

describe('enrolment state', () => {
  it.each([
    ['managed', 'registered', 'enrolled', 'managed'],
    ['Managed', 'Registered', 'enrolled', 'Managed'],
    ['unhealthy', 'registered', 'enrolled', 'unhealthy'],
    ['wipeFailed', 'registered', 'enrolled', 'wipeFailed'],
    ['retireFailed', 'registered', 'enrolled', 'retireFailed'],
    ['wipeCanceled', 'registered', 'enrolled', 'wipeCanceled'],
    ['retireCanceled', 'registered', 'enrolled', 'retireCanceled'],
    ['wipePending', 'registered', 'wipe-pending', 'wipePending'],
    ['Wipe issued', 'registered', 'wipe-pending', 'Wipe issued'],
    ['retirePending', 'registered', 'retire-pending', 'retirePending'],
    ['retireIssued', 'registered', 'retire-pending', 'retireIssued'],
    ['deletePending', 'registered', 'retire-pending', 'deletePending'],
    ['discovered', 'registered', 'pending', 'discovered'],
    ['managed', 'notRegisteredPendingEnrollment', 'pending', 'notRegisteredPendingEnrollment'],
    ['managed', 'approvalPending', 'pending', 'approvalPending'],
    ['managed', 'revoked', 'unknown', 'revoked'],
    ['managed', 'keyConflict', 'enrolled', 'managed'],
    ['wipePending', 'revoked', 'wipe-pending', 'wipePending'],
    ['unknownFutureValue', 'registered', 'unknown', 'unknownFutureValue'],
    ['somethingNew', 'registered', 'unknown', 'somethingNew'],
    [null, 'registered', 'enrolled', 'registered'],
    [null, 'notRegistered', 'unknown', 'notRegistered'],
    [null, null, 'unknown', null],
  ])('%s and %s: %s', (management, registration, state, raw) => {
    expect(enrollmentStateOf(management, registration)).toEqual({ state, raw });
  });
});

describe('management mode, as far as v1.0 tells it', () => {
  const android = (row: object) => ({ operatingSystem: 'Android', ...row });
  it.each([
    ['supervised iPhone', { ...IPHONE }, 'supervised'],
    [
      'user enrolment',
      { operatingSystem: 'iOS', deviceEnrollmentType: 'appleUserEnrollment', isSupervised: false },
      'user-enrollment',
    ],
    [
      'company portal enrolment',
      { operatingSystem: 'iOS', deviceEnrollmentType: 'userEnrollment', isSupervised: false },
      'device',
    ],
    [
      'Apple device of unknown enrolment',
      { operatingSystem: 'iOS', deviceEnrollmentType: 'unknown', isSupervised: false },
      'unknown',
    ],
    [
      'personal Android under Google’s controller',
      android({ managedDeviceOwnerType: 'personal', managementAgent: 'googleCloudDevicePolicyController' }),
      'work-profile',
    ],
    [
      'personal Android with Intune’s generated name',
      android({
        managedDeviceOwnerType: 'personal',
        managementAgent: 'mdm',
        deviceName: 'u1_AndroidForWork_10/17/2022_2:23 PM',
      }),
      'work-profile',
    ],
    [
      'personal Android, nothing else known',
      android({ managedDeviceOwnerType: 'personal', managementAgent: 'mdm' }),
      'unknown',
    ],
    [
      'company Android on v1.0',
      android({
        managedDeviceOwnerType: 'company',
        deviceEnrollmentType: 'unknownFutureValue',
        managementAgent: 'googleCloudDevicePolicyController',
      }),
      'unknown',
    ],
    ['told by the enum header', android({ deviceEnrollmentType: 'androidEnterpriseFullyManaged' }), 'fully-managed'],
    [
      'told by the enum header',
      android({ deviceEnrollmentType: 'androidEnterpriseCorporateWorkProfile' }),
      'corporate-work-profile',
    ],
    ['told by the enum header', android({ deviceEnrollmentType: 'androidEnterpriseDedicatedDevice' }), 'dedicated'],
    ['told by the report', { operatingSystem: 'Android (Personally-Owned Work Profile)' }, 'work-profile'],
    ['told by the report', { operatingSystem: 'Android (Corporate-Owned Work Profile)' }, 'corporate-work-profile'],
    ['Windows', { operatingSystem: 'Windows', deviceEnrollmentType: 'windowsAzureADJoin' }, 'device'],
  ])('%s: %#', (_, row, mode) => {
    expect(map(row).management.mode).toBe(mode);
  });

  it.each([
    ['company', 'corporate'],
    ['Corporate', 'corporate'],
    ['personal', 'personal'],
    ['unknown', 'unknown'],
    [null, 'unknown'],
  ])('owner %s is %s', (owner, expected) => {
    expect(map({ managedDeviceOwnerType: owner }).management.ownership).toBe(expected);
  });
});

describe('apps are null unless Intune could have seen them', () => {
  const workProfile = { operatingSystem: 'Android (Personally-Owned Work Profile)' };
  it.each([
    ['work profile: Messages may be on the personal side', workProfile, ['android'], null],
    ['work profile, no whole report', workProfile, [], null],
    [
      'corporate work profile: Messages is in the personal profile',
      { operatingSystem: 'Android (Corporate-Owned Work Profile)' },
      ['android'],
      null,
    ],
    [
      'fully managed: not established',
      { operatingSystem: 'Android', deviceEnrollmentType: 'androidEnterpriseFullyManaged' },
      ['android'],
      null,
    ],
    ['corporate iPhone, whole report', IPHONE, ['ios'], []],
    ['corporate iPhone, only Android reported', IPHONE, ['android'], null],
    [
      'personal iPhone: unmanaged apps are hidden',
      { ...IPHONE, managedDeviceOwnerType: 'personal', isSupervised: false },
      ['ios'],
      null,
    ],
    ['macOS', { operatingSystem: 'macOS' }, ['ios', 'android'], null],
  ] as const)('%s', (_, row, reported, expected) => {
    expect(map(row, reported).apps).toEqual(expected);
  });
});
