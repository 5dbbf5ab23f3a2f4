import type { ManagedDevice } from '../../device/managed-device';
import { fail, pass, unknown } from './finding';
import type { Finding } from './finding';

/** The phone is enrolled in its MDM now. */
export function enrolled({ enrollment }: ManagedDevice): Finding {
  const { state, raw } = enrollment;
  const observed = raw ?? state;
  switch (state) {
    case 'enrolled':
      return pass(observed, 'enrolled', 'The phone is enrolled.');
    case 'unknown':
      return unknown(observed, 'enrolled', 'The MDM does not say whether the phone is enrolled.');
    case 'pending':
      return fail(observed, 'enrolled', 'Enrollment has begun and is not finished.');
    case 'wipe-pending':
    case 'retire-pending':
      return fail(observed, 'enrolled', 'The phone is being removed from management.');
    case 'unenrolled':
      return fail(observed, 'enrolled', 'The phone is no longer managed.');
  }
}
