/** Device names as Intune generates them: neither unique nor stable (facts/intune-graph.md §1.4). */
import { secondsOf } from '../fleet/iso-time';
import type { SyntheticDevice } from '../fleet/synthetic-device';

/** `10/17/2022_2:23 PM`, UTC. @param ms since the epoch. */
function americanMinute(ms: number): string {
  const iso = secondsOf(ms);
  const hour = Number(iso.slice(11, 13));
  const date = `${Number(iso.slice(5, 7))}/${Number(iso.slice(8, 10))}/${iso.slice(0, 4)}`;
  return `${date}_${hour % 12 === 0 ? 12 : hour % 12}:${iso.slice(14, 16)} ${hour < 12 ? 'AM' : 'PM'}`;
}

function kindOf({ platform, mode }: SyntheticDevice): string {
  switch (platform) {
    case 'ios':
      return 'iPhone';
    case 'ipados':
      return 'iPad';
    case 'android':
      return mode === 'work-profile' ? 'AndroidForWork' : 'AndroidEnterprise';
    case 'windows':
      return 'Windows';
  }
}

/** `managedDeviceName`: `<user>_AndroidForWork_10/17/2022_2:23 PM`. */
export function managedDeviceName(device: SyntheticDevice): string {
  return `${device.user?.name ?? 'device'}_${kindOf(device)}_${americanMinute(device.enrolledAt)}`;
}

/** `deviceName`: what the phone calls itself on Apple devices, the generated name elsewhere. */
export function deviceName(device: SyntheticDevice): string {
  return device.platform === 'ios' || device.platform === 'ipados' ? kindOf(device) : managedDeviceName(device);
}
