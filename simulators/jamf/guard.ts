/** Who may call: token first, then privilege. */
import type { SimAnswer, SimRequest } from '../kit/route';
import { jamfError } from './jamf-answers';
import type { JamfSimulatorOptions } from './options';
import { READER_PRIVILEGES } from './options';

export type Handler = (request: SimRequest) => SimAnswer | Promise<SimAnswer>;

/** @param privilege needed beside a valid token; null for any valid token. */
export function guarded(options: JamfSimulatorOptions, privilege: string | null, handler: Handler): Handler {
  const granted = new Set(options.privileges ?? READER_PRIVILEGES);
  return (request) => {
    if (options.tokens.check('jamf', request.headers['authorization']) !== 'ok') {
      return jamfError(401, 'INVALID_TOKEN', 'Unauthorized');
    }
    if (privilege !== null && !granted.has(privilege)) return jamfError(403, 'INVALID_PRIVILEGE', 'Forbidden');
    return handler(request);
  };
}
