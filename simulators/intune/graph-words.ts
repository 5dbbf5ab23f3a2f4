/**
 * How Microsoft Graph v1.0 words what a synthetic device is. The members of every enum are those of
 * facts/intune-graph.md §1.2; which member a state gets is said there or, where it is not, beside the function.
 */
import type { SyntheticDevice } from '../fleet/synthetic-device';
import { draw, weighted } from '../fleet/weighted';
import { hash32 } from '../kit/seeded';

/** What Graph gives for "no user" and "no Entra device" (facts/intune-graph.md §1.4). */
export const ZERO_GUID = '00000000-0000-0000-0000-000000000000';
/** "Not set" and "no grace period" (facts/intune-graph.md §1.2). */
export const NEVER = '0001-01-01T00:00:00Z';
export const FOREVER = '9999-12-31T23:59:59Z';

const COMPLIANCE_STREAM = 301;
const THREAT_STREAM = 302;

const COMPLIANCE = weighted([
  ['compliant', 88],
  ['noncompliant', 6],
  ['inGracePeriod', 3],
  ['unknown', 1],
  ['error', 1],
  ['conflict', 1],
] as const);

const THREAT = weighted([
  ['unknown', 60],
  ['activated', 10],
  ['secured', 25],
  ['lowSeverity', 4],
  ['unresponsive', 1],
] as const);

export function isAndroid({ platform }: SyntheticDevice): boolean {
  return platform === 'android';
}

export function isApple({ platform }: SyntheticDevice): boolean {
  return platform === 'ios' || platform === 'ipados';
}

/** v1.0 says no more than this; only the reports name the Android enrolment (facts/intune-graph.md §1.4). */
export function operatingSystem({ platform }: SyntheticDevice): string {
  switch (platform) {
    case 'ios':
      return 'iOS';
    case 'ipados':
      return 'iPadOS';
    case 'android':
      return 'Android';
    case 'windows':
      return 'Windows';
  }
}

export function complianceState(device: SyntheticDevice): (typeof COMPLIANCE)[number] {
  if (device.enrollment === 'pending') return 'unknown';
  if (device.jailbroken === true) return 'noncompliant';
  return draw(COMPLIANCE, hash32(COMPLIANCE_STREAM, 0, device.ordinal));
}

export function threatState(device: SyntheticDevice): string {
  if (device.jailbroken === true) return 'highSeverity';
  return draw(THREAT, hash32(THREAT_STREAM, 0, device.ordinal));
}

/** A device that has been retired stays listed until its next check-in (facts/intune-graph.md §3.5). */
export function managementState({ enrollment }: SyntheticDevice): string {
  switch (enrollment) {
    case 'enrolled':
      return 'managed';
    case 'pending':
      return 'discovered';
    case 'wipe-pending':
      return 'wipePending';
    case 'retire-pending':
      return 'retirePending';
    case 'unenrolled':
      return 'retireIssued';
  }
}

export function registrationState({ enrollment }: SyntheticDevice): string {
  if (enrollment === 'pending') return 'notRegisteredPendingEnrollment';
  return enrollment === 'unenrolled' ? 'revoked' : 'registered';
}

/** Which agent manages a corporate Android phone is our reading of the enum's name; no sample was found. */
export function managementAgent({ platform, mode }: SyntheticDevice): string {
  return platform === 'android' && mode !== 'work-profile' ? 'googleCloudDevicePolicyController' : 'mdm';
}

/**
 * The members for corporate Android exist in beta only, so that v1.0 has nothing but `unknownFutureValue` for them
 * (facts/intune-graph.md §1.2, §8.6).
 */
export function enrollmentType({ platform, mode, ownership, user }: SyntheticDevice): string {
  switch (platform) {
    case 'ios':
    case 'ipados':
      if (mode === 'supervised') return user === null ? 'appleBulkWithoutUser' : 'appleBulkWithUser';
      return mode === 'user-enrollment' ? 'appleUserEnrollment' : 'userEnrollment';
    case 'android':
      return mode === 'work-profile' ? 'userEnrollment' : 'unknownFutureValue';
    case 'windows':
      return ownership === 'personal' ? 'userEnrollment' : 'windowsAzureADJoin';
  }
}

export function ownerType({ ownership }: SyntheticDevice): 'company' | 'personal' {
  return ownership === 'corporate' ? 'company' : 'personal';
}

/** A string of mixed case, not a boolean (facts/intune-graph.md §1.2). */
export function jailBroken({ jailbroken, ordinal }: SyntheticDevice): string {
  if (jailbroken === null) return 'Unknown';
  if (jailbroken) return 'True';
  return ordinal % 3 === 0 ? 'false' : 'False';
}

/** Samsung reports its model code, Google and Apple the name on the box. */
export function modelOf({ manufacturer, model, modelId }: SyntheticDevice): string {
  return manufacturer === 'Samsung' ? modelId : model;
}

export interface ReportedLine {
  /** As Intune prints it, masked or not; empty where it does not know. */
  readonly phone: string;
  readonly carrier: string;
  readonly iccid: string;
  readonly eid: string;
}

const NO_LINE: ReportedLine = { phone: '', carrier: '', iccid: '', eid: '' };

/**
 * The one line that Intune shows of a phone with any number of SIMs: slot one's number, else slot two's. Nothing of it
 * is reported for a corporate phone with a work profile; EIDs come from Apple devices only (facts/intune-graph.md §1.4).
 */
export function reportedLine(device: SyntheticDevice): ReportedLine {
  const { sims, mode } = device;
  const [first, second] = sims;
  if (first === undefined || mode === 'corporate-work-profile') return NO_LINE;
  return {
    phone: first.phone ?? second?.phone ?? '',
    carrier: first.carrier,
    iccid: first.iccid,
    eid: isApple(device) ? (first.eid ?? '') : '',
  };
}
