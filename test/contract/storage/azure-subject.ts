/** The state in Azure as a subject of the contract suites: an emulator of its own, reached as in production or with its key. */
import { readFileSync } from 'node:fs';
import { SILENT } from '../../../core/ports/telemetry';
import { openAzureState } from '../../../storage/azure/open-state';
import type { AzureAccess, AzureState } from '../../../storage/azure/open-state';
import { TEST_ROOT, startAzurite } from '../../support/azurite';
import type { Azurite } from '../../support/azurite';

export interface AzureSubject {
  readonly state: AzureState;
  /** Opens the same account again, as a new process would. */
  reopen(): AzureSubject;
  readonly close: () => Promise<void>;
}

/** With the emulator's key, over plain HTTP. */
export async function openWithKey(now: () => number = () => Date.now()): Promise<AzureSubject> {
  const azurite = await startAzurite();
  return subjectOf(azurite, { kind: 'connection-string', connectionString: azurite.connectionString }, now);
}

/** With a token, over TLS: the way of production, with nothing that knows a key. */
export async function openWithToken(): Promise<AzureSubject> {
  const azurite = await startAzurite({ tls: true });
  const { blob, queue, table } = azurite;
  const ca = readFileSync(TEST_ROOT, 'utf8');
  return subjectOf(azurite, { kind: 'endpoints', blob, queue, table, credential: fakeCredential(), ca }, Date.now);
}

function subjectOf(azurite: Azurite, access: AzureAccess, now: () => number): AzureSubject {
  const open = (): AzureSubject => {
    const state = openAzureState(access, { clock: { now }, telemetry: SILENT });
    return {
      state,
      reopen: () => {
        state.close();
        return open();
      },
      close: async () => {
        state.close();
        await azurite.close();
      },
    };
  };
  return open();
}

/** Issues what an emulator takes for a token of Entra ID: it looks at audience, issuer and times, at no signature. */
export function fakeCredential() {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return {
    getToken: async () => {
      const seconds = Math.floor(Date.now() / 1000);
      const claims = {
        aud: 'https://storage.azure.com',
        iss: 'https://sts.windows.net/ab1f708d-50f6-404c-a006-d71b2ac7a606/',
        iat: seconds - 60,
        nbf: seconds - 60,
        exp: seconds + 3600,
      };
      const token = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}.${Buffer.from('none').toString('base64url')}`;
      return { token, expiresOnTimestamp: (seconds + 3600) * 1000 };
    },
  };
}
