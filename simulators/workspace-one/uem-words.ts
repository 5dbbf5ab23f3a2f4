/** Vocabularies of UEM, which differ from call to call: facts/workspace-one.md §2.2. */
import type { SyntheticDevice } from '../fleet/synthetic-device';
import { draw, weighted } from '../fleet/weighted';
import { hash32 } from '../kit/seeded';

const COMPLIANCE_STREAM = 401;

const COMPLIANCE = weighted([
  ['Compliant', 90],
  ['NonCompliant', 8],
  ['NotAvailable', 2],
] as const);

/** Search rows and events. */
export function searchPlatform(platform: SyntheticDevice['platform']): 'Apple' | 'Android' | 'WinRT' {
  switch (platform) {
    case 'ios':
    case 'ipados':
      return 'Apple';
    case 'android':
      return 'Android';
    case 'windows':
      return 'WinRT';
  }
}

/** 12 is seen for WinRT; 2 and 5 are what the console is known to use for Apple and Android. */
export function platformId(platform: SyntheticDevice['platform']): number {
  switch (platform) {
    case 'ios':
    case 'ipados':
      return 2;
    case 'android':
      return 5;
    case 'windows':
      return 12;
  }
}

/** `C`, `E`, `S` or `Undefined` in the search. */
export function searchOwnership({ ownership, mode, ordinal }: SyntheticDevice): string {
  if (ordinal % 97 === 0) return 'Undefined';
  if (mode === 'dedicated') return 'S';
  return ownership === 'corporate' ? 'C' : 'E';
}

/** `CORPORATE`, `EMPLOYEE`, … in the v2 device. */
export function deviceOwnership(device: SyntheticDevice): string {
  switch (searchOwnership(device)) {
    case 'S':
      return 'SHARED';
    case 'C':
      return 'CORPORATE';
    case 'E':
      return 'EMPLOYEE';
    default:
      return 'UNDEFINED';
  }
}

/** Search, extensive search and events. */
export function searchEnrollment(enrollment: SyntheticDevice['enrollment']): string {
  switch (enrollment) {
    case 'enrolled':
      return 'Enrolled';
    case 'pending':
      return 'EnrollmentInProgress';
    case 'wipe-pending':
      return 'DeviceWipePending';
    case 'retire-pending':
      return 'EnterpriseWipePending';
    case 'unenrolled':
      return 'Unenrolled';
  }
}

/** `ENROLLED`, … in the v2 device: upper case is seen, underscores between words are a guess. */
export function deviceEnrollment(enrollment: SyntheticDevice['enrollment']): string {
  return searchEnrollment(enrollment)
    .replace(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`)
    .toUpperCase();
}

export function complianceStatus(device: SyntheticDevice): (typeof COMPLIANCE)[number] {
  if (device.enrollment === 'unenrolled' || device.enrollment === 'pending') return 'NotAvailable';
  if (device.jailbroken === true) return 'NonCompliant';
  return draw(COMPLIANCE, hash32(COMPLIANCE_STREAM, 0, device.ordinal));
}
