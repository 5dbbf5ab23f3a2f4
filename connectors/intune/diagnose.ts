/** What `doctor` finds out about an Intune tenant. */
import type { Check } from '../../core/ports/connector-check';
import { ok, runChecks, warning } from '../http/diagnose';
import type { IntuneClient } from './client';
import { PERMISSIONS } from './errors';

const meter = { request: () => undefined };

export function diagnoseIntune(client: IntuneClient, signal: AbortSignal): Promise<readonly Check[]> {
  return runChecks([
    {
      name: 'token',
      run: async () => {
        const granted = await client.permissions(meter);
        return [ok('token', 'the token host gives a token'), permissionCheck(granted)];
      },
    },
    {
      name: 'read',
      run: async () => {
        const count = await client.deviceCount(meter, signal);
        return [
          count > 0
            ? ok('read', `${count} devices are enrolled`)
            : warning(
                'read',
                'no device is enrolled',
                'Check that the client belongs to the tenant that manages the phones.',
              ),
        ];
      },
    },
  ]);
}

/** A read-write permission covers reading; a token that does not tell its permissions proves nothing. */
function permissionCheck(granted: readonly string[] | null): Check {
  if (granted === null) return ok('privileges', 'the token does not tell its permissions; reading proves them');
  const missing = PERMISSIONS.devices.filter(
    (wanted) => !granted.includes(wanted) && !granted.includes(wanted.replace('.Read.', '.ReadWrite.')),
  );
  return missing.length === 0
    ? ok('privileges', granted.join(', '))
    : warning(
        'privileges',
        `missing: ${missing.join(', ')}`,
        'Grant the application permission and consent to it as an administrator.',
      );
}
