import type { ManagedDevice } from '../../device/managed-device';
import { fail, notApplicable, pass, unknown } from './finding';
import type { Finding } from './finding';

/** The OS is not jailbroken or rooted, as far as the MDM can tell. */
export function osIntegrity({ integrity }: ManagedDevice, allowJailbroken: boolean): Finding {
  if (allowJailbroken) return notApplicable('The policy does not ask.');
  if (integrity.jailbroken === null)
    return unknown(null, 'intact', 'The MDM does not say whether the phone is jailbroken or rooted.');
  return integrity.jailbroken
    ? fail('jailbroken', 'intact', 'The phone is jailbroken or rooted.')
    : pass('intact', 'intact', 'The MDM sees no jailbreak or root.');
}
