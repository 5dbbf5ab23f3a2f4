import { decodeRows } from '../../../../connectors/http/decode-rows';
import { mapExtensiveRow, mapSearchRow } from '../../../../connectors/workspace-one/map-device';
import { extensiveRow, searchRow } from '../../../../connectors/workspace-one/schema';
import { formatTime } from '../../../../core/device/iso-time';
import type { ManagedDevice } from '../../../../core/device/managed-device';
import type { DecodedPage } from '../../../../core/ports/inventory-source';
import { readVector } from '../../../support/read-vector';
import { describeWithVectors } from '../../../support/vectors';

const UUID = '0D1C2B3A-1111-4222-8333-444455556666';
const observedAt = formatTime(Date.parse('2026-11-25T08:00:00.000Z'));

function map(
  row: Readonly<Record<string, unknown>>,
  offsetMinutes = 0,
  defaultCountry: string | null = null,
): ManagedDevice {
  return mapSearchRow(searchRow.parse({ Uuid: UUID, ...row }), {
    connectorId: 'ws1',
    defaultCountry,
    offsetMinutes,
    observedAt,
  });
}

const SIM = {
  CarrierName: 'Example Mobile',
  CardId: '8944100000000000001',
  PhoneNumber: '+447700900123',
  DeviceMCC: { SIMMCC: '234', CurrentMCC: '208' },
  IsRoaming: true,
};

describe('identity', () => {
  test('the Uuid in lower case is the key, so that all calls meet; the number is kept beside it', () => {
    expect(map({ Id: { Value: 5614 } })).toMatchObject({
      deviceKey: `ws1:${UUID.toLowerCase()}`,
      vendorId: UUID.toLowerCase(),
      secondaryId: '5614',
    });
  });

  test('field case 6: a row with a Uuid and nothing else is a device of which nothing is known', () => {
    expect(map({})).toEqual({
      deviceKey: `ws1:${UUID.toLowerCase()}`,
      connectorId: 'ws1',
      vendor: 'workspace-one',
      vendorId: UUID.toLowerCase(),
      platform: 'other',
      osVersion: null,
      osBuild: null,
      securityPatch: null,
      apiLevel: null,
      manufacturer: null,
      model: null,
      modelId: null,
      serial: null,
      imeis: [],
      udid: null,
      secondaryId: null,
      enrollment: { state: 'unknown', raw: null, enrolledAt: null, lastSeenAt: null },
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
      user: { id: null, name: null, email: null },
      lines: [],
      apps: null,
      integrity: { jailbroken: null, attestation: null },
      inventoryAt: null,
      observedAt,
    });
  });

  test('field case 6: every other key may be null as well as absent', () => {
    const nulls = Object.fromEntries(Object.keys(searchRow.shape).map((key) => [key, null]));
    expect(map({ ...nulls, Uuid: UUID })).toEqual(map({}));
  });

  test('field case 5: a device without a user', () => {
    expect(map({ UserName: '', UserEmailAddress: '' }).user).toEqual({ id: null, name: null, email: null });
  });

  test('field case 7: NUL characters and blanks are no part of a name', () => {
    const device = map({ UserName: 'alice\u0000', OperatingSystem: '\u0000', LocationGroupName: ' Retail\u0000 ' });
    expect(device).toMatchObject({
      osVersion: null,
      user: { name: 'alice' },
      management: { organizationGroup: 'Retail' },
    });
  });

  test.each([
    { serial: '0', kept: null, reason: 'a placeholder' },
    { serial: '', kept: null, reason: 'withheld' },
    { serial: 'TEST123', kept: 'TEST123', reason: 'a serial' },
  ])('serial "$serial": $reason', ({ serial, kept }) => {
    expect(map({ SerialNumber: serial }).serial).toBe(kept);
  });
});

describe('system and model', () => {
  test.each([
    { model: 'iPhone 6s (32 GB Silver)', is: 'iPhone 6s', reason: 'capacity and colour are no model (§8 case 13)' },
    { model: 'iPhone 16 Pro (1 TB Natural)', is: 'iPhone 16 Pro', reason: 'the same in terabytes' },
    { model: 'iPad Air (5th generation)', is: 'iPad Air (5th generation)', reason: 'a generation is a model' },
    { model: 'SM-S921B', is: 'SM-S921B', reason: 'as it stands' },
  ])('$model: $reason', ({ model, is }) => {
    expect(map({ Platform: 'Apple', Model: model }).model).toBe(is);
  });

  test.each([
    { text: '2026-10-05T00:00:00.000', is: '2026-10-05', reason: 'the layout of the search' },
    { text: '2026-10-05', is: '2026-10-05', reason: 'a date' },
    { text: '10/05/2026', is: '2026-10-05', reason: 'month first' },
    { text: '0001-01-01T00:00:00.000', is: null, reason: '"never"' },
    { text: 'unknown', is: null, reason: 'a word' },
  ])('patch level $text: $reason', ({ text, is }) => {
    // The account's zone must not move a date to the day before.
    expect(map({ Platform: 'Android', SecurityPatchDate: text }, 600).securityPatch).toBe(is);
    expect(map({ Platform: 'Apple', SecurityPatchDate: text }).securityPatch).toBeNull();
  });

  test.each([
    { value: true, jailbroken: true },
    { value: false, jailbroken: false },
    { value: 'Unknown', jailbroken: null },
    { value: 'true', jailbroken: null },
    { value: undefined, jailbroken: null },
    { value: null, jailbroken: null },
  ])('CompromisedStatus $value has three states', ({ value, jailbroken }) => {
    expect(map({ CompromisedStatus: value }).integrity.jailbroken).toBe(jailbroken);
  });

  test('field case 16: a phone that calls itself compromised is still enrolled and keeps everything else', () => {
    const row = { Platform: 'Apple', EnrollmentStatus: 'Enrolled', DeviceCellularNetworkInfo: [SIM] };
    const device = map({ ...row, CompromisedStatus: true });
    expect(device).toEqual({ ...map(row), integrity: { jailbroken: true, attestation: null } });
  });

  test('supervision is a word about Apple devices only', () => {
    expect(map({ Platform: 'Android', IsSupervised: false }).management.supervised).toBeNull();
    expect(map({ Platform: 'Apple', IsSupervised: false }).management.supervised).toBe(false);
  });
});

describe('times', () => {
  test('field case 12: zone-less times are of the account’s zone', () => {
    const row = { LastEnrolledOn: '2021-06-28T02:59:29.077', LastSeen: '2021-06-28T04:35:20.150' };
    expect(map(row, 60).enrollment).toMatchObject({
      enrolledAt: '2021-06-28T01:59:29.077Z',
      lastSeenAt: '2021-06-28T03:35:20.150Z',
    });
  });

  test.each([
    { text: '2026-11-25T08:00:00.1234567', is: '2026-11-25T07:00:00.123Z', reason: 'seven digits' },
    { text: '2026-11-25T08:00:00Z', is: '2026-11-25T08:00:00.000Z', reason: 'a zone of its own' },
    { text: '2026-11-25 08:00:00', is: '2026-11-25T07:00:00.000Z', reason: 'a space' },
    { text: '10/27/2023 3:05:53 PM', is: '2023-10-27T14:05:53.000Z', reason: 'the layout of organization groups' },
    { text: '0001-01-01T00:00:00.000', is: null, reason: '"never"' },
    { text: 'yesterday', is: null, reason: 'garbage' },
  ])('$text: $reason', ({ text, is }) => {
    expect(map({ LastSeen: text }, 60).enrollment.lastSeenAt).toBe(is);
  });

  test('the inventory is as new as the last sample; without one, as the last contact', () => {
    const LastSeen = '2026-11-25T08:00:00.000';
    expect(map({ LastSeen, LastSystemSampleTime: '2026-11-24T08:00:00.000' }).inventoryAt).toBe(
      '2026-11-24T08:00:00.000Z',
    );
    expect(map({ LastSeen }).inventoryAt).toBe('2026-11-25T08:00:00.000Z');
  });
});

describe('lines', () => {
  test('one line per SIM, in order', () => {
    const second = {
      ...SIM,
      CardId: '8901260000000000014',
      PhoneNumber: '+12025550123',
      CarrierName: 'Example US',
      IsRoaming: false,
    };
    expect(map({ DeviceCellularNetworkInfo: [SIM, second] }).lines).toEqual([
      expect.objectContaining({
        slot: 1,
        phone: '+447700900123',
        iccid: '8944100000000000001',
        carrier: 'Example Mobile',
        roaming: true,
      }),
      expect.objectContaining({
        slot: 2,
        phone: '+12025550123',
        iccid: '8901260000000000014',
        carrier: 'Example US',
        roaming: false,
      }),
    ]);
  });

  test('a country code without a network code is no PLMN, at home or abroad', () => {
    expect(
      map({ DeviceCellularNetworkInfo: [SIM], DeviceMCC: { SIMMCC: '234', CurrentMCC: '208' } }).lines[0]?.homePlmn,
    ).toBeNull();
  });

  test.each([
    { mcc: '234', raw: '07700 900123', is: '+447700900123', reason: 'the SIM’s country' },
    { mcc: 234, raw: '07700 900123', is: '+447700900123', reason: 'as a number' },
    { mcc: '310', raw: '202-555-0123', is: '+12025550123', reason: 'the SIM’s country, not the default' },
    { mcc: null, raw: '0171 1234567', is: '+491711234567', reason: 'only then the configured country' },
    { mcc: '234', raw: '+*******0123', is: null, reason: 'masked' },
    { mcc: '234', raw: '', is: null, reason: 'blank' },
  ])('$raw with SIMMCC $mcc: $reason', ({ mcc, raw, is }) => {
    const sim = { PhoneNumber: raw, DeviceMCC: { SIMMCC: mcc, CurrentMCC: '208' } };
    expect(map({ DeviceCellularNetworkInfo: [sim] }, 0, 'DE').lines[0]?.phone).toBe(is);
  });

  test('abroad, a number without a country is of the home country, never of the visited one', () => {
    const sim = { ...SIM, CardId: null, PhoneNumber: '07700 900123' };
    expect(map({ DeviceCellularNetworkInfo: [sim] }).lines[0]?.phone).toBe('+447700900123');
  });

  test.each([
    { sims: [SIM], top: '+447700900999', phones: ['+447700900123'], reason: 'the SIM’s own number comes first' },
    {
      sims: [{ ...SIM, PhoneNumber: '' }],
      top: '+447700900999',
      phones: ['+447700900999'],
      reason: 'one SIM, one number',
    },
    {
      sims: [
        { ...SIM, PhoneNumber: '' },
        { ...SIM, CardId: '8944100000000000002', PhoneNumber: null },
      ],
      top: '+447700900999',
      phones: [null, null],
      reason: 'two SIMs: nothing tells whose it is',
    },
    { sims: [], top: '+447700900999', phones: ['+447700900999'], reason: 'no SIM was sampled' },
    { sims: [], top: '', phones: [], reason: 'no number, no line' },
  ])('the device’s own number $top: $reason', ({ sims, top, phones }) => {
    const { lines } = map({ DeviceCellularNetworkInfo: sims, PhoneNumber: top });
    expect(lines.map(({ phone }) => phone)).toEqual(phones);
  });

  test('what is no ICCID is none', () => {
    expect(map({ DeviceCellularNetworkInfo: [{ ...SIM, CardId: '1' }] }).lines[0]?.iccid).toBeNull();
  });
});

describe('rows of the unenrolled feed', () => {
  const mapping = { connectorId: 'ws1', defaultCountry: null, offsetMinutes: 60, observedAt };
  const mapEnded = (row: Readonly<Record<string, unknown>>): ManagedDevice =>
    mapExtensiveRow(extensiveRow.parse({ DeviceUuid: UUID, ...row }), mapping);

  test('say that the enrollment has ended, and little else', () => {
    const device = mapEnded({
      DeviceId: 12,
      Udid: '',
      UserName: '',
      SerialNumber: 'TEST123',
      EnrollmentStatus: 'Unenrolled',
      EnrollmentDate: '2026-01-01T01:00:00.000',
      LastSeen: '2026-11-20T11:00:00.000',
      UnEnrolledDate: '2026-11-21T11:00:00.000',
    });
    expect(device).toMatchObject({
      vendorId: UUID.toLowerCase(),
      serial: 'TEST123',
      udid: null,
      user: { id: null, name: null, email: null },
      enrollment: {
        state: 'unenrolled',
        raw: 'Unenrolled',
        enrolledAt: '2026-01-01T00:00:00.000Z',
        lastSeenAt: '2026-11-20T10:00:00.000Z',
      },
      apps: null,
      lines: [],
    });
  });

  test.each([
    { word: 'Enrolled', state: 'enrolled', reason: 'a server that ignores the filter unenrolls nobody' },
    { word: undefined, state: 'unknown', reason: 'a row without the column decides nothing' },
  ])('$word: $reason', ({ word, state }) => {
    expect(mapEnded({ EnrollmentStatus: word }).enrollment.state).toBe(state);
  });
});

describeWithVectors('recorded answers: device search version 2', () => {
  const read = (): DecodedPage => {
    const { Devices } = readVector('fixtures/ws1/xsoar/devices_search_v2.json') as { Devices: readonly unknown[] };
    return decodeRows(Devices, {
      schema: searchRow,
      idOf: () => null,
      map: (row) => mapSearchRow(row, { connectorId: 'ws1', defaultCountry: null, offsetMinutes: 60, observedAt }),
    });
  };

  test('every record is read, two records with one serial are two devices', () => {
    const page = read();
    expect(page.quarantined).toEqual([]);
    expect(page.duplicates).toBe(0);
    expect(page.devices.map(({ vendorId, serial }) => [vendorId, serial])).toEqual([
      ['dummy-uuid1', 'ABCD123'],
      ['dummy-uuid2', 'ABCD123'],
    ]);
  });

  test.each([
    {
      at: 0,
      model: 'Inspiron 5567',
      ownership: 'unknown',
      jailbroken: false,
      reason: 'ownership Undefined, status known',
    },
    { at: 1, model: 'Inspiron 7650', ownership: 'corporate', jailbroken: null, reason: 'ownership C, status absent' },
  ])('record $at: $reason', ({ at, model, ownership, jailbroken }) => {
    expect(read().devices[at]).toEqual({
      deviceKey: `ws1:dummy-uuid${at + 1}`,
      connectorId: 'ws1',
      vendor: 'workspace-one',
      vendorId: `dummy-uuid${at + 1}`,
      platform: 'windows',
      osVersion: '10.0.18363',
      osBuild: '1379',
      securityPatch: null,
      apiLevel: null,
      manufacturer: 'Dell Inc.',
      model,
      modelId: null,
      serial: 'ABCD123',
      imeis: [],
      udid: 'dummy-udid',
      secondaryId: '5614',
      enrollment: {
        state: 'enrolled',
        raw: 'Enrolled',
        enrolledAt: '2021-06-23T11:44:21.720Z',
        lastSeenAt: '2021-06-28T03:35:20.150Z',
      },
      management: {
        supervised: null,
        mode: 'unknown',
        ownership,
        organizationGroup: 'dummy-name',
        groups: null,
        category: null,
        enrollmentProfile: null,
        profiles: null,
      },
      user: { id: 'dummy-uuid', name: 'user123', email: 'dummy-email' },
      lines: [],
      apps: null,
      integrity: { jailbroken, attestation: null },
      inventoryAt: '2021-06-28T03:35:20.150Z',
      observedAt,
    });
  });
});
