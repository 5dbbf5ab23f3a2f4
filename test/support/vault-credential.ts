/** Who we are to the simulated Key Vault: what managed identity is to a real one. */
import http from 'node:http';
import https from 'node:https';
import type { TokenCredential } from '@azure/identity';
import { CREDENTIALS } from '../../simulators/write-config';

export interface CountingCredential extends TokenCredential {
  /** Scopes asked for, in order. */
  readonly asked: readonly string[];
}

/** @param url of the simulators. @param ca PEM, where they speak TLS. */
export function vaultCredential(url: string, ca?: string): CountingCredential {
  const asked: string[] = [];
  return {
    asked,
    async getToken(scopes) {
      const scope = [scopes].flat().join(' ');
      asked.push(scope);
      const { clientId, clientSecret } = CREDENTIALS.vault;
      const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope };
      const address = new URL(`${url}/login/${CREDENTIALS.tenantId}/oauth2/v2.0/token`);
      const answer = JSON.parse(await post(address, new URLSearchParams(form).toString(), ca)) as {
        readonly access_token: string;
        readonly expires_in: number;
      };
      return { token: answer.access_token, expiresOnTimestamp: Date.now() + answer.expires_in * 1000 };
    },
  };
}

function post(url: URL, body: string, ca: string | undefined): Promise<string> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const onAnswer = (answer: http.IncomingMessage): void => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('end', () => resolve(Buffer.concat(parts).toString('utf8')));
    };
    const request =
      url.protocol === 'https:'
        ? https.request(url, { method: 'POST', headers, agent: false, ...(ca === undefined ? {} : { ca }) }, onAnswer)
        : http.request(url, { method: 'POST', headers, agent: false }, onAnswer);
    request.on('error', reject).end(body);
  });
}
