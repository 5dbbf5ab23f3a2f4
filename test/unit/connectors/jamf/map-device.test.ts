import { decodeRows } from '../../../../connectors/http/decode-rows';
import { mapJamfDevice } from '../../../../connectors/jamf/map-device';
import { jamfDevice } from '../../../../connectors/jamf/schema';
import { formatTime } from '../../../../core/device/iso-time';
import type { ManagedDevice } from '../../../../core/device/managed-device';
import type { DecodedPage } from '../../../../core/ports/inventory-source';
import { readVector } from '../../../support/read-vector';
import { describeWithVectors } from '../../../support/vectors';

const observedAt = formatTime(Date.parse('2026-11-25T08:00:00.000Z'));
const mapping = {
  connectorId: 'jamf',
  watchedApps: new Set(['com.example.archiver']),
  defaultCountry: null,
  observedAt,
};

function map(row: Readonly<Record<string, unknown>>, defaultCountry: string | null = null): ManagedDevice {
  const parsed = jamfDevice.parse({ mobileDeviceId: '123', deviceType: 'iOS', ...row });
  return mapJamfDevice(parsed, { ...mapping, defaultCountry });
}

const decode = (rows: readonly unknown[]): DecodedPage =>
  decodeRows(rows, {
    schema: jamfDevice,
    idOf: (row) => ('mobileDeviceId' in row ? row.mobileDeviceId : null),
    map: (row) => mapJamfDevice(row, mapping),
  });

describe('identity', () => {
  test('the device id is the key, be it text or a number', () => {
    expect(map({ mobileDeviceId: 123 })).toMatchObject({ deviceKey: 'jamf:123', vendorId: '123', vendor: 'jamf' });
  });

  test('sections that were not asked for are null or absent: nothing is known of them', () => {
    const nulls = Object.fromEntries(
      Object.keys(jamfDevice.shape).flatMap((key) =>
        key === 'mobileDeviceId' || key === 'deviceType' ? [] : [[key, null]],
      ),
    );
    expect(map(nulls)).toEqual(map({}));
    expect(map({})).toMatchObject({
      serial: null,
      udid: null,
      imeis: [],
      lines: [],
      apps: null,
      osVersion: null,
      enrollment: { state: 'unknown', raw: null, enrolledAt: null, lastSeenAt: null },
      management: { supervised: null, mode: 'unknown', ownership: 'unknown', groups: null, profiles: null },
      integrity: { jailbroken: null, attestation: null },
    });
  });

  // Field case 9 of facts/jamf-pro.md §8.
  test.each([null, '', 'Not Available', 'N/A', '0'])(
    'field case 9: serial %p is none, and the device is kept',
    (serialNumber) => {
      expect(map({ hardware: { serialNumber } })).toMatchObject({ vendorId: '123', serial: null });
    },
  );

  test('IMEIs are digits, of the phone and of its SIMs, each once', () => {
    const device = map({
      network: { imei: '00 100100 000005 6' },
      serviceSubscriptions: [{ imei: '001001000000056' }, { imei: '00 100100 000006 4' }, { imei: 'Not Available' }],
    });
    expect(device.imeis).toEqual(['001001000000056', '001001000000064']);
  });
});

describe('times', () => {
  // Field cases 1 and 3: the server prints one-digit fractions and empty dates.
  test.each([
    { text: '2026-11-21T08:15:26.6Z', is: '2026-11-21T08:15:26.600Z', reason: 'one digit' },
    { text: '2026-11-21T09:00:00.05Z', is: '2026-11-21T09:00:00.050Z', reason: 'two digits' },
    { text: '2026-11-21T08:15:31Z', is: '2026-11-21T08:15:31.000Z', reason: 'none' },
    { text: '2026-11-21T08:15:30.123456Z', is: '2026-11-21T08:15:30.123Z', reason: 'six' },
    { text: '', is: null, reason: 'empty' },
    { text: null, is: null, reason: 'never' },
    { text: '1970-01-01', is: '1970-01-01T00:00:00.000Z', reason: 'the epoch is a time' },
    { text: 'soon', is: null, reason: 'garbage' },
  ])('field cases 1 and 3: "$text": $reason', ({ text, is }) => {
    expect(map({ general: { lastInventoryUpdateDate: text } }).inventoryAt).toBe(is);
  });

  test('before 11.30 there is no last contact: the inventory date is the last sign of life', () => {
    const lastInventoryUpdateDate = '2026-11-20T10:00:00Z';
    expect(map({ general: { lastInventoryUpdateDate } }).enrollment.lastSeenAt).toBe('2026-11-20T10:00:00.000Z');
    const lastContactDate = '2026-11-24T10:00:00Z';
    expect(map({ general: { lastInventoryUpdateDate, lastContactDate } }).enrollment.lastSeenAt).toBe(
      '2026-11-24T10:00:00.000Z',
    );
  });
});

describe('platform', () => {
  test.each([
    { deviceType: 'iOS', modelIdentifier: 'iPhone17,3', is: 'ios' },
    { deviceType: 'iOS', modelIdentifier: 'iPad14,8', is: 'ipados' },
    { deviceType: 'iOS', modelIdentifier: 'iPod9,1', is: 'other' },
    { deviceType: 'iOS', modelIdentifier: null, is: 'ios' },
    { deviceType: 'tvOS', modelIdentifier: 'AppleTV14,1', is: 'other' },
    { deviceType: 'visionOS', modelIdentifier: null, is: 'other' },
    { deviceType: 'quantumOS', modelIdentifier: null, is: 'other' },
    { deviceType: null, modelIdentifier: 'iPhone17,3', is: 'other' },
  ])('$deviceType $modelIdentifier is $is', ({ deviceType, modelIdentifier, is }) => {
    expect(map({ deviceType, hardware: { modelIdentifier } }).platform).toBe(is);
  });
});

describe('management', () => {
  test.each([
    { type: 'Institutional', supervised: true, mode: 'supervised', ownership: 'corporate' },
    { type: 'Institutional', supervised: false, mode: 'device', ownership: 'corporate' },
    { type: 'AccountDrivenDeviceEnrollment', supervised: false, mode: 'device', ownership: 'corporate' },
    { type: 'UserEnrollment', supervised: false, mode: 'user-enrollment', ownership: 'personal' },
    { type: 'AccountDrivenUserEnrollment', supervised: false, mode: 'user-enrollment', ownership: 'personal' },
    { type: 'PersonalDeviceProfile', supervised: false, mode: 'user-enrollment', ownership: 'personal' },
    { type: null, supervised: null, mode: 'unknown', ownership: 'unknown' },
  ])('$type, supervised $supervised: $mode, $ownership', ({ type, supervised, mode, ownership }) => {
    const { management } = map({ general: { deviceOwnershipType: type, supervised } });
    expect(management).toMatchObject({ mode, ownership, supervised });
  });

  test.each([
    { managed: true, state: 'enrolled', raw: 'managed' },
    { managed: false, state: 'unenrolled', raw: 'unmanaged' },
    { managed: null, state: 'unknown', raw: null },
  ])('managed $managed is $state', ({ managed, state, raw }) => {
    expect(map({ general: { managed } }).enrollment).toMatchObject({ state, raw });
  });

  test('site -1 is no site', () => {
    expect(map({ general: { siteId: '-1' } }).management.organizationGroup).toBeNull();
    expect(map({ general: { siteId: '4' } }).management.organizationGroup).toBe('4');
  });
});

describe('lines', () => {
  const home = { homeCarrierNetwork: 'Example Mobile', homeMobileCountryCode: '234', homeMobileNetworkCode: '15' };
  const visited = { currentMobileCountryCode: '208', currentMobileNetworkCode: '01', roaming: true };
  const slot = (n: 'One' | 'Two', fields: object) => ({ slot: `CTSubscriptionSlot${n}`, ...fields });

  test('two SIMs are two lines; the home network is of the SIM whose carrier bears its name', () => {
    const { lines } = map({
      network: { ...home, ...visited },
      serviceSubscriptions: [
        slot('Two', { subscriberCarrierNetwork: 'Example US', phoneNumber: '+12025550123' }),
        slot('One', { subscriberCarrierNetwork: 'Example Mobile', phoneNumber: '+447700900123' }),
      ],
    });
    expect(lines.map(({ slot: at, phone, homePlmn }) => [at, phone, homePlmn])).toEqual([
      [2, '+12025550123', null],
      [1, '+447700900123', '23415'],
    ]);
  });

  test('the visited network is never the home network', () => {
    const { lines } = map({
      network: visited,
      serviceSubscriptions: [slot('One', { ...visited, phoneNumber: '+447700900123' })],
    });
    expect(lines).toMatchObject([{ homePlmn: null, roaming: true }]);
  });

  test.each([
    {
      subscription: '+447700900124',
      network: '+447700900125',
      phone: '+447700900124',
      reason: 'the SIM’s number first',
    },
    { subscription: '', network: '+447700900125', phone: '+447700900125', reason: 'then the phone’s' },
    { subscription: null, network: null, phone: null, reason: 'never the number of the directory' },
  ])('$reason', ({ subscription, network, phone }) => {
    const { lines } = map({
      userAndLocation: { phoneNumber: '020 7946 0000' },
      network: { phoneNumber: network },
      serviceSubscriptions: [slot('One', { phoneNumber: subscription })],
    });
    expect(lines.map((line) => line.phone)).toEqual([phone]);
  });

  test('a number without a country is of the home network’s country, before the configured one', () => {
    const row = { network: home, serviceSubscriptions: [slot('One', { phoneNumber: '07700 900123' })] };
    expect(map(row, 'DE').lines[0]).toMatchObject({ phone: '+447700900123', phoneRaw: '07700 900123' });
  });

  test('a phone without subscriptions still has its network line; a phone without both has none', () => {
    expect(map({ network: { ...home, phoneNumber: '+447700900123' } }).lines).toMatchObject([
      { slot: 1, phone: '+447700900123', carrier: 'Example Mobile', homePlmn: '23415' },
    ]);
    expect(map({ network: { imei: '001001000000056' } }).lines).toEqual([]);
  });
});

describe('apps', () => {
  const applications = [
    { identifier: 'com.example.archiver', name: 'Archiver', version: '512', shortVersion: '5.1.2' },
    { identifier: 'com.example.game', name: 'Game', version: '1', shortVersion: '1' },
    { identifier: null, name: 'Nameless', version: '1' },
  ];

  test('only watched apps are kept; none of them is an empty list; no section is not observed', () => {
    expect(map({ applications }).apps).toEqual([
      { id: 'com.example.archiver', name: 'Archiver', version: '5.1.2', versionCode: null, track: null },
    ]);
    expect(map({ applications: [] }).apps).toEqual([]);
    expect(map({ applications: null }).apps).toBeNull();
  });
});

describeWithVectors('recorded answers of Jamf Pro, record by record', () => {
  const read = (): DecodedPage => {
    const { results } = readVector('fixtures/jamf/synthetic/mobile-devices-detail.page.json') as { results: unknown[] };
    return decode(results);
  };
  const device = (id: string): ManagedDevice | undefined => read().devices.find(({ vendorId }) => vendorId === id);

  test('all six are read, none is quarantined', () => {
    expect(read()).toMatchObject({ quarantined: [], duplicates: 0, apps: [] });
    expect(read().devices.map(({ vendorId }) => vendorId)).toEqual(['1', '2', '3', '4', '5', '6']);
  });

  test('1: a supervised phone with everything', () => {
    expect(device('1')).toEqual({
      deviceKey: 'jamf:1',
      connectorId: 'jamf',
      vendor: 'jamf',
      vendorId: '1',
      platform: 'ios',
      osVersion: '26.4',
      osBuild: '23E100',
      securityPatch: null,
      apiLevel: null,
      manufacturer: 'Apple',
      model: 'iPhone 16',
      modelId: 'iPhone17,3',
      serial: 'SYNTH000001',
      imeis: ['001001000000056'],
      udid: '00008110-0000000000000001',
      secondaryId: '9932fad3-29e9-4b71-bc7c-000000000001',
      enrollment: {
        state: 'enrolled',
        raw: 'managed',
        enrolledAt: '2026-02-01T09:00:00.000Z',
        lastSeenAt: '2026-11-21T08:15:30.123Z',
      },
      management: {
        supervised: true,
        mode: 'supervised',
        ownership: 'corporate',
        organizationGroup: null,
        groups: ['RCS eligible'],
        category: null,
        enrollmentProfile: 'Corporate iPhones',
        profiles: ['D29DD9FB-0D5B-422F-A3A2-ABBC5848E949'],
      },
      user: { id: null, name: 'a.user', email: 'a.user@example.com' },
      lines: [
        {
          slot: 1,
          phone: '+447700900123',
          phoneRaw: '+447700900123',
          iccid: '8944100000000000001',
          eid: '89049032000000000000000000000163',
          imei: '001001000000056',
          carrier: 'Example Mobile',
          homePlmn: '23415',
          carrierSettings: '66.0',
          roaming: false,
        },
      ],
      apps: [{ id: 'com.example.archiver', name: 'Archiver', version: '5.1.2', versionCode: null, track: null }],
      integrity: { jailbroken: false, attestation: 'SUCCESS' },
      inventoryAt: '2026-11-21T08:15:30.123Z',
      observedAt,
    });
  });

  test('2: two SIMs and a one-digit fraction', () => {
    expect(device('2')).toMatchObject({
      inventoryAt: '2026-11-21T08:15:30.600Z',
      imeis: ['350000000000002', '350000000000010'],
      apps: null,
      lines: [
        { slot: 1, phone: '+447700900124', carrier: 'Example Mobile', homePlmn: '23415', iccid: '8944100000000000001' },
        { slot: 2, phone: '+12025550123', carrier: 'Example US', homePlmn: null, iccid: '8901260000000000014' },
      ],
    });
  });

  test('3: a user-enrolled phone hides serial, UDID and IMEI', () => {
    expect(device('3')).toMatchObject({
      serial: null,
      udid: null,
      imeis: [],
      secondaryId: '9932fad3-29e9-4b71-bc7c-000000000003',
      management: { mode: 'user-enrollment', ownership: 'personal', supervised: false },
      lines: [{ slot: 1, phone: null, carrier: 'Example Mobile', homePlmn: '23415' }],
      integrity: { jailbroken: null },
    });
  });

  test('4: an unmanaged phone of which only GENERAL is told', () => {
    expect(device('4')).toMatchObject({
      enrollment: { state: 'unenrolled', raw: 'unmanaged' },
      model: null,
      serial: null,
      lines: [],
    });
  });

  test('5: a phone that never sent inventory has no times that could move a watermark', () => {
    expect(device('5')).toMatchObject({
      osVersion: null,
      inventoryAt: null,
      enrollment: { lastSeenAt: null, state: 'enrolled' },
    });
  });

  test('6: a device type nobody knows is kept, as other', () => {
    expect(device('6')).toMatchObject({ platform: 'other', inventoryAt: '2026-11-21T09:00:00.050Z' });
  });

  test.each([
    { file: 'mobile_devices__validate_list', reason: 'the plain list' },
    { file: 'mobile_devices__validate_get', reason: 'one device' },
    { file: 'mobile_devices__validate_detail_get', reason: 'the detail of one device, which carries secrets' },
  ])('$reason is another shape: its records are quarantined, never half read', ({ file }) => {
    const answer = readVector(`fixtures/jamf/go-sdk-jamfpro-v2/${file}.json`) as { results?: unknown[] };
    const rows = answer.results ?? [answer];
    const page = decode(rows);
    expect(page.devices).toEqual([]);
    expect(page.quarantined).toHaveLength(rows.length);
    expect(page.quarantined[0]?.reason).toContain('mobileDeviceId');
  });
});
