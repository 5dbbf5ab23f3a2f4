/** What `doctor` finds out about a Jamf Pro server. */
import type { Check } from '../../core/ports/connector-check';
import type { Clock } from '../../core/ports/clock';
import { checkClock, ok, runChecks, warning } from '../http/diagnose';
import { isLenient } from './client';
import type { JamfClient } from './client';
import { PRIVILEGES } from './errors';

const meter = { request: () => undefined };

export function diagnoseJamf(client: JamfClient, clock: Clock, signal: AbortSignal): Promise<readonly Check[]> {
  return runChecks([
    {
      name: 'token',
      run: async () => {
        const { version, headers } = await client.about(meter, signal);
        const lenient = isLenient(version);
        const detail = `Jamf Pro ${version.join('.')}`;
        return [
          ok('token', 'the server is reached and gives a token'),
          lenient
            ? ok('version', detail)
            : warning(
                'version',
                detail,
                'Before 11.29 one broken device fails a whole page; Muster then reads it in parts, which is slower.',
              ),
          ...checkClock(headers, clock),
        ];
      },
    },
    {
      name: 'read',
      run: async () => {
        const query = { sections: ['GENERAL'], page: 0, pageSize: 1, sort: 'mobileDeviceId:asc' };
        const { totalCount } = await client.detail(query, meter, signal);
        return totalCount > 0
          ? [ok('read', `${totalCount} mobile devices can be read`)]
          : [
              warning(
                'read',
                'the list of mobile devices is empty',
                `Check the privilege ${PRIVILEGES.devices.join(', ')} and that the client is not limited to another site.`,
              ),
            ];
      },
    },
  ]);
}
