/**
 * A device row of the store: a small head that runs read and rewrite all the time, and the managed device itself.
 * The body is the head's JSON, a line feed, the device's JSON: a pass over the whole fleet parses heads only.
 */
import type { DeviceKey, IsoTime, ManagedDevice } from '../device/managed-device';
import type { Rung } from '../readiness/ladder';
import type { Compliance, Standing, Verdict } from '../policy/verdict';

export interface DeviceHead {
  /** Version of this layout. */
  readonly v: 1;
  readonly key: DeviceKey;
  /** The last pull that saw the device, and on which page, so that a page that comes twice is told from a device that does. */
  readonly seen: { readonly run: string; readonly page: string };
  readonly firstSeenAt: IsoTime;
  readonly observedAt: IsoTime;
  readonly enrolledAt: IsoTime | null;
  readonly lastSeenAt: IsoTime | null;
  /** The verdict in short; the whole of it can be computed again from the device and the run's policy. */
  readonly standing: Standing | null;
  readonly firstUnknown: Rung | null;
  readonly reporting: boolean;
  readonly cannotUpdate: boolean;
  readonly compliance: Compliance | null;
  /** Standing before the last change, and when it changed. */
  readonly changed: { readonly from: Standing | null; readonly at: IsoTime } | null;
  /** Hashes of the keys by which the same phone is found elsewhere. */
  readonly joinKeys: readonly number[];
  /** The first complete full pull that did not see it. */
  readonly missing: { readonly run: string; readonly at: IsoTime } | null;
  /** Gone: missing from two complete full pulls. The row stays as evidence. */
  readonly tombstone: { readonly run: string; readonly at: IsoTime } | null;
}

export interface DeviceRecord {
  readonly head: DeviceHead;
  readonly device: ManagedDevice;
}

export function encodeDevice({ head, device }: DeviceRecord): string {
  return `${JSON.stringify(head)}\n${JSON.stringify(device)}`;
}

/** The same row with another head: the device's text is copied, not parsed. */
export function withHead(body: string, head: DeviceHead): string {
  return JSON.stringify(head) + body.slice(body.indexOf('\n'));
}

/** @param body a whole body or its first line. */
export function decodeHead(body: string): DeviceHead {
  const end = body.indexOf('\n');
  return JSON.parse(end < 0 ? body : body.slice(0, end)) as DeviceHead;
}

export function decodeDevice(body: string): ManagedDevice {
  return JSON.parse(body.slice(body.indexOf('\n') + 1)) as ManagedDevice;
}

/** The part of a head that a verdict gives. */
export function headOfVerdict(
  verdict: Verdict,
): Pick<DeviceHead, 'standing' | 'firstUnknown' | 'reporting' | 'cannotUpdate' | 'compliance'> {
  return {
    standing: verdict.standing,
    firstUnknown: verdict.unknown[0] ?? null,
    reporting: verdict.applicable && !verdict.failing.includes('reporting') && !verdict.unknown.includes('reporting'),
    cannotUpdate: verdict.cannotUpdate,
    compliance: verdict.compliance,
  };
}
