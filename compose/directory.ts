/** The key directory over the state and the signing key that the configuration names. */
import type { TokenCredential } from '@azure/identity';
import type { LoadedConfig } from '../config/load-config';
import { resolveSecret } from '../config/resolve-secret';
import { makeDirectory } from '../core/directory/directory';
import type { Directory } from '../core/directory/directory';
import type { DirectoryPorts, EnrolledDevice } from '../core/directory/ports';
import { ConfigError } from '../core/errors';
import type { Kms } from '../core/ports/kms';
import type { Telemetry } from '../core/ports/telemetry';
import { makeDeviceRepository } from '../core/sweep/device-repository';
import type { DeviceRepository } from '../core/sweep/device-repository';
import { openKms } from '../kms';
import { openConnectors } from './connectors';
import { openState } from './state';
import { makeSystemClock, makeSystemRandom } from './system';

export interface OpenDirectory {
  readonly directory: Directory;
  readonly kms: Kms;
  readonly close: () => Promise<void>;
}

/** @throws ConfigError where the configuration names no signing key, or one that cannot be used. */
export async function openDirectory(
  loaded: LoadedConfig,
  { telemetry }: { readonly telemetry: Telemetry },
): Promise<OpenDirectory> {
  const { config } = loaded;
  const settings = config.directory;
  if (settings === undefined) {
    throw new ConfigError('there is no key directory', [
      {
        path: 'directory',
        message: 'is not set',
        hint: 'For one machine: directory: { kms: "softkms:.muster/keys" }.',
      },
    ]);
  }
  const clock = makeSystemClock();
  const passphrase =
    settings.passphrase === undefined ? undefined : await resolveSecret(settings.passphrase, 'directory.passphrase');
  const kms = await openKms(resolvedUri(settings.kms, loaded), {
    clock,
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(settings.kms.startsWith('azurekms:') ? { credential: await vaultCredential(loaded) } : {}),
  });
  const state = await openState(loaded, { clock, telemetry });
  const connectors = await openConnectors(loaded, { clock, telemetry });
  const devices = makeDeviceRepository(state.entities, {
    policyDigest: '',
    evaluate: () => {
      throw new Error('the directory judges no device');
    },
    joinKeys: () => [],
  });
  const buckets: DirectoryPorts['buckets'] = (connectorId) => connectors.sources.get(connectorId)?.buckets ?? null;
  const { claimWaitingDays, validityDays = null } = settings;
  return {
    kms,
    directory: makeDirectory({
      store: state.entities,
      kms,
      clock,
      random: makeSystemRandom(clock),
      wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
      buckets,
      devices: (deviceKey) => enrolledDevice(devices, buckets, deviceKey),
      settings: { claimWaitingDays, validityDays },
    }),
    async close() {
      connectors.close();
      state.close();
      await kms.close();
    },
  };
}

/** What the last sweeps know of a device; null where it is gone, or was never seen. */
async function enrolledDevice(
  devices: DeviceRepository,
  buckets: DirectoryPorts['buckets'],
  deviceKey: string,
): Promise<EnrolledDevice | null> {
  const [connectorId = '', ...rest] = deviceKey.split(':');
  const scheme = buckets(connectorId);
  if (scheme === null) return null;
  const row = await devices.get(connectorId, rest.join(':'), scheme);
  if (row === null || row.head.tombstone !== null) return null;
  const { enrollment, user } = devices.device(row);
  if (enrollment.state === 'unenrolled') return null;
  return { enrolledAt: enrollment.enrolledAt, person: user.id ?? user.email };
}

/** A folder of keys is relative to the configuration, like every path in it. */
function resolvedUri(uri: string, loaded: LoadedConfig): string {
  const folder = /^softkms:([^?]*)(.*)$/s.exec(uri);
  return folder === null ? uri : `softkms:${loaded.resolve(folder[1] ?? '')}${folder[2] ?? ''}`;
}

async function vaultCredential({ config }: LoadedConfig): Promise<TokenCredential> {
  const { DefaultAzureCredential, ManagedIdentityCredential } = await import('@azure/identity');
  const clientId = config.state.kind === 'azure-storage' ? config.state.clientId : undefined;
  return clientId === undefined ? new DefaultAzureCredential() : new ManagedIdentityCredential({ clientId });
}
