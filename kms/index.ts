/** Opens the key store that a reference names. */
import type { TokenCredential } from '@azure/identity';
import type { Clock } from '../core/ports/clock';
import type { Kms } from '../core/ports/kms';
import { openVaultKey } from './azure/open-vault-key';
import { kmsProblem, parseKmsUri } from './parse-kms-uri';
import { openSoftKeys } from './soft/open-soft-keys';

export interface KmsDeps {
  readonly clock: Clock;
  /** Between 0 and 1, for waits that spread; this machine's unless told. */
  readonly random?: () => number;
  /** For `azurekms:`. */
  readonly credential?: TokenCredential;
  /** For `softkms:`; without one the keys are as safe as the folder. */
  readonly passphrase?: string;
  /** PEM of the authority of a vault's certificate, where the machine does not know it: a simulator over TLS. */
  readonly ca?: string;
  /** Milliseconds for one request to a vault; 30 s unless told. */
  readonly timeoutMs?: number;
}

/**
 * Touches the network with the first use only; a folder of soft keys is read, and made where it is missing.
 * @param uri `softkms:FOLDER[?version=VERSION]` or `azurekms:https://VAULT.vault.azure.net/keys/NAME/VERSION`.
 * @throws {ConfigError} where the reference, the folder or the passphrase cannot be used.
 */
export async function openKms(uri: string, deps: KmsDeps): Promise<Kms> {
  const reference = parseKmsUri(uri);
  switch (reference.kind) {
    case 'softkms':
      return openSoftKeys(reference, deps);
    case 'azurekms': {
      const { credential } = deps;
      if (credential === undefined) {
        throw kmsProblem('names a key vault, and nothing proves who we are', 'Run with a managed identity.');
      }
      return openVaultKey(reference, { ...deps, credential });
    }
  }
}
