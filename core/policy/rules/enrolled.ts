import type { ManagedDevice } from '../../device/managed-device';
import { fail, pass, unknown } from './finding';
import type { Finding, PhoneRule } from './finding';

/** The phone is enrolled in its MDM now. A state that the vendor does not tell, or a word not known here, is unknown. */
export const enrolled: PhoneRule = { id: 'enrolled', rung: 'enrolled', source: 'enrollment', judge };

function judge({ enrollment: { state, raw } }: ManagedDevice): Finding {
  const observed = raw ?? state;
  switch (state) {
    case 'enrolled':
      return pass(observed, 'enrolled', 'The phone is enrolled.');
    case 'unknown':
      return unknown(observed, 'enrolled', 'The MDM does not say whether the phone is enrolled.');
    case 'pending':
      return fail(observed, 'enrolled', 'Enrollment has begun and is not finished.');
    case 'wipe-pending':
      return fail(observed, 'enrolled', 'The phone is being wiped.');
    case 'retire-pending':
      return fail(observed, 'enrolled', 'The phone is being removed from management.');
    case 'unenrolled':
      return fail(observed, 'enrolled', 'The phone is no longer managed.');
  }
}
