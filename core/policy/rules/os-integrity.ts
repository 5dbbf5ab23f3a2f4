import { fail, notApplicable, pass, unknown } from './finding';
import type { PhoneRule } from './finding';

const NOT_ASKED = notApplicable('The policy does not ask whether the phone is jailbroken or rooted.');
const UNSEEN = unknown(null, 'intact', 'The MDM does not say whether the phone is jailbroken or rooted.');
const BROKEN = fail('jailbroken', 'intact', 'The phone is jailbroken or rooted.');
const INTACT = pass('intact', 'intact', 'The MDM sees no jailbreak and no root.');

/** The OS is not jailbroken or rooted, as far as the MDM can tell. */
export function osIntegrity(allowJailbroken: boolean): PhoneRule {
  return {
    id: 'os.integrity',
    rung: 'os',
    source: allowJailbroken ? 'policy' : 'jailbroken',
    judge({ integrity: { jailbroken } }) {
      if (allowJailbroken) return NOT_ASKED;
      return jailbroken === null ? UNSEEN : jailbroken ? BROKEN : INTACT;
    },
  };
}
