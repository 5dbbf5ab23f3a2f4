/**
 * One synthetic device. It is computed from (seed, mdm, ordinal) alone, so that a fleet of a million phones
 * needs no memory: asking twice gives the same device.
 */

export type Mdm = 'intune' | 'jamf' | 'workspace-one';

export interface SyntheticSim {
  /** 1 or 2. */
  readonly slot: number;
  /**
   * E.164, from ranges reserved for fiction; null where the SIM does not carry its number.
   * Already masked (`+*******0116`) where the MDM masks it: Intune on personal phones (facts/intune-graph.md §1.4).
   */
  readonly phone: string | null;
  readonly iccid: string;
  readonly eid: string | null;
  readonly imei: string;
  readonly carrier: string;
  readonly mcc: string;
  readonly mnc: string;
  readonly carrierSettings: string | null;
  readonly roaming: boolean;
  /** Visited network; equals the home network while not roaming. */
  readonly currentMcc: string;
  readonly currentMnc: string;
}

export interface SyntheticApp {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly versionCode: number;
}

export interface SyntheticDevice {
  /** 1-based position in its MDM's fleet; also the vendor's numeric id where it has one. */
  readonly ordinal: number;
  /** Stable GUID: the vendor's id where it is a GUID. */
  readonly guid: string;
  /** Another stable GUID: Entra device id, Jamf management id. */
  readonly secondGuid: string;
  readonly udid: string;
  readonly platform: 'ios' | 'ipados' | 'android' | 'windows';
  readonly manufacturer: string;
  /** Marketing name, e.g. `iPhone 16`. */
  readonly model: string;
  /** e.g. `iPhone17,3` or `SM-S921B`. */
  readonly modelId: string;
  readonly osVersion: string;
  readonly osBuild: string;
  /** Rapid security response letter, e.g. `(a)`, or empty. */
  readonly osExtra: string;
  /** Android only. */
  readonly securityPatch: string | null;
  /** Empty where the vendor hides it; `0` for a personal work profile in Intune (facts/intune-graph.md §1.4). */
  readonly serial: string;
  /** 15 digits; empty where there is none or the vendor hides it. */
  readonly imei: string;
  readonly ownership: 'corporate' | 'personal';
  readonly mode:
    | 'supervised'
    | 'device'
    | 'user-enrollment'
    | 'fully-managed'
    | 'work-profile'
    | 'corporate-work-profile'
    | 'dedicated';
  readonly enrollment: 'enrolled' | 'pending' | 'wipe-pending' | 'retire-pending' | 'unenrolled';
  /** Milliseconds since the epoch. */
  readonly enrolledAt: number;
  readonly lastSeenAt: number;
  readonly inventoryAt: number;
  readonly jailbroken: boolean | null;
  readonly user: { readonly id: string; readonly name: string; readonly email: string } | null;
  readonly organizationGroup: string;
  readonly category: string;
  readonly enrollmentProfile: string;
  readonly groups: readonly string[];
  readonly sims: readonly SyntheticSim[];
  readonly apps: readonly SyntheticApp[];
}

export interface Fleet {
  readonly mdm: Mdm;
  /** Number of devices now; can change while the fleet is paged. */
  readonly size: number;
  /** Grows with every change of the fleet, so that answers computed from it can be cached. */
  readonly revision: number;
  /** @param ordinal 1 to the highest ordinal ever given out; null when that device has left the fleet. */
  device(ordinal: number): SyntheticDevice | null;
  /** Whether the device is there, without making it. */
  has(ordinal: number): boolean;
  /** The devices at positions [offset, offset + count) of the present fleet, ordered by ordinal. */
  slice(offset: number, count: number): readonly SyntheticDevice[];
  /** Ordinals at positions [offset, offset + count), for scans that need no whole device. */
  ordinals(offset: number, count: number): readonly number[];
  /** Position of the first present device with an ordinal above this one: where a keyset page goes on. */
  positionAfter(ordinal: number): number;
  /** Ordinal of the device with this `guid` or `secondGuid`; null for a stranger or a device that has left. */
  find(guid: string): number | null;
  /** Cheap views of one device, equal to the fields of the same names; for filters over a million devices. */
  inventoryAt(ordinal: number): number;
  lastSeenAt(ordinal: number): number;
  enrollment(ordinal: number): SyntheticDevice['enrollment'];
  platform(ordinal: number): SyntheticDevice['platform'];
  /** Devices that were removed, in the order of removal. */
  readonly removed: readonly number[];
}

export interface MutableFleet extends Fleet {
  /** Takes devices out; ordinals that are not there are ignored. */
  remove(ordinals: readonly number[]): void;
  /** Appends new devices; @returns their ordinals. */
  add(count: number): readonly number[];
  /** Brings removed devices back at their place, the last removed first; @returns their ordinals. */
  restore(count: number): readonly number[];
  /** Changes fields of one device from now on, e.g. after a wipe or an update. */
  change(ordinal: number, fields: Partial<Omit<SyntheticDevice, 'ordinal' | 'guid' | 'secondGuid'>>): void;
  /** Forgets all changes. */
  reset(): void;
}
