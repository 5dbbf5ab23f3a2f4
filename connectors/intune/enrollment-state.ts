/** Intune's two state words as one enrolment state. Enums stay open: an unknown word is `unknown`, never `enrolled`. */
import type { EnrollmentState } from '../../core/device/managed-device';
import { plain } from './management-mode';

/** `managementState` (facts/intune-graph.md §1.2): a failed or cancelled action leaves the device as it was. */
const BY_MANAGEMENT: Readonly<Record<string, EnrollmentState>> = {
  managed: 'enrolled',
  unhealthy: 'enrolled',
  retirefailed: 'enrolled',
  wipefailed: 'enrolled',
  retirecanceled: 'enrolled',
  wipecanceled: 'enrolled',
  wipepending: 'wipe-pending',
  wipeissued: 'wipe-pending',
  retirepending: 'retire-pending',
  retireissued: 'retire-pending',
  deletepending: 'retire-pending',
  // Seen by Intune, not yet under its management.
  discovered: 'pending',
};

/** `deviceRegistrationState` matters only where it contradicts "managed". */
const BY_REGISTRATION: Readonly<Record<string, EnrollmentState>> = {
  notregisteredpendingenrollment: 'pending',
  approvalpending: 'pending',
  revoked: 'unknown',
};

export interface StateReading {
  readonly state: EnrollmentState;
  /** The word that decided. */
  readonly raw: string | null;
}

export function enrollmentStateOf(
  managementState: string | null | undefined,
  registrationState: string | null | undefined,
): StateReading {
  const registration = BY_REGISTRATION[plain(registrationState)];
  const word = plain(managementState);
  if (word === '') {
    // v1.0 has managementState since 2025-10; where a cloud lags, registration is the only sign (§1.1).
    const state = registration ?? (plain(registrationState) === 'registered' ? 'enrolled' : 'unknown');
    return { state, raw: registrationState ?? null };
  }
  const state = BY_MANAGEMENT[word] ?? 'unknown';
  if (state === 'enrolled' && registration !== undefined)
    return { state: registration, raw: registrationState ?? null };
  return { state, raw: managementState ?? null };
}
