/**
 * The managed device: one record per device and connector, in one vocabulary for all MDMs.
 * The JSON of this type is what `muster inventory --format ndjson` prints, line by line.
 */

declare const brand: unique symbol;
type Branded<T, B extends string> = T & { readonly [brand]: B };

/** `<connectorId>:<vendorId>`: the primary key of a device in Muster. */
export type DeviceKey = Branded<string, 'DeviceKey'>;
/** A phone number in E.164, e.g. `+442079460000`. */
export type E164 = Branded<string, 'E164'>;
/** UTC, ISO 8601 with exactly three fractional digits: `2026-01-01T00:00:00.000Z`. Such strings sort by time. */
export type IsoTime = Branded<string, 'IsoTime'>;

export const VENDORS = ['intune', 'jamf', 'workspace-one'] as const;
export type Vendor = (typeof VENDORS)[number];

export type Platform = 'ios' | 'ipados' | 'android' | 'macos' | 'windows' | 'other';

export type EnrollmentState = 'enrolled' | 'pending' | 'wipe-pending' | 'retire-pending' | 'unenrolled' | 'unknown';

export type ManagementMode =
  | 'supervised'
  | 'device'
  | 'user-enrollment'
  | 'fully-managed'
  | 'work-profile'
  | 'corporate-work-profile'
  | 'dedicated'
  | 'unknown';

export type Ownership = 'corporate' | 'personal' | 'unknown';

export interface Enrollment {
  readonly state: EnrollmentState;
  /** The vendor's own word, kept because enums stay open. */
  readonly raw: string | null;
  readonly enrolledAt: IsoTime | null;
  readonly lastSeenAt: IsoTime | null;
}

export interface Management {
  readonly supervised: boolean | null;
  readonly mode: ManagementMode;
  readonly ownership: Ownership;
  /** Organization group (Workspace ONE) or site (Jamf Pro). */
  readonly organizationGroup: string | null;
  /** Names of the MDM groups the inventory lists; null where it does not say. */
  readonly groups: readonly string[] | null;
  readonly category: string | null;
  readonly enrollmentProfile: string | null;
  /** Identifiers of the configuration profiles on the device; null where the inventory does not say. */
  readonly profiles: readonly string[] | null;
}

export interface DeviceUser {
  readonly id: string | null;
  readonly name: string | null;
  readonly email: string | null;
}

/** One subscription (SIM or eSIM). Readiness is judged per line, since two lines can have two carriers. */
export interface Line {
  /** 1-based. */
  readonly slot: number;
  readonly phone: E164 | null;
  readonly phoneRaw: string | null;
  readonly iccid: string | null;
  readonly eid: string | null;
  readonly imei: string | null;
  /** Name of the subscriber's (home) carrier. */
  readonly carrier: string | null;
  /** MCC and MNC of the home network, digits only. Never the visited network. */
  readonly homePlmn: string | null;
  readonly carrierSettings: string | null;
  readonly roaming: boolean | null;
}

/** An app that policy watches, as this enrollment shows it. */
export interface InstalledApp {
  /** Package name or bundle id. */
  readonly id: string;
  readonly name: string | null;
  readonly version: string | null;
  readonly versionCode: number | null;
  /** Release track where the MDM tells it. */
  readonly track: string | null;
}

export interface Integrity {
  readonly jailbroken: boolean | null;
  readonly attestation: string | null;
}

export interface ManagedDevice {
  readonly deviceKey: DeviceKey;
  readonly connectorId: string;
  readonly vendor: Vendor;
  readonly vendorId: string;
  readonly platform: Platform;
  readonly osVersion: string | null;
  readonly osBuild: string | null;
  /** Android security patch level, `YYYY-MM-DD`. */
  readonly securityPatch: string | null;
  /** Android API level. */
  readonly apiLevel: number | null;
  readonly manufacturer: string | null;
  readonly model: string | null;
  readonly modelId: string | null;
  readonly serial: string | null;
  /** Digits only; placeholders and masked values are left out. */
  readonly imeis: readonly string[];
  readonly udid: string | null;
  /** A second device id in the company's directory or MDM, e.g. the Entra device id or Jamf's management id. */
  readonly secondaryId: string | null;
  readonly enrollment: Enrollment;
  readonly management: Management;
  readonly user: DeviceUser;
  readonly lines: readonly Line[];
  /** The watched apps that are installed; an empty list means "observed, none"; null means not observable here. */
  readonly apps: readonly InstalledApp[] | null;
  /**
   * The ids that `apps` answers for, where it was put together from reports of single apps: any other app is unknown.
   * Absent where `apps` is the device's whole list, or null.
   */
  readonly answeredApps?: readonly string[];
  readonly integrity: Integrity;
  /** When the MDM last refreshed its inventory of this device; the source time of OS, patch and line values. */
  readonly inventoryAt: IsoTime | null;
  /** When Muster read the record. */
  readonly observedAt: IsoTime;
}

export function deviceKey(connectorId: string, vendorId: string): DeviceKey {
  return `${connectorId}:${vendorId}` as DeviceKey;
}

/** Phones are what readiness counts: tablets and computers are inventoried, never judged. */
export function isPhone(device: Pick<ManagedDevice, 'platform'>): boolean {
  return device.platform === 'ios' || device.platform === 'android';
}
