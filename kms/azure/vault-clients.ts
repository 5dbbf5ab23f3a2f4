/** The SDK's clients for one vault, set up so that a request is sent once or not at all. Nothing here touches the network. */
import http from 'node:http';
import https from 'node:https';
import type { TokenCredential } from '@azure/identity';
import { KeyClient } from '@azure/keyvault-keys';
import type { CryptographyClient, KeyClientOptions } from '@azure/keyvault-keys';
import type { VaultKeyReference } from '../parse-kms-uri';
import { assertAnswered } from './vault-failures';

export interface VaultClients {
  readonly keys: KeyClient;
  /** A new client, on the connections and tokens of {@link keys}: one for each key version, kept (§2.4 #9). */
  cryptography(name: string, version: string): CryptographyClient;
  /** Closes the connections. May be called twice. */
  close(): void;
}

export interface VaultClientOptions {
  readonly credential: TokenCredential;
  readonly ca?: string;
}

const CONNECTIONS = 32;

export function makeVaultClients(
  { vaultUrl, local }: Pick<VaultKeyReference, 'vaultUrl' | 'local'>,
  { credential, ca }: VaultClientOptions,
): VaultClients {
  // Our own agents, so that closing ends the connections.
  const secure = new https.Agent({ keepAlive: true, maxSockets: CONNECTIONS, ...(ca === undefined ? {} : { ca }) });
  const plain = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const options: KeyClientOptions = {
    // A signature that was asked for twice is charged and logged twice.
    retryOptions: { maxRetries: 0 },
    redirectOptions: { maxRetries: 0 },
    additionalPolicies: [
      {
        position: 'perCall',
        policy: {
          // Outside of the challenge: a 401 that is answered with a token does not come by here.
          name: 'musterVaultPolicy',
          sendRequest: async (request, next) => {
            // A proxy that the environment names has set its agent already.
            request.agent ??= request.url.startsWith('https:') ? secure : plain;
            const answer = await next(request);
            assertAnswered(answer);
            return answer;
          },
        },
      },
    ],
    // Both are needed for a simulator (facts/azure-functions.md §3.2), and would hand tokens to strangers anywhere else.
    ...(local
      ? { allowInsecureConnection: vaultUrl.startsWith('http:'), disableChallengeResourceVerification: true }
      : {}),
  };
  const keys = new KeyClient(vaultUrl, credential, options);
  return {
    keys,
    cryptography: (name, version) => keys.getCryptographyClient(name, { keyVersion: version }),
    close() {
      secure.destroy();
      plain.destroy();
    },
  };
}
