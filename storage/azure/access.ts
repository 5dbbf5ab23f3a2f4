/** Which storage account the state lies in, and what proves that we may use it. */
import { AzureNamedKeyCredential } from '@azure/data-tables';
import type { TokenCredential } from '@azure/identity';
import { StorageSharedKeyCredential } from '@azure/storage-blob';
import { ConfigError } from '../../core/errors';

export type AzureAccess =
  /** Production: no keys anywhere (facts/azure-functions.md §2.6). */
  | {
      readonly kind: 'identity';
      readonly accountName: string;
      /** `core.windows.net` when left out; sovereign clouds have their own. */
      readonly endpointSuffix?: string;
      readonly credential: TokenCredential;
    }
  /** The same with addresses of any shape, e.g. an emulator over TLS. */
  | {
      readonly kind: 'endpoints';
      readonly blob: string;
      readonly queue: string;
      readonly table: string;
      readonly credential: TokenCredential;
      /** PEM of the authority that signed the servers' certificates, where the machine does not know it. */
      readonly ca?: string;
    }
  /** For an emulator only, `UseDevelopmentStorage=true` included: a connection string holds the key of the account. */
  | { readonly kind: 'connection-string'; readonly connectionString: string };

/** Addresses and credentials in the shape that the SDKs take. */
export interface ServiceAddresses {
  readonly blob: string;
  readonly queue: string;
  readonly table: string;
  readonly storageCredential: TokenCredential | StorageSharedKeyCredential;
  readonly tableCredential: TokenCredential | AzureNamedKeyCredential;
  readonly ca?: string;
}

/** The account and key that every emulator has; both are published in Microsoft's documentation and open nothing else. */
const EMULATOR_ACCOUNT = 'devstoreaccount1';
const EMULATOR_KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/** @throws {ConfigError} where an account name or a connection string cannot be used. */
export function addressesOf(access: AzureAccess): ServiceAddresses {
  switch (access.kind) {
    case 'identity': {
      const { accountName, endpointSuffix = 'core.windows.net', credential } = access;
      if (!/^[a-z0-9]{3,24}$/.test(accountName)) {
        throw refused('accountName', 'is no name of a storage account', 'Write 3 to 24 characters of a-z and 0-9.');
      }
      const addressOf = (service: string): string => `https://${accountName}.${service}.${endpointSuffix}`;
      return {
        blob: addressOf('blob'),
        queue: addressOf('queue'),
        table: addressOf('table'),
        storageCredential: credential,
        tableCredential: credential,
      };
    }
    case 'endpoints': {
      const { blob, queue, table, credential, ca } = access;
      for (const [path, url] of Object.entries({ blob, queue, table })) {
        // A token over plain HTTP is a token for everyone on the way.
        if (!url.startsWith('https://')) throw refused(path, 'is no https address', 'Tokens go over TLS only.');
      }
      const trusted = ca === undefined ? {} : { ca };
      return { blob, queue, table, storageCredential: credential, tableCredential: credential, ...trusted };
    }
    case 'connection-string':
      return addressesIn(access.connectionString);
  }
}

function addressesIn(connectionString: string): ServiceAddresses {
  const parts = new Map<string, string>();
  for (const part of connectionString.split(';')) {
    const at = part.indexOf('=');
    if (at > 0) parts.set(part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim());
  }
  const emulator = parts.get('usedevelopmentstorage') === 'true';
  const account = emulator ? EMULATOR_ACCOUNT : parts.get('accountname');
  const key = emulator ? EMULATOR_KEY : parts.get('accountkey');
  if (account === undefined || key === undefined) {
    // The message never quotes the string: it may hold a key all the same.
    throw refused('connectionString', 'names no account and key', 'Use UseDevelopmentStorage=true, or an identity.');
  }
  const scheme = parts.get('defaultendpointsprotocol') ?? 'https';
  const suffix = parts.get('endpointsuffix') ?? 'core.windows.net';
  const addressOf = (service: string, port: number): string => {
    const explicit = parts.get(`${service}endpoint`)?.replace(/\/$/, '');
    if (explicit !== undefined) return explicit;
    return emulator ? `http://127.0.0.1:${port}/${account}` : `${scheme}://${account}.${service}.${suffix}`;
  };
  return {
    blob: addressOf('blob', 10000),
    queue: addressOf('queue', 10001),
    table: addressOf('table', 10002),
    storageCredential: new StorageSharedKeyCredential(account, key),
    tableCredential: new AzureNamedKeyCredential(account, key),
  };
}

function refused(path: string, what: string, hint: string): ConfigError {
  const message = `the storage account cannot be used: ${path} ${what}`;
  return new ConfigError(message, [{ path: `state.${path}`, message, hint }]);
}
