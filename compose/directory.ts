/** The key directory over the state and the signing key that the configuration names. */
import type { LoadedConfig } from '../config/load-config';
import { resolveSecret } from '../config/resolve-secret';
import { makeDirectory } from '../core/directory/directory';
import type { Directory } from '../core/directory/directory';
import type { DirectoryPorts, EnrolledDevice } from '../core/directory/ports';
import { ConfigError } from '../core/errors';
import type { Clock } from '../core/ports/clock';
import type { EntityStore } from '../core/ports/entity-store';
import type { InventorySource } from '../core/ports/inventory-source';
import type { Kms } from '../core/ports/kms';
import type { Telemetry } from '../core/ports/telemetry';
import { makeDeviceRepository } from '../core/sweep/device-repository';
import type { DeviceRepository } from '../core/sweep/device-repository';
import { openKms } from '../kms';
import { azureCredential } from './azure-credential';
import { openConnectors } from './connectors';
import { openState } from './state';
import { makeSystemClock, makeSystemRandom } from './system';

export interface OpenDirectory {
  readonly directory: Directory;
  readonly kms: Kms;
  readonly buckets: DirectoryPorts['buckets'];
  readonly close: () => Promise<void>;
}

/** What the directory stands on: the state, and the connectors that say how devices are spread in it. */
export interface DirectoryBase {
  readonly entities: EntityStore;
  readonly sources: ReadonlyMap<string, Pick<InventorySource, 'buckets'>>;
  readonly clock: Clock;
}

/** A state of its own, for one command. @throws ConfigError as {@link openDirectoryOn}. */
export async function openDirectory(
  loaded: LoadedConfig,
  { telemetry }: { readonly telemetry: Telemetry },
): Promise<OpenDirectory> {
  const clock = makeSystemClock();
  const state = await openState(loaded, { clock, telemetry });
  let release = state.close;
  try {
    const connectors = await openConnectors(loaded, { clock, telemetry });
    release = () => {
      connectors.close();
      state.close();
    };
    const opened = await openDirectoryOn(loaded, { entities: state.entities, sources: connectors.sources, clock });
    return {
      ...opened,
      async close() {
        await opened.close();
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

/** @throws ConfigError where the configuration names no signing key, or one that cannot be used. */
export async function openDirectoryOn(
  loaded: LoadedConfig,
  { entities, sources, clock }: DirectoryBase,
): Promise<OpenDirectory> {
  const settings = loaded.config.directory;
  if (settings === undefined) {
    const hint = 'For one machine: directory: { kms: "softkms:.muster/keys" }.';
    throw new ConfigError('there is no key directory', [{ path: 'directory', message: 'is not set', hint }]);
  }
  const passphrase =
    settings.passphrase === undefined ? undefined : await resolveSecret(settings.passphrase, 'directory.passphrase');
  const kms = await openKms(resolvedUri(settings.kms, loaded), {
    clock,
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(settings.kms.startsWith('azurekms:') ? { credential: await azureCredential(clientIdOf(loaded)) } : {}),
  });
  const devices = makeDeviceRepository(entities, {
    policyDigest: '',
    evaluate: () => {
      throw new Error('the directory judges no device');
    },
    joinKeys: () => [],
  });
  const buckets: DirectoryPorts['buckets'] = (connectorId) => sources.get(connectorId)?.buckets ?? null;
  const { claimWaitingDays, validityDays = null } = settings;
  return {
    kms,
    buckets,
    directory: makeDirectory({
      store: entities,
      kms,
      clock,
      random: makeSystemRandom(clock),
      wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
      buckets,
      devices: (deviceKey) => enrolledDevice(devices, buckets, deviceKey),
      settings: { claimWaitingDays, validityDays },
    }),
    close: () => kms.close(),
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

function clientIdOf({ config: { state } }: LoadedConfig): string | undefined {
  return state.kind === 'azure-storage' ? state.clientId : undefined;
}
