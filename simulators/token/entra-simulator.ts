/** A simulated Microsoft Entra token endpoint for client credentials. */
import type { SimAnswer, SimClock, SimRequest, Simulator } from '../kit/route';
import type { TokenBook } from './token-book';

export interface EntraSimulatorOptions {
  readonly tokens: TokenBook;
  readonly clock: SimClock;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Correlation and trace ids are the same in every answer: they are printed, never compared. */
const ZERO_GUID = '00000000-0000-0000-0000-000000000000';

export function makeEntraSimulator(options: EntraSimulatorOptions): Simulator {
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
        handle: (request) => answerToken(options, request),
      },
    ],
    errorBody: (status) => errorBody(options.clock, 'temporarily_unavailable', 90033, `status ${status}`),
  };
}

function answerToken(options: EntraSimulatorOptions, request: SimRequest): SimAnswer {
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
  if (form.get('client_id') !== clientId) {
    return refuse('unauthorized_client', 700016, 'Application was not found in the directory.');
  }
  if (form.get('client_secret') !== clientSecret) {
    return refuse('invalid_client', 7000215, 'Invalid client secret provided.');
  }
  if (!/\/\.default$/.test(form.get('scope') ?? '')) {
    return refuse('invalid_scope', 1002012, 'The provided value for scope is not valid: it must end in /.default.');
  }
  const { value, expiresInSeconds } = tokens.issue('entra');
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
