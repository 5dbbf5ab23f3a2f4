/** Token, version and privileges: what a client asks before it reads (facts/jamf-pro.md §1). */
import { faultOf } from '../kit/content-faults';
import type { SimAnswer, SimRequest, SimRoute } from '../kit/route';
import { guarded } from './guard';
import { jamfError } from './jamf-answers';
import { DEFAULT_VERSION, READER_PRIVILEGES } from './options';
import type { JamfSimulatorOptions } from './options';

/** Part of the vocabulary of a server; real ones list some 700. */
const KNOWN_PRIVILEGES: readonly string[] = [
  ...READER_PRIVILEGES,
  'Read Computers',
  'Read Managed Software Updates',
  'Read Mobile Device Applications',
  'Read Mobile Device Extension Attributes',
  'Read iOS Configuration Profiles',
  'Send Declarative Management Command',
  'Send Mobile Device Remote Wipe Command',
  'Unmanage Mobile Devices',
  'Update Mobile Devices',
];

const SPEC = 'https://datatracker.ietf.org/doc/html/rfc6749#section-5.2';

export function accountRoutes(options: JamfSimulatorOptions): readonly SimRoute[] {
  const { tokens, version = DEFAULT_VERSION, tokenPathV1 = true, privileges = READER_PRIVILEGES } = options;
  const giveToken = (request: SimRequest): SimAnswer => answerToken(options, request);

  return [
    {
      method: 'POST',
      path: '/api/v1/oauth/token',
      name: 'jamf.token',
      kind: 'token',
      handle: (request) => (tokenPathV1 ? giveToken(request) : jamfError(404, 'NOT_FOUND', 'Not Found')),
    },
    { method: 'POST', path: '/api/oauth/token', name: 'jamf.token-old', kind: 'token', handle: giveToken },
    {
      method: 'POST',
      path: '/api/v1/auth/invalidate-token',
      name: 'jamf.invalidate-token',
      // Ends a session and changes nothing that is managed, so it is no write of the inventory.
      kind: 'token',
      handle: guarded(options, null, (request) => {
        tokens.revoke((request.headers['authorization'] ?? '').replace(/^Bearer /i, ''));
        return { status: 204, body: null };
      }),
    },
    {
      method: 'GET',
      path: '/api/v1/auth',
      name: 'jamf.auth',
      kind: 'read',
      handle: guarded(options, null, () => ({
        status: 200,
        body: {
          account: {
            id: '1',
            username: options.clientId,
            realName: 'API client',
            email: '',
            preferences: null,
            multiSiteAdmin: false,
            accessLevel: 'FullAccess',
            privilegeSet: 'CUSTOM',
            privilegesBySite: { '-1': privileges },
            groupIds: [],
            currentSiteId: '-1',
          },
          accountGroups: [],
          sites: [],
          authenticationType: 'CLIENT_CREDENTIALS',
        },
      })),
    },
    {
      method: 'GET',
      path: '/api/v1/jamf-pro-version',
      name: 'jamf.version',
      kind: 'read',
      handle: guarded(options, null, (request) => ({
        status: 200,
        body: { version: faultOf(request, 'wrong-version') === null ? version : '10.42.1-t1671545455' },
      })),
    },
    {
      method: 'GET',
      path: '/api/v1/api-role-privileges',
      name: 'jamf.privileges',
      kind: 'read',
      handle: guarded(options, 'Read API Roles', () => ({ status: 200, body: { privileges: KNOWN_PRIVILEGES } })),
    },
  ];
}

function answerToken({ clientId, clientSecret, tokens }: JamfSimulatorOptions, request: SimRequest): SimAnswer {
  const form = new URLSearchParams(request.body.toString('utf8'));
  const refuse = (error: string, parameter: string): SimAnswer => ({
    status: 400,
    body: { error, error_description: `OAuth 2.0 Parameter: ${parameter}`, error_uri: SPEC },
  });
  if (form.get('grant_type') !== 'client_credentials') return refuse('unsupported_grant_type', 'grant_type');
  if (form.get('client_id') !== clientId) return refuse('invalid_client', 'client_id');
  if (form.get('client_secret') !== clientSecret) return refuse('invalid_client', 'client_secret');
  const scope = form.get('scope') ?? 'api-role:1';
  if (!/^api-role:1$/.test(scope)) return refuse('invalid_scope', 'scope');
  const { value, expiresInSeconds } = tokens.issue('jamf');
  return {
    status: 200,
    headers: { 'cache-control': 'no-store' },
    body: { access_token: value, scope, token_type: 'Bearer', expires_in: expiresInSeconds },
  };
}
