import { parsePhoneNumberFromString } from 'libphonenumber-js';
import { APPLE_MODELS, APPLE_RELEASES, isOffered } from '../../../simulators/fleet/apple-catalog';
import { makeFleet } from '../../../simulators/fleet/make-fleet';
import type { Mdm, SyntheticDevice } from '../../../simulators/fleet/synthetic-device';

const NOW = Date.parse('2026-11-25T08:00:00Z');
const DAY = 86_400_000;
const MDMS: readonly Mdm[] = ['jamf', 'intune', 'workspace-one'];
const SIZE = 6_000;

const fleetOf = (mdm: Mdm, size = SIZE, seed = 1) => makeFleet({ mdm, size, seed, now: NOW });
const devicesOf = (mdm: Mdm): readonly SyntheticDevice[] => fleetOf(mdm).slice(0, SIZE);
const all = Object.fromEntries(MDMS.map((mdm) => [mdm, devicesOf(mdm)])) as Record<Mdm, readonly SyntheticDevice[]>;
const everyone = MDMS.flatMap((mdm) => all[mdm]);
const share = (devices: readonly SyntheticDevice[], holds: (device: SyntheticDevice) => boolean): number =>
  devices.filter(holds).length / devices.length;

describe('the same options give the same fleet', () => {
  test.each(MDMS)('%s: device by device, in any order, whatever the size', (mdm) => {
    const large = fleetOf(mdm, 1_000_000);
    expect([900_000, 5, 77].map((ordinal) => large.device(ordinal))).toEqual(
      [900_000, 5, 77].map((ordinal) => fleetOf(mdm, 900_000).device(ordinal)),
    );
    expect(fleetOf(mdm, 10, 2).device(5)).not.toEqual(large.device(5));
  });

  test.each(MDMS)('%s: the cheap views agree with the device', (mdm) => {
    const fleet = fleetOf(mdm, 500);
    for (const device of fleet.slice(0, 500)) {
      const { ordinal } = device;
      expect([
        fleet.inventoryAt(ordinal),
        fleet.lastSeenAt(ordinal),
        fleet.enrollment(ordinal),
        fleet.platform(ordinal),
        fleet.find(device.guid),
        fleet.find(device.secondGuid.toUpperCase()),
      ]).toEqual([device.inventoryAt, device.lastSeenAt, device.enrollment, device.platform, ordinal, ordinal]);
    }
  });
});

describe('identifiers are synthetic and right', () => {
  const luhn = (digits: string): boolean =>
    Array.from(digits)
      .reverse()
      .reduce<number>((sum, digit, at) => {
        const value = Number(digit) * (at % 2 === 0 ? 1 : 2);
        return sum + (value > 9 ? value - 9 : value);
      }, 0) %
      10 ===
    0;
  const sims = everyone.flatMap(({ sims: own }) => own);

  test('IMEIs are of the range for test phones, with their Luhn digit', () => {
    const imeis = [...everyone.map(({ imei }) => imei), ...sims.map(({ imei }) => imei)].filter((one) => one !== '');
    expect(imeis.length).toBeGreaterThan(5_000);
    expect(imeis.filter((imei) => !/^001001\d{9}$/.test(imei) || !luhn(imei))).toEqual([]);
  });

  test('ICCIDs and EIDs have their check digits', () => {
    const iccids = sims.map(({ iccid }) => iccid).filter((one) => one !== '');
    const eids = sims.map(({ eid }) => eid).filter((one) => one !== null);
    expect(iccids.filter((iccid) => !/^89\d{18}$/.test(iccid) || !luhn(iccid))).toEqual([]);
    expect(eids.length).toBeGreaterThan(1000);
    expect(eids.filter((eid) => !/^89\d{30}$/.test(eid) || BigInt(eid) % 97n !== 1n)).toEqual([]);
  });

  test('GUIDs are unique and of the form that strict readers accept', () => {
    const guids = everyone.flatMap(({ guid, secondGuid }) => [guid, secondGuid]);
    expect(new Set(guids).size).toBe(guids.length);
    expect(
      guids.filter((guid) => !/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/.test(guid)),
    ).toEqual([]);
  });

  test('numbers are of the ranges for fiction, well-formed, or masked as Intune masks them', () => {
    const phones = sims.map(({ phone }) => phone).filter((one) => one !== null);
    const clear = phones.filter((phone) => !phone.includes('*'));
    expect(clear.length).toBeGreaterThan(5_000);
    expect(clear.filter((phone) => !/^(\+1[2-9]\d{2}55501\d\d|\+447700900\d{3})$/.test(phone))).toEqual([]);
    // The British range is kept free for drama, so number plans call it possible, not valid.
    const parsed = clear.slice(0, 3000).map((phone) => parsePhoneNumberFromString(phone));
    expect(parsed.filter((phone) => phone?.isPossible() !== true)).toEqual([]);
    expect(parsed.filter((phone) => phone?.country === 'US' && !phone.isValid())).toEqual([]);
    expect(phones.filter((phone) => phone.includes('*') && !/^\+\*{7,8}\d{4}$/.test(phone))).toEqual([]);
  });

  test('a fleet of a thousand has each number once', () => {
    const first = MDMS.flatMap((mdm) => all[mdm].slice(0, 1000))
      .filter(({ ordinal }) => ordinal % 101 !== 50)
      .flatMap((device) => device.sims.map(({ phone, imei }) => ({ phone, imei })))
      .filter(({ phone, imei }) => phone?.startsWith('+1') === true && imei !== '');
    const modems = new Map(first.map(({ phone, imei }) => [imei, phone]));
    expect(new Set(modems.values()).size).toBe(modems.size);
  });
});

describe('the mix is realistic', () => {
  const between = (value: number, low: number, high: number): void => {
    expect(value).toBeGreaterThan(low);
    expect(value).toBeLessThan(high);
  };
  const phones = everyone.filter(({ platform }) => platform === 'ios' || platform === 'android');

  test('platforms by MDM', () => {
    expect(new Set(all.jamf.map(({ platform }) => platform))).toEqual(new Set(['ios', 'ipados']));
    between(
      share(all.intune, ({ platform }) => platform === 'android'),
      0.38,
      0.5,
    );
    expect(share(all['workspace-one'], ({ platform }) => platform === 'windows')).toBeGreaterThan(0.01);
  });

  test('every way of managing occurs', () => {
    expect(new Set(everyone.map(({ mode }) => mode)).size).toBe(7);
    expect(new Set(everyone.map(({ enrollment }) => enrollment)).size).toBe(5);
  });

  test('two SIMs on about 15 % of the phones, roaming and missing numbers here and there', () => {
    between(
      share(phones, ({ sims }) => sims.length === 2),
      0.11,
      0.17,
    );
    between(
      share(phones, ({ sims }) => sims.some(({ roaming }) => roaming)),
      0.02,
      0.06,
    );
    between(
      share(phones, ({ sims }) => sims.some(({ phone }) => phone === null)),
      0.05,
      0.4,
    );
  });

  test('some phones are silent for months, most were seen within a day', () => {
    between(
      share(phones, ({ lastSeenAt }) => lastSeenAt < NOW - 30 * DAY),
      0.02,
      0.08,
    );
    expect(share(phones, ({ lastSeenAt }) => lastSeenAt > NOW - DAY)).toBeGreaterThan(0.8);
  });

  test('times are in order and none is in the future', () => {
    const wrong = everyone.filter(
      ({ enrolledAt, lastSeenAt, inventoryAt }) =>
        enrolledAt > lastSeenAt || inventoryAt > lastSeenAt || lastSeenAt > NOW,
    );
    expect(wrong).toEqual([]);
  });

  test('what policy has to tell apart occurs', () => {
    const has = (holds: (device: SyntheticDevice) => boolean): boolean => everyone.some(holds);
    expect(has(({ osBuild }) => /^24A5\d{3}[a-z]$/.test(osBuild))).toBe(true);
    expect(has(({ osExtra }) => osExtra === '(a)')).toBe(true);
    expect(has(({ osVersion }) => osVersion === '')).toBe(true);
    expect(has(({ modelId, osVersion }) => modelId === 'iPhone11,8' && osVersion.startsWith('18.7'))).toBe(true);
    expect(has(({ platform, securityPatch }) => platform === 'android' && securityPatch === null)).toBe(true);
    expect(has(({ apps }) => apps.some(({ version }) => version.endsWith('openbeta')))).toBe(true);
    expect(has(({ user, mode }) => user === null && mode === 'dedicated')).toBe(true);
    expect(has(({ jailbroken }) => jailbroken === true)).toBe(true);
    for (const release of ['12', '13', '14', '15', '16', '17']) {
      expect(has(({ platform, osVersion }) => platform === 'android' && osVersion === release)).toBe(true);
    }
  });

  test('no iPhone runs a release that was never offered to its model', () => {
    const models = new Map(APPLE_MODELS.map((model) => [model.id, model]));
    const wrong = everyone.filter(({ manufacturer, modelId, osVersion, osBuild, osExtra }) => {
      const release = APPLE_RELEASES.find(({ version, build }) => version === osVersion && build === osBuild);
      const model = models.get(modelId);
      if (manufacturer !== 'Apple' || model === undefined || release === undefined || osExtra !== '') return false;
      return !isOffered(release, model);
    });
    expect(wrong).toEqual([]);
  });
});

describe('privacy of personal phones', () => {
  const personal = everyone.filter(({ ownership }) => ownership === 'personal');

  test('serial, IMEI and card numbers are hidden; Intune says serial "0" of a work profile', () => {
    expect(personal.length).toBeGreaterThan(500);
    expect(
      personal.filter(({ imei, udid, sims }) => imei + udid + sims.map(({ iccid }) => iccid).join('') !== ''),
    ).toEqual([]);
    const workProfiles = all.intune.filter(({ mode }) => mode === 'work-profile');
    expect(new Set(workProfiles.map(({ serial }) => serial))).toEqual(new Set(['0']));
    expect(new Set(all.jamf.filter(({ mode }) => mode === 'user-enrollment').map(({ serial }) => serial))).toEqual(
      new Set(['']),
    );
  });

  test('a work profile of either ownership shows no apps', () => {
    const profiles = everyone.filter(({ mode }) => mode.endsWith('work-profile'));
    expect(profiles.filter(({ apps }) => apps.length > 0)).toEqual([]);
  });
});

describe('one phone, several records', () => {
  const isJoinable = ({ serial }: SyntheticDevice): boolean => serial !== '' && serial !== '0';

  test('about 1 % of the ordinals are shared by each pair of MDMs: same serial, same IMEI, same model', () => {
    for (const [one, other] of [
      ['jamf', 'intune'],
      ['intune', 'workspace-one'],
      ['jamf', 'workspace-one'],
    ] as const) {
      const bySerial = new Map(all[one].filter(isJoinable).map((device) => [device.serial, device]));
      const twins = all[other].filter((device) => isJoinable(device) && bySerial.has(device.serial));
      expect(twins.length / SIZE).toBeGreaterThan(0.003);
      expect(twins.length / SIZE).toBeLessThan(0.02);
      for (const twin of twins) {
        const { imei, modelId, osVersion } = bySerial.get(twin.serial)!;
        expect({ imei, modelId, osVersion }).toEqual({
          imei: twin.imei,
          modelId: twin.modelId,
          osVersion: twin.osVersion,
        });
      }
    }
  });

  test('about 1 % of an MDM is a phone enrolled twice: the older record is older in every time', () => {
    for (const mdm of MDMS) {
      const bySerial = new Map<string, SyntheticDevice[]>();
      for (const device of all[mdm].filter(isJoinable)) {
        bySerial.set(device.serial, [...(bySerial.get(device.serial) ?? []), device]);
      }
      const doubled = [...bySerial.values()].filter((records) => records.length > 1);
      expect(doubled.length / SIZE).toBeGreaterThan(0.004);
      for (const [older, newer, ...more] of doubled) {
        expect(more).toEqual([]);
        expect(older!.enrolledAt).toBeLessThan(newer!.enrolledAt);
        expect(older!.lastSeenAt).toBeLessThan(newer!.enrolledAt);
      }
    }
  });
});

describe('changes', () => {
  test('a changed field stays until the fleet is reset, and every change is a new revision', () => {
    const fleet = fleetOf('jamf', 10);
    const before = fleet.device(3);
    const { revision } = fleet;
    fleet.change(3, { enrollment: 'unenrolled', lastSeenAt: 5 });
    expect(fleet.device(3)).toEqual({ ...before, enrollment: 'unenrolled', lastSeenAt: 5 });
    expect([fleet.enrollment(3), fleet.lastSeenAt(3)]).toEqual(['unenrolled', 5]);
    expect(fleet.revision).toBeGreaterThan(revision);
    fleet.reset();
    expect(fleet.device(3)).toEqual(before);
  });

  test('a removed device is gone by ordinal, position and GUID', () => {
    const fleet = fleetOf('intune', 10);
    const guid = fleet.device(3)!.guid;
    fleet.remove([3]);
    expect([fleet.device(3), fleet.find(guid), fleet.size]).toEqual([null, null, 9]);
    expect(fleet.slice(1, 2).map(({ ordinal }) => ordinal)).toEqual([2, 4]);
    expect(fleet.positionAfter(3)).toBe(2);
  });
});

test('inventory ties: so many devices have one and the same inventory time', () => {
  const fleet = makeFleet({ mdm: 'jamf', size: 300, seed: 1, now: NOW, inventoryTies: 250 });
  expect(new Set(fleet.ordinals(0, 250).map((ordinal) => fleet.inventoryAt(ordinal))).size).toBe(1);
  expect(fleet.device(7)?.inventoryAt).toBe(fleet.inventoryAt(8));
});
