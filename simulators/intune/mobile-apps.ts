/** The apps that this tenant has added to Intune; the object knows the package id (facts/intune-graph.md §1.6). */
import { guidOf } from '../fleet/identifiers';
import { CARRIER_SERVICES_ID, MESSAGES_ID } from '../fleet/watched-apps';

const APP_STREAM = 321;

/** Approved in Managed Google Play: the type exists in beta only (facts/intune-graph.md §1.1). */
const MANAGED_STORE = '#microsoft.graph.androidManagedStoreApp';

export interface MobileApp {
  readonly '@odata.type': '#microsoft.graph.androidStoreApp' | typeof MANAGED_STORE | '#microsoft.graph.iosStoreApp';
  readonly id: string;
  readonly displayName: string;
  readonly publisher: string;
  readonly createdDateTime: string;
  readonly lastModifiedDateTime: string;
  readonly isFeatured: boolean;
  readonly publishingState: 'published';
  readonly appStoreUrl: string;
  readonly packageId?: string;
  readonly bundleId?: string;
}

const app = (n: number, displayName: string, publisher: string): Omit<MobileApp, '@odata.type' | 'appStoreUrl'> => ({
  id: guidOf(0, APP_STREAM, n),
  displayName,
  publisher,
  createdDateTime: '2026-01-12T09:00:00Z',
  lastModifiedDateTime: '2026-09-01T09:00:00Z',
  isFeatured: false,
  publishingState: 'published',
});

const android = (
  n: number,
  displayName: string,
  packageId: string,
  type: MobileApp['@odata.type'] = '#microsoft.graph.androidStoreApp',
): MobileApp => ({
  '@odata.type': type,
  ...app(n, displayName, 'Google LLC'),
  appStoreUrl: `https://play.google.com/store/apps/details?id=${packageId}`,
  packageId,
});

const ios = (n: number, displayName: string, bundleId: string): MobileApp => ({
  '@odata.type': '#microsoft.graph.iosStoreApp',
  ...app(n, displayName, 'Example Corp'),
  appStoreUrl: `https://apps.apple.com/app/id${1_000_000_000 + n}`,
  bundleId,
});

export const MOBILE_APPS: readonly MobileApp[] = [
  android(1, 'Google Messages', MESSAGES_ID),
  android(2, 'Carrier Services', CARRIER_SERVICES_ID, MANAGED_STORE),
  ios(3, 'Archiver', 'com.example.archiver'),
  ios(4, 'Key Companion', 'com.example.keycompanion'),
];

export type GraphVersion = 'v1.0' | 'beta';

export function appsOf(version: GraphVersion): readonly MobileApp[] {
  return version === 'beta' ? MOBILE_APPS : MOBILE_APPS.filter((one) => one['@odata.type'] !== MANAGED_STORE);
}

/** `isof('microsoft.graph.androidStoreApp')` and `displayName eq 'x'`; anything else is ignored, as everywhere. */
export function filterMobileApps(filter: string | null, version: GraphVersion): readonly MobileApp[] {
  const apps = appsOf(version);
  const type = /^\(?isof\('(microsoft\.graph\.\w+)'\)\)?$/i.exec(filter ?? '')?.[1];
  if (type !== undefined) return apps.filter((one) => one['@odata.type'] === `#${type}`);
  const name = /^displayName eq '([^']*)'$/i.exec(filter ?? '')?.[1];
  return name === undefined ? apps : apps.filter(({ displayName }) => displayName === name);
}
