/** Completes a device's apps with what an app report said of it. */
import type { InstalledApp, ManagedDevice } from '../device/managed-device';
import type { AppObservation } from '../ports/inventory-source';

/** Observations complete what the device's own record shows; they never take another app away from it. */
export function withApps(device: ManagedDevice, observations: readonly AppObservation[] | undefined): ManagedDevice {
  if (observations === undefined || observations.length === 0) return device;
  const apps: InstalledApp[] = (device.apps ?? []).filter(({ id }) => !observations.some(({ appId }) => appId === id));
  // Two reports may tell of one app: the later one stands.
  const latest = new Map(observations.map((observation) => [observation.appId, observation]));
  for (const { appId, name, version, versionCode, installed } of latest.values()) {
    if (installed) apps.push({ id: appId, name, version, versionCode, track: null });
  }
  if (device.apps !== null && device.answeredApps === undefined) return { ...device, apps };
  // The device's own list is closed: only what the reports speak of is known, present or not.
  return { ...device, apps, answeredApps: [...new Set([...(device.answeredApps ?? []), ...latest.keys()])] };
}
