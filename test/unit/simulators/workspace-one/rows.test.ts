import * as z from 'zod';
import type { SyntheticDevice } from '../../../../simulators/fleet/synthetic-device';
import type { JsonTemplate } from '../../../../simulators/kit/json-template';
import { JsonWriter } from '../../../../simulators/kit/json-writer';
import { appDeviceRow, CATALOG, isAssigned } from '../../../../simulators/workspace-one/app-catalog';
import { deviceV2 } from '../../../../simulators/workspace-one/device-v2';
import { extensiveRowTemplate } from '../../../../simulators/workspace-one/extensive-row';
import { makeOrganizationGroups } from '../../../../simulators/workspace-one/organization-groups';
import { searchRowTemplate } from '../../../../simulators/workspace-one/search-row';
import { SIM, simulatedAndroid, simulatedIphone } from '../../../support/simulated-phone';

const groups = makeOrganizationGroups(['Head Office', 'Retail']);
const context = { groups, offsetMinutes: 60 };

function write(row: JsonTemplate<SyntheticDevice>, device: SyntheticDevice): Record<string, unknown> {
  const writer = new JsonWriter();
  row(writer, device);
  return z.record(z.string(), z.unknown()).parse(JSON.parse(writer.take().toString('utf8')));
}

const search = (device: SyntheticDevice): Record<string, unknown> => write(searchRowTemplate(context), device);

describe('a row of the device search', () => {
  it.each<[reason: string, device: SyntheticDevice, expected: Record<string, unknown>]>([
    [
      'an iPhone',
      simulatedIphone(),
      {
        Id: { Value: 1 },
        Uuid: '11111111-1111-4111-8111-000000000001',
        Platform: 'Apple',
        Ownership: 'C',
        EnrollmentStatus: 'Enrolled',
        OperatingSystem: '26.5.1',
        OSBuildVersion: '23F81',
        IsSupervised: true,
        CompromisedStatus: false,
        LastSeen: '2026-11-20T11:00:00.150',
        LastEnrolledOn: '2026-01-01T07:00:00.077',
        LocationGroupId: { Id: { Value: 1111 }, Name: 'Head Office' },
        DeviceMCC: { SIMMCC: '310', CurrentMCC: '310' },
      },
    ],
    [
      'an Android with its patch level',
      simulatedAndroid(),
      { Platform: 'Android', SecurityPatchDate: '2026-10-05T00:00:00.000', OEMInfo: 'Samsung' },
    ],
    [
      'a personal phone',
      simulatedIphone({ ownership: 'personal', mode: 'user-enrollment' }),
      { Ownership: 'E', MacAddress: '' },
    ],
    ['a shared phone', simulatedAndroid({ mode: 'dedicated' }), { Ownership: 'S' }],
    ['an ownership nobody has set', simulatedIphone({ ordinal: 97 }), { Ownership: 'Undefined' }],
    ['a pending wipe', simulatedIphone({ enrollment: 'wipe-pending' }), { EnrollmentStatus: 'DeviceWipePending' }],
    [
      'a pending enterprise wipe',
      simulatedIphone({ enrollment: 'retire-pending' }),
      { EnrollmentStatus: 'EnterpriseWipePending' },
    ],
    [
      'a phone that has left',
      simulatedIphone({ enrollment: 'unenrolled' }),
      { EnrollmentStatus: 'Unenrolled', ComplianceStatus: 'NotAvailable' },
    ],
    ['never', simulatedIphone({ ordinal: 5 }), { LastComplianceCheckOn: '0001-01-01T00:00:00.000' }],
    [
      'a model with capacity and colour',
      simulatedIphone({ ordinal: 3 }),
      { Model: expect.stringMatching(/^iPhone 16 \(\d+ GB \w+\)$/) },
    ],
    [
      'an unknown jailbreak as a string',
      simulatedIphone({ jailbroken: null, ordinal: 2 }),
      { CompromisedStatus: 'Unknown' },
    ],
    [
      'a name that holds NUL',
      simulatedIphone({ ordinal: 53 }),
      { DeviceFriendlyName: expect.stringContaining('\u0000') },
    ],
    ['no name', simulatedIphone({ ordinal: 211 }), { DeviceFriendlyName: '' }],
  ])('%s', (_reason, device, expected) => {
    expect(search(device)).toMatchObject(expected);
  });

  it('has a number, a card and a carrier per SIM', () => {
    const second = {
      ...SIM,
      slot: 2,
      phone: null,
      iccid: '89441500000000000019',
      carrier: 'Example Mobile UK',
      mcc: '234',
      roaming: true,
      currentMcc: '310',
    };
    expect(search(simulatedIphone({ sims: [SIM, second] }))).toMatchObject({
      IsRoaming: true,
      PhoneNumber: SIM.phone,
      DeviceCellularNetworkInfo: [
        { CardId: SIM.iccid, PhoneNumber: SIM.phone, CarrierName: SIM.carrier, IsRoaming: false },
        {
          CardId: second.iccid,
          PhoneNumber: '',
          CarrierName: second.carrier,
          IsRoaming: true,
          DeviceMCC: { SIMMCC: '234', CurrentMCC: '310' },
        },
      ],
    });
  });

  it.each<[reason: string, device: SyntheticDevice, absent: readonly string[]]>([
    ['no user', simulatedIphone({ user: null }), ['UserId']],
    ['an unknown jailbreak', simulatedIphone({ jailbroken: null, ordinal: 1 }), ['CompromisedStatus']],
    ['no SIM', simulatedIphone({ sims: [] }), ['DeviceCellularNetworkInfo', 'DeviceMCC']],
    ['no Android', simulatedIphone(), ['SecurityPatchDate']],
    [
      'not sampled yet',
      simulatedAndroid({ enrollment: 'pending' }),
      ['SecurityPatchDate', 'DeviceCellularNetworkInfo', 'ComplianceSummary', 'DeviceNetworkInfo'],
    ],
    ['no address sampled', simulatedIphone({ ordinal: 10 }), ['DeviceNetworkInfo']],
  ])('leaves keys out: %s', (_reason, device, absent) => {
    const row = search(device);
    expect(absent.filter((key) => key in row)).toEqual([]);
  });
});

describe('the v2 device', () => {
  it('tells the same times with their zone, and words in capitals', () => {
    expect(deviceV2(simulatedIphone({ enrollment: 'wipe-pending' }), groups)).toMatchObject({
      uuid: '11111111-1111-4111-8111-000000000001',
      enrollmentInfo: {
        enrollmentStatus: 'DEVICE_WIPE_PENDING',
        ownership: 'CORPORATE',
        enrollmentTimestamp: '2026-01-01T06:00:00.077Z',
        lastSeenTimestamp: '2026-11-20T10:00:00.150Z',
      },
    });
  });
});

describe('a row of the extensive search', () => {
  const row = extensiveRowTemplate(context);

  it('has lost user and UDID when the device has left, and says when', () => {
    expect(write(row, simulatedIphone({ enrollment: 'unenrolled' }))).toMatchObject({
      DeviceId: 1,
      EnrollmentStatus: 'Unenrolled',
      UserName: '',
      Udid: '',
      UnEnrolledDate: '2026-11-20T11:00:00.150',
    });
  });

  it('has never left otherwise', () => {
    expect(write(row, simulatedIphone())).toMatchObject({
      UserName: 'user1',
      UnEnrolledDate: '0001-01-01T00:00:00.000',
    });
  });
});

describe('devices of an app', () => {
  const [messages] = CATALOG;
  if (messages === undefined) throw new Error('the catalogue is empty');
  const app = { id: messages.bundleId, name: 'Messages', version: 'messages.android_1', versionCode: 1 };

  it.each([
    ['an enrolled, fully managed Android', simulatedAndroid(), true],
    ['a dedicated one', simulatedAndroid({ mode: 'dedicated' }), true],
    [
      'the personal side of a work profile is not the console’s business',
      simulatedAndroid({ mode: 'work-profile' }),
      false,
    ],
    ['a phone that has left', simulatedAndroid({ enrollment: 'unenrolled' }), false],
    ['another platform', simulatedIphone(), false],
  ])('assigned: %s', (_reason, device, expected) => {
    expect(isAssigned(messages, device)).toBe(expected);
  });

  it.each([
    ['installed', 1, [app], { installed_status: 'Installed', installed_version: 'messages.android_1' }],
    ['not installed', 1, [], { installed_status: 'NotInstalled', installed_version: '' }],
    ['an empty version', 61, [app], { installed_status: 'Installed', installed_version: '' }],
    [
      'a version that holds NUL',
      43,
      [app],
      { installed_status: 'Installed', installed_version: 'messages.android_1\u0000' },
    ],
  ])('%s', (_reason, ordinal, apps, expected) => {
    expect(appDeviceRow(messages, simulatedAndroid({ ordinal, apps }))).toMatchObject(expected);
  });
});
