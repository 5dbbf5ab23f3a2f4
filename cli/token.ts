import axios from 'axios';
import * as z from 'zod';
import { loadEdgeConfig } from '../config/load-config';
import { isLoopback } from '../config/schema';
import { ConfigError } from '../core/errors';
import { CREDENTIALS } from '../simulators/write-config';
import type { Console } from './console';
import { EXIT } from './exit-codes';
import type { ExitCode } from './exit-codes';

export interface TokenOptions {
  readonly config: string;
  readonly roles: string;
  readonly caller?: string;
}

/** `muster token`: an access token of the simulated issuer, for trying the API on one machine. Any other issuer is refused. */
export async function token(console: Console, { config: file, roles, caller }: TokenOptions): Promise<ExitCode> {
  const { config } = await loadEdgeConfig(file, process.env);
  const { api } = config;
  const url = api === undefined ? null : URL.parse(`${api.authorityHost}/${api.tenantId}/oauth2/v2.0/token`);
  if (api === undefined || url === null || !isLoopback(url)) {
    throw new ConfigError('there is no issuer on this machine to ask', [
      {
        path: 'api.authorityHost',
        message: api === undefined ? 'is not set' : 'is not an issuer on this machine',
        hint: 'This command is for the simulated issuer; a real token comes from Entra ID, e.g. az account get-access-token.',
      },
    ]);
  }
  const { clientId, clientSecret } = CREDENTIALS.api;
  const form = {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    scope: `${api.audience}/.default`,
    roles,
    ...(caller === undefined ? {} : { caller }),
  };
  const answer = await axios.post<unknown>(url.href, new URLSearchParams(form), { maxRedirects: 0, timeout: 15_000 });
  const { access_token: issued } = z.object({ access_token: z.string() }).parse(answer.data);
  await console.out(`${issued}\n`);
  return EXIT.done;
}
