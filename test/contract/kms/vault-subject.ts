/** Azure Key Vault as a subject of the contract suite: the real client against the simulator, over HTTP or TLS. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { KeyClient } from '@azure/keyvault-keys';
import type { Kms } from '../../../core/ports/kms';
import { openKms } from '../../../kms';
import { startSimulators } from '../../../simulators';
import type { Simulators, SimulatorsOptions } from '../../../simulators';
import { vaultCredential } from '../../support/vault-credential';
import type { KmsSubject } from './kms.contract';

const TLS = path.join(__dirname, '../../integration/__fixtures__/feed-tls');
export const ROOT = readFileSync(path.join(TLS, 'root.pem'), 'utf8');
const read = (file: string): string => readFileSync(path.join(TLS, file), 'utf8');

export interface VaultSubject extends KmsSubject {
  readonly simulators: Simulators;
  /** The simulators' time; keys are created in whole seconds. */
  readonly time: { now: number };
  readonly admin: KeyClient;
}

const NO_FLEET = { intune: 0, jamf: 0, workspaceOne: 0, seed: 1, latency: 'none', faults: [], port: 0 } as const;

export async function startVault(
  options: Partial<SimulatorsOptions> & { readonly secure?: boolean } = {},
): Promise<{ readonly simulators: Simulators; readonly time: { now: number } }> {
  const { secure = false, ...rest } = options;
  // The client has a clock of its own, this machine's: times of keys must make sense to both.
  const time = { now: Date.now() };
  const tls = secure ? { tls: { cert: read('server.pem'), key: read('server-key.pem') } } : {};
  const simulators = await startSimulators({ ...NO_FLEET, clock: { now: () => time.now }, ...tls, ...rest });
  return { simulators, time };
}

/** An unguarded client, for what only an administrator does. */
export function adminOf(url: string): KeyClient {
  const secure = url.startsWith('https:');
  return new KeyClient(url, vaultCredential(url, secure ? ROOT : undefined), {
    allowInsecureConnection: !secure,
    disableChallengeResourceVerification: true,
    ...(secure ? { tlsOptions: { ca: ROOT } } : {}),
  });
}

export async function openVault(secure = false): Promise<VaultSubject> {
  const { simulators, time } = await startVault({ secure });
  const { url, vaultKey } = simulators;
  const admin = adminOf(url);
  const ca = secure ? { ca: ROOT } : {};
  const open = (address: string): Promise<Kms> =>
    openKms(`azurekms:${address}`, {
      clock: { now: () => time.now },
      credential: vaultCredential(url, secure ? ROOT : undefined),
      ...ca,
    });
  const partsOf = (kid: string): readonly [string, string] => {
    const [name = '', version = ''] = kid.split('/');
    return [name, version];
  };
  const kms = await open(vaultKey);
  return {
    kms,
    simulators,
    time,
    admin,
    reopen: () => open(vaultKey),
    openAt: (kid) => open(`${url}/keys/${kid}`),
    async rotate() {
      time.now += 1000;
      const { properties } = await admin.rotateKey('directory');
      return `directory/${properties.version ?? ''}`;
    },
    async setEnabled(kid, enabled) {
      await admin.updateKeyProperties(...partsOf(kid), { enabled });
    },
    async close() {
      await kms.close();
      await simulators.close();
    },
  };
}
