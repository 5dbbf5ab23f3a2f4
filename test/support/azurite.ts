/**
 * Azurite 3.35.0 inside the test's process: all three services on free ports, everything in memory, nothing on disk.
 *
 * Where it differs from the service, as far as our tests meet it:
 * - no legal holds and no immutability policies on blobs: see azurite-protection.ts;
 * - an identity may do everything: roles are not checked, and neither is the signature of a token;
 * - queries walk all rows of a table, so that what is fast in Azure is not fast here.
 */
import { once } from 'node:events';
import path from 'node:path';
import BlobConfiguration from 'azurite/dist/src/blob/BlobConfiguration';
import BlobServer from 'azurite/dist/src/blob/BlobServer';
import QueueConfiguration from 'azurite/dist/src/queue/QueueConfiguration';
import QueueServer from 'azurite/dist/src/queue/QueueServer';
import TableConfiguration from 'azurite/dist/src/table/TableConfiguration';
import TableServer from 'azurite/dist/src/table/TableServer';
import { addProtection } from './azurite-protection';

/** A root and a certificate for 127.0.0.1 under it, made for the tests of the feeds. */
const TLS = path.join(__dirname, '../integration/__fixtures__/feed-tls');
export const TEST_ROOT = path.join(TLS, 'root.pem');

const ACCOUNT = 'devstoreaccount1';
/** The key that every emulator has, as published. */
const KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

export interface Azurite {
  /** Addresses with the account in their path. */
  readonly blob: string;
  readonly queue: string;
  readonly table: string;
  readonly connectionString: string;
  close(): Promise<void>;
}

/** @param tls speaks HTTPS and takes any well-formed token for the storage audience; else plain HTTP and the key. */
export async function startAzurite({ tls = false }: { readonly tls?: boolean } = {}): Promise<Azurite> {
  const host = '127.0.0.1';
  const keepAlive = 5;
  const certificate = tls ? [path.join(TLS, 'server.pem'), path.join(TLS, 'server-key.pem'), ''] : ['', '', ''];
  // loose, skipApiVersionCheck, cert, key, pwd, oauth, disableProductStyleUrl, isMemoryPersistence
  const common = [false, true, ...certificate, tls ? 'basic' : undefined, false, true];
  // Tables: metadata, debug log, access log, its stream, debug path. The others: metadata, extents, places, access log,
  // its stream, debug log, debug path: the two logs stand the other way round.
  const tableSettings = ['unused', false, false, undefined, undefined];
  const blobSettings = ['unused', 'unused', [], false, undefined, false, undefined];
  const servers = {
    blob: new BlobServer(new BlobConfiguration(host, 0, keepAlive, ...blobSettings, ...common)),
    queue: new QueueServer(new QueueConfiguration(host, 0, keepAlive, ...blobSettings, ...common)),
    table: new TableServer(new TableConfiguration(host, 0, keepAlive, ...tableSettings, ...common)),
  };
  for (const server of Object.values(servers)) await server.start();
  addProtection(servers.blob.httpServer);
  const addressOf = ({ httpServer }: BlobServer): string => {
    const address = httpServer.address();
    if (address === null || typeof address === 'string') throw new Error('the emulator listens on no port');
    return `http${tls ? 's' : ''}://${host}:${address.port}/${ACCOUNT}`;
  };
  const [blob, queue, table] = [addressOf(servers.blob), addressOf(servers.queue), addressOf(servers.table)];
  return {
    blob,
    queue,
    table,
    connectionString: `DefaultEndpointsProtocol=http;AccountName=${ACCOUNT};AccountKey=${KEY};BlobEndpoint=${blob};QueueEndpoint=${queue};TableEndpoint=${table};`,
    close: async () => {
      for (const server of Object.values(servers)) {
        // Its own close does not wait for the connections.
        const closed = once(server.httpServer, 'close');
        server.httpServer.closeAllConnections();
        await server.close();
        await closed;
      }
    },
  };
}
