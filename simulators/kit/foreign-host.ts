/** The other host: redirects and foreign links lead here, and every token that follows them is counted. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ForeignHost {
  /** `http://localhost:PORT`: another host name and another port than the simulators' own. */
  readonly url: string;
  close(): Promise<void>;
}

/** Listens on a free port of `localhost` and answers every request with an empty JSON object. */
export async function startForeignHost(onRequest: (withAuthorization: boolean) => void): Promise<ForeignHost> {
  const server = http.createServer((request, response) => {
    onRequest(request.headers.authorization !== undefined);
    request.resume();
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, 'localhost', resolve);
  });
  return {
    url: `http://localhost:${portOf(server)}`,
    close: () => closeServer(server),
  };
}

/** @returns the TCP port that a listening server has got. */
export function portOf(server: http.Server): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server does not listen on a TCP port.');
  return address.port;
}

/** Closes a server and every connection it still has, stalled ones too. */
export function closeServer(server: http.Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
    server.closeAllConnections();
  });
}
