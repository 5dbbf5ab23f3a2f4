import * as z from 'zod';
import type { SyntheticDevice } from '../../../../simulators/fleet/synthetic-device';
import { listRow, singleRow } from '../../../../simulators/intune/managed-device-row';
import { JsonWriter } from '../../../../simulators/kit/json-writer';
import { SIM, simulatedAndroid, simulatedIphone } from '../../../support/simulated-phone';

type Row = ReturnType<typeof listRow>;

function write(row: Row, device: SyntheticDevice): Record<string, unknown> {
  if ('unknown' in row) throw new Error(`no such property: ${row.unknown}`);
  const writer = new JsonWriter();
  row(writer, device);
  return z.record(z.string(), z.unknown()).parse(JSON.parse(writer.take().toString('utf8')));
}

const listed = (device: SyntheticDevice, select: string | null = null): Record<string, unknown> =>
  write(listRow(select), device);
const alone = (device: SyntheticDevice, select: string | null): Record<string, unknown> =>
  write(singleRow(select, 'context'), device);

const byod = simulatedAndroid({
  mode: 'work-profile',
  ownership: 'personal',
  serial: '0',
  imei: '',
  sims: [{ ...SIM, phone: '+*******0123' }],
});

describe('a managed device of Graph v1.0', () => {
  it.each<[reason: string, device: SyntheticDevice, expected: Record<string, unknown>]>([
    [
      'a supervised iPhone says all it can',
      simulatedIphone(),
      {
        operatingSystem: 'iOS',
        model: 'iPhone 16',
        managedDeviceOwnerType: 'company',
        deviceEnrollmentType: 'appleBulkWithUser',
        isSupervised: true,
        managementState: 'managed',
        phoneNumber: '+12015550123',
        enrolledDateTime: '2026-01-01T06:00:00Z',
        lastSyncDateTime: '2026-11-20T10:00:00Z',
        easActivationDateTime: '0001-01-01T00:00:00Z',
      },
    ],
    [
      'an Apple User Enrollment has its own type',
      simulatedIphone({ mode: 'user-enrollment' }),
      { deviceEnrollmentType: 'appleUserEnrollment' },
    ],
    [
      'v1.0 has no word for a fully managed Android',
      simulatedAndroid(),
      {
        deviceEnrollmentType: 'unknownFutureValue',
        operatingSystem: 'Android',
        model: 'SM-S921B',
        androidSecurityPatchLevel: '2026-10-05',
      },
    ],
    [
      'a personal work profile hides its numbers',
      byod,
      {
        serialNumber: '0',
        imei: '',
        phoneNumber: '+*******0123',
        wiFiMacAddress: '',
        managedDeviceOwnerType: 'personal',
      },
    ],
    [
      'a corporate phone with a work profile reports no line at all',
      simulatedAndroid({ mode: 'corporate-work-profile' }),
      { phoneNumber: '', subscriberCarrier: '' },
    ],
    [
      'the second slot is read when the first carries no number',
      simulatedIphone({
        sims: [
          { ...SIM, phone: null },
          { ...SIM, slot: 2, phone: '+12025550111' },
        ],
      }),
      { phoneNumber: '+12025550111' },
    ],
    [
      'a userless device has the zero GUID',
      simulatedAndroid({ mode: 'dedicated', user: null }),
      { userId: '00000000-0000-0000-0000-000000000000', userPrincipalName: '', emailAddress: '' },
    ],
    [
      'a pending enrolment is known to Entra under no id',
      simulatedIphone({ enrollment: 'pending' }),
      {
        azureADDeviceId: '00000000-0000-0000-0000-000000000000',
        deviceRegistrationState: 'notRegisteredPendingEnrollment',
        managementState: 'discovered',
        complianceState: 'unknown',
      },
    ],
    ['a pending wipe', simulatedIphone({ enrollment: 'wipe-pending' }), { managementState: 'wipePending' }],
    ['a pending retire', simulatedIphone({ enrollment: 'retire-pending' }), { managementState: 'retirePending' }],
    ['jailBroken is a string: unknown', simulatedIphone({ jailbroken: null }), { jailBroken: 'Unknown' }],
    [
      'jailBroken is a string: true',
      simulatedIphone({ jailbroken: true }),
      { jailBroken: 'True', complianceState: 'noncompliant' },
    ],
    ['jailBroken is a string: false', simulatedIphone({ ordinal: 1 }), { jailBroken: 'False' }],
    ['jailBroken is a string, and its case is not fixed', simulatedIphone({ ordinal: 3 }), { jailBroken: 'false' }],
  ])('%s', (_reason, device, expected) => {
    expect(listed(device)).toMatchObject(expected);
  });

  it('withholds in a list what only one device alone discloses', () => {
    const select = 'iccid,udid,physicalMemoryInBytes,activationLockBypassCode';
    expect(listed(simulatedIphone(), select)).toEqual({
      iccid: null,
      udid: null,
      physicalMemoryInBytes: 0,
      activationLockBypassCode: null,
    });
    expect(alone(simulatedIphone(), select)).toMatchObject({
      iccid: SIM.iccid,
      udid: '00008110-0000000000000001',
      activationLockBypassCode: expect.any(String),
    });
    // Without `$select` even one device alone discloses nothing more.
    expect(alone(simulatedIphone(), null)).toMatchObject({ iccid: null, udid: null });
  });

  it('shows the selected properties and no other, in their order', () => {
    expect(Object.keys(listed(simulatedIphone(), 'osVersion, id'))).toEqual(['osVersion', 'id']);
  });

  it('names the property that does not exist, prototype names included', () => {
    expect(listRow('id,osPatchLevel')).toEqual({ unknown: 'osPatchLevel' });
    expect(listRow('constructor')).toEqual({ unknown: 'constructor' });
  });

  it('tells a grace period from none by its sentinel', () => {
    const rows = Array.from({ length: 400 }, (_, n) => listed(simulatedIphone({ ordinal: n + 1 })));
    const grace = rows.filter(({ complianceState }) => complianceState === 'inGracePeriod');
    const rest = rows.filter(({ complianceState }) => complianceState !== 'inGracePeriod');
    expect(grace.length).toBeGreaterThan(0);
    expect(new Set(grace.map((row) => row['complianceGracePeriodExpirationDateTime']))).toEqual(
      new Set(['2026-11-27T10:00:00Z']),
    );
    expect(new Set(rest.map((row) => row['complianceGracePeriodExpirationDateTime']))).toEqual(
      new Set(['9999-12-31T23:59:59Z']),
    );
  });
});
