/** What `doctor` finds out about a Workspace ONE UEM tenant, with one token and one row. */
import type { Check } from '../../core/ports/connector-check';
import type { Clock } from '../../core/ports/clock';
import { checkClock, ok, runChecks, warning } from '../http/diagnose';
import { ROUTES } from './allow-list';
import type { WorkspaceOneClient } from './client';

const meter = { request: () => undefined };

export function diagnoseWorkspaceOne(
  client: WorkspaceOneClient,
  clock: Clock,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  return runChecks([
    {
      name: 'read',
      run: async () => {
        const { total, headers, warnings } = await client.probe(meter, signal);
        return [
          ok('token', 'the token host and the API host are reached and a token is accepted'),
          warnings.length === 0
            ? ok('version', `device search in API version ${ROUTES.deviceSearch.version}`)
            : warning('version', warnings.join(' '), 'Check that no proxy removes the header X-Api-Version.'),
          ...checkClock(headers, clock),
          total > 0
            ? ok('read', `${total} devices can be read`)
            : warning(
                'read',
                'the device search is empty',
                `Check the role (${ROUTES.deviceSearch.privileges.join(', ')}) and that the client belongs to a Customer-type organization group.`,
              ),
          quotaCheck(client),
        ];
      },
    },
  ]);
}

function quotaCheck(client: WorkspaceOneClient): Check {
  const state = client.quota();
  if (state === null) {
    return warning(
      'quota',
      'the server tells no quota',
      'Sweeps cannot keep a reserve: watch the API usage page of the console.',
    );
  }
  const { remaining, limit, resetAt } = state;
  return ok('quota', `${remaining} of ${limit} calls left until ${new Date(resetAt).toISOString()}`);
}
