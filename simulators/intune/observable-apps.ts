/**
 * Which of a device's apps Intune sees at all (facts/intune-graph.md §1.6): on iPhones the managed ones, in a personal
 * work profile what runs inside it, and nothing of the personal side of a corporate phone, where Messages lives. For
 * fully managed and dedicated phones the facts leave it open (§8.9): here two of three report, and the third is blank,
 * so that a connector has to live with both.
 */
import type { SyntheticApp, SyntheticDevice } from '../fleet/synthetic-device';
import { isApple } from './graph-words';

const NOTHING: readonly SyntheticApp[] = [];

export type DetectedPlatform = 'ios' | 'androidWorkProfile' | 'androidDedicatedAndFullyManaged';

/** Apps that inventory finds on the device. */
export function discoveredApps(device: SyntheticDevice): readonly SyntheticApp[] {
  return reports(device) ? device.apps : NOTHING;
}

/** The platform word of `detectedApp`; null where nothing is ever discovered. */
export function detectedPlatform(device: SyntheticDevice): DetectedPlatform | null {
  if (isApple(device)) return 'ios';
  switch (device.mode) {
    case 'work-profile':
      return 'androidWorkProfile';
    case 'fully-managed':
    case 'dedicated':
      return 'androidDedicatedAndFullyManaged';
    default:
      return null;
  }
}

/**
 * What the install status of an app that is assigned to all Android phones says of the version.
 * @returns the version, empty where the report leaves it blank; null where the device has no such row.
 */
export function reportedAppVersion(device: SyntheticDevice, packageId: string): string | null {
  if (device.platform !== 'android' || device.enrollment === 'pending') return null;
  const app = device.apps.find(({ id }) => id === packageId);
  if (app !== undefined) return reports(device) ? app.version : '';
  return device.mode === 'corporate-work-profile' ? '' : null;
}

function reports(device: SyntheticDevice): boolean {
  if (isApple(device) || device.mode === 'work-profile') return true;
  return (device.mode === 'fully-managed' || device.mode === 'dedicated') && device.ordinal % 3 !== 0;
}
