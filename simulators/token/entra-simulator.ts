/** A simulated Microsoft Entra ID: client credentials for Graph, and signed tokens for an API of one's own. */
import type { SimAnswer, SimClock, SimRequest, Simulator } from '../kit/route';
import { makeApiTokenIssuer } from './api-token-issuer';
import type { ApiTokenIssuer } from './api-token-issuer';
import type { TokenBook } from './token-book';

export interface EntraSimulatorOptions {
  readonly tokens: TokenBook;
  readonly clock: SimClock;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** A client that may have tokens for Key Vault, which Graph does not take, nor Key Vault those of Graph. */
  readonly vault?: { readonly clientId: string; readonly clientSecret: string; readonly resource: string };
  /** A client that may have a token for the API with whatever roles it names in the form field `roles`. */
  readonly api: { readonly clientId: string; readonly clientSecret: string; readonly audience: string };
}

/** Correlation and trace ids are the same in every answer: they are printed, never compared. */
const ZERO_GUID = '00000000-0000-0000-0000-000000000000';

export function makeEntraSimulator(options: EntraSimulatorOptions): Simulator {
  const issuer = makeApiTokenIssuer(options.clock);
  return {
    prefix: 'login',
    latency: 'graph',
    issuer: 'entra',
    routes: [
      {
        method: 'POST',
        path: '/:tenantId/oauth2/v2.0/token',
        name: 'entra.token',
        kind: 'token',
        handle: (request) => answerToken(options, issuer, request),
      },
      {
        method: 'GET',
        path: '/:tenantId/discovery/v2.0/keys',
        name: 'entra.keys',
        kind: 'token',
        handle: () => ({ status: 200, body: issuer.keys() }),
      },
      {
        method: 'GET',
        path: '/:tenantId/v2.0/.well-known/openid-configuration',
        name: 'entra.configuration',
        kind: 'token',
        handle: ({ base, params }) => ({ status: 200, body: configuration(`${base}/${params['tenantId'] ?? ''}`) }),
      },
    ],
    errorBody: (status) => errorBody(options.clock, 'temporarily_unavailable', 90033, `status ${status}`),
  };
}

function configuration(authority: string): unknown {
  return {
    issuer: `${authority}/v2.0`,
    jwks_uri: `${authority}/discovery/v2.0/keys`,
    token_endpoint: `${authority}/oauth2/v2.0/token`,
    id_token_signing_alg_values_supported: ['RS256'],
  };
}

function answerToken(options: EntraSimulatorOptions, issuer: ApiTokenIssuer, request: SimRequest): SimAnswer {
  const form = new URLSearchParams(request.body.toString('utf8'));
  // Wrong credentials are 400, not 401: facts/intune-graph.md §5.
  const refuse = (error: string, code: number, text: string): SimAnswer => ({
    status: 400,
    body: errorBody(options.clock, error, code, text),
  });
  const { tenantId, clientId, clientSecret, tokens } = options;
  if (request.params['tenantId'] !== tenantId) {
    return refuse('invalid_request', 90002, `Tenant '${request.params['tenantId'] ?? ''}' not found.`);
  }
  if (form.get('grant_type') !== 'client_credentials') {
    return refuse('unsupported_grant_type', 70003, 'The app requested an unsupported grant type.');
  }
  if (form.get('client_id') === options.api.clientId) return answerApiToken(options, issuer, form, request, refuse);
  const { vault } = options;
  const forVault = vault !== undefined && form.get('client_id') === vault.clientId;
  if (!forVault && form.get('client_id') !== clientId) {
    return refuse('unauthorized_client', 700016, 'Application was not found in the directory.');
  }
  if (form.get('client_secret') !== (forVault ? vault.clientSecret : clientSecret)) {
    return refuse('invalid_client', 7000215, 'Invalid client secret provided.');
  }
  if (!/\/\.default$/.test(form.get('scope') ?? '')) {
    return refuse('invalid_scope', 1002012, 'The provided value for scope is not valid: it must end in /.default.');
  }
  // Any client may ask for any resource; what it may do there is the resource's business.
  const audience = (form.get('scope') ?? '').replace(/\/\.default$/, '');
  const { value, expiresInSeconds } = tokens.issue(audience === vault?.resource ? 'key-vault' : 'entra');
  return {
    status: 200,
    headers: { 'cache-control': 'no-store' },
    body: {
      token_type: 'Bearer',
      expires_in: expiresInSeconds,
      ext_expires_in: expiresInSeconds,
      access_token: value,
    },
  };
}

const API_TOKEN_SECONDS = 3600;

/** Who may have which role is decided in Entra ID; here the form says it. */
function answerApiToken(
  { api, tenantId }: EntraSimulatorOptions,
  issuer: ApiTokenIssuer,
  form: URLSearchParams,
  request: SimRequest,
  refuse: (error: string, code: number, text: string) => SimAnswer,
): SimAnswer {
  if (form.get('client_secret') !== api.clientSecret) {
    return refuse('invalid_client', 7000215, 'Invalid client secret provided.');
  }
  const scope = form.get('scope') ?? '';
  if (scope !== `${api.audience}/.default`) {
    return refuse('invalid_scope', 70011, `The provided value for scope ${scope} is not valid.`);
  }
  const lifetimeSeconds = Number(form.get('lifetime') ?? API_TOKEN_SECONDS);
  const token = issuer.issue({
    authority: `${request.base}/${tenantId}`,
    tenantId,
    clientId: api.clientId,
    audience: api.audience,
    roles: (form.get('roles') ?? '').split(',').filter((role) => role !== ''),
    caller: form.get('caller') ?? ZERO_GUID,
    person: form.get('person') === 'true',
    lifetimeSeconds,
  });
  return {
    status: 200,
    headers: { 'cache-control': 'no-store' },
    body: { token_type: 'Bearer', expires_in: lifetimeSeconds, ext_expires_in: lifetimeSeconds, access_token: token },
  };
}

function errorBody(clock: SimClock, error: string, code: number, text: string): unknown {
  return {
    error,
    error_description: `AADSTS${code}: ${text}`,
    error_codes: [code],
    timestamp: new Date(clock.now()).toISOString(),
    trace_id: ZERO_GUID,
    correlation_id: ZERO_GUID,
  };
}
