/** Which records are one phone: what the identity join found, asked from either side. */
import type { Duplicate } from '../../device/identity-join';
import type { DeviceKey } from '../../device/managed-device';

export interface SamePhone {
  /** The newer record that a re-enrollment left in the same MDM. */
  newerOf(device: DeviceKey): DeviceKey | null;
  /** The record that judges; the device itself where it is alone. */
  judgeOf(device: DeviceKey): DeviceKey;
  /** All other records of the phone. */
  othersOf(device: DeviceKey): readonly DeviceKey[];
  /** Those of other MDMs. */
  abroadOf(device: DeviceKey): readonly DeviceKey[];
}

export function makeSamePhone(duplicates: ReadonlyMap<DeviceKey, Duplicate>): SamePhone {
  const groups = new Map<DeviceKey, DeviceKey[]>();
  for (const [key, { of }] of duplicates) {
    const group = groups.get(of);
    if (group === undefined) groups.set(of, [of, key]);
    else group.push(key);
  }
  const judgeOf = (device: DeviceKey): DeviceKey => duplicates.get(device)?.of ?? device;
  const othersOf = (device: DeviceKey): readonly DeviceKey[] =>
    groups.get(judgeOf(device))?.filter((each) => each !== device) ?? [];
  return {
    newerOf(device) {
      const duplicate = duplicates.get(device);
      return duplicate?.kind === 're-enrollment' ? duplicate.of : null;
    },
    judgeOf,
    othersOf,
    abroadOf: (device) => othersOf(device).filter((each) => connectorOf(each) !== connectorOf(device)),
  };
}

export function connectorOf(device: string): string {
  return device.slice(0, device.indexOf(':'));
}
