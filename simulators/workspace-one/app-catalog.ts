/** The public apps of this tenant's console: without one there, no app call knows it (facts/workspace-one.md §2.5). */
import { guidOf } from '../fleet/identifiers';
import type { SyntheticDevice } from '../fleet/synthetic-device';
import { CARRIER_SERVICES_ID, MESSAGES_ID } from '../fleet/watched-apps';

const APP_STREAM = 451;

export interface CatalogApp {
  readonly uuid: string;
  readonly name: string;
  readonly bundleId: string;
  readonly platform: 'ANDROID' | 'APPLE';
}

const app = (n: number, name: string, bundleId: string, platform: CatalogApp['platform']): CatalogApp => ({
  uuid: guidOf(0, APP_STREAM, n),
  name,
  bundleId,
  platform,
});

export const CATALOG: readonly CatalogApp[] = [
  app(1, 'Google Messages', MESSAGES_ID, 'ANDROID'),
  app(2, 'Carrier Services', CARRIER_SERVICES_ID, 'ANDROID'),
  app(3, 'Archiver', 'com.example.archiver', 'APPLE'),
  app(4, 'Key Companion', 'com.example.keycompanion', 'APPLE'),
];

/**
 * Apps are assigned to iPhones and iPads, and to Android phones that are managed as a whole: what runs on the personal
 * side of a work profile is not the console's business.
 */
export function isAssigned({ platform }: CatalogApp, device: SyntheticDevice): boolean {
  if (device.enrollment !== 'enrolled') return false;
  if (platform === 'APPLE') return device.platform === 'ios' || device.platform === 'ipados';
  return device.platform === 'android' && (device.mode === 'fully-managed' || device.mode === 'dedicated');
}

export interface AppDeviceRow {
  readonly device_uuid: string;
  /** "Installed" is the one value that a source shows (facts/workspace-one.md §2.5). */
  readonly installed_status: 'Installed' | 'NotInstalled';
  /** A display string; there is no version code. */
  readonly installed_version: string;
}

/** Versions can be empty and can hold NUL characters: facts/workspace-one.md §2.5, §8.7. */
export function appDeviceRow({ bundleId }: CatalogApp, { guid, ordinal, apps }: SyntheticDevice): AppDeviceRow {
  const installed = apps.find(({ id }) => id === bundleId);
  if (installed === undefined) return { device_uuid: guid, installed_status: 'NotInstalled', installed_version: '' };
  const version = ordinal % 61 === 0 ? '' : ordinal % 43 === 0 ? `${installed.version}\u0000` : installed.version;
  return { device_uuid: guid, installed_status: 'Installed', installed_version: version };
}
