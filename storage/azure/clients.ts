/** The SDKs' clients for one storage account, set up alike. Nothing here touches the network. */
import http from 'node:http';
import https from 'node:https';
import { TableClient } from '@azure/data-tables';
import type { TableServiceClientOptions } from '@azure/data-tables';
import { BlobServiceClient, newPipeline as newBlobPipeline } from '@azure/storage-blob';
import type { ContainerClient, RequestPolicyFactory } from '@azure/storage-blob';
import { QueueServiceClient, newPipeline as newQueuePipeline } from '@azure/storage-queue';
import type { QueueClient } from '@azure/storage-queue';
import type { ServiceAddresses } from './access';
import type { SendRequest } from './request-policy';

export interface AzureClients {
  readonly table: (name: string) => TableClient;
  readonly queue: (name: string) => QueueClient;
  readonly container: (name: string) => ContainerClient;
  /** Closes the connections. May be called twice. */
  close(): void;
}

type TablePolicy = NonNullable<TableServiceClientOptions['additionalPolicies']>[number]['policy'];

const CONNECTIONS = 64;

export function makeClients(addresses: ServiceAddresses, send: SendRequest): AzureClients {
  // Our own agents, so that closing the state closes its connections.
  const trusted = addresses.ca === undefined ? {} : { ca: addresses.ca };
  const secure = new https.Agent({ keepAlive: true, maxSockets: CONNECTIONS, ...trusted });
  const plain = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const agentFor = (url: string): http.Agent | https.Agent => (url.startsWith('https:') ? secure : plain);

  const tablePolicy: TablePolicy = {
    name: 'musterRequestPolicy',
    sendRequest: (request, next) => {
      const { abortSignal } = request;
      // A proxy that the environment names has set its agent already.
      request.agent ??= agentFor(request.url);
      return send(request, (expiry) => {
        request.abortSignal = withExpiry(abortSignal, expiry);
        return next(request);
      });
    },
  };
  // The storage SDKs take policies only in this older shape; it stands outside of their own retries, which are off.
  const storageFactory: RequestPolicyFactory = {
    create: (next) => ({
      sendRequest: (request) => {
        const { abortSignal } = request;
        request.agent ??= agentFor(request.url);
        return send(request, (expiry) => {
          request.abortSignal = withExpiry(abortSignal, expiry);
          return next.sendRequest(request);
        });
      },
    }),
  };
  const once = { retryOptions: { maxTries: 1 } };
  const blobPipeline = newBlobPipeline(addresses.storageCredential, once);
  blobPipeline.factories.push(storageFactory);
  const queuePipeline = newQueuePipeline(addresses.storageCredential, once);
  queuePipeline.factories.push(storageFactory);
  const blobs = new BlobServiceClient(addresses.blob, blobPipeline);
  const queues = new QueueServiceClient(addresses.queue, queuePipeline);
  const tableOptions: TableServiceClientOptions = {
    retryOptions: { maxRetries: 0 },
    allowInsecureConnection: addresses.table.startsWith('http:'),
    additionalPolicies: [{ policy: tablePolicy, position: 'perCall' }],
  };
  const { tableCredential } = addresses;
  const newTable = (name: string): TableClient =>
    // Two overloads of the constructor, one for each kind of credential.
    'getToken' in tableCredential
      ? new TableClient(addresses.table, name, tableCredential, tableOptions)
      : new TableClient(addresses.table, name, tableCredential, tableOptions);

  return {
    table: remembering(newTable),
    queue: remembering((name) => queues.getQueueClient(name)),
    container: remembering((name) => blobs.getContainerClient(name)),
    close: () => {
      secure.destroy();
      plain.destroy();
    },
  };
}

/** What the SDKs take for an AbortSignal is a smaller thing; the ones that reach us are real ones. */
function withExpiry(signal: unknown, expiry: AbortSignal): AbortSignal {
  return signal instanceof AbortSignal ? AbortSignal.any([signal, expiry]) : expiry;
}

function remembering<T>(make: (name: string) => T): (name: string) => T {
  const made = new Map<string, T>();
  return (name) => {
    const found = made.get(name) ?? make(name);
    made.set(name, found);
    return found;
  };
}
