/** Keep-alive agents that give up on a connection which is not established in time. */
import http from 'node:http';
import https from 'node:https';
import { Duplex } from 'node:stream';

/** No connection within the allowed time. */
export class ConnectTimeout extends Error {
  readonly code = 'CONNECT_TIMEOUT';

  constructor(milliseconds: number) {
    super(`no connection within ${milliseconds} ms`);
    this.name = 'ConnectTimeout';
  }
}

function giveUpAfter(connection: Duplex, connectedEvent: 'connect' | 'secureConnect', milliseconds: number): void {
  const timer = setTimeout(() => connection.destroy(new ConnectTimeout(milliseconds)), milliseconds);
  const stop = (): void => clearTimeout(timer);
  connection.once(connectedEvent, stop);
  connection.once('close', stop);
}

export interface Agents {
  readonly http: http.Agent;
  readonly https: https.Agent;
  readonly close: () => void;
}

class PlainAgent extends http.Agent {
  readonly #connectTimeoutMs: number;

  constructor(options: http.AgentOptions, connectTimeoutMs: number) {
    super(options);
    this.#connectTimeoutMs = connectTimeoutMs;
  }

  override createConnection(
    ...args: Parameters<http.Agent['createConnection']>
  ): ReturnType<http.Agent['createConnection']> {
    const connection = super.createConnection(...args);
    if (connection instanceof Duplex) giveUpAfter(connection, 'connect', this.#connectTimeoutMs);
    return connection;
  }
}

class SecureAgent extends https.Agent {
  readonly #connectTimeoutMs: number;

  constructor(options: https.AgentOptions, connectTimeoutMs: number) {
    super(options);
    this.#connectTimeoutMs = connectTimeoutMs;
  }

  override createConnection(
    ...args: Parameters<https.Agent['createConnection']>
  ): ReturnType<https.Agent['createConnection']> {
    const connection = super.createConnection(...args);
    if (connection instanceof Duplex) giveUpAfter(connection, 'secureConnect', this.#connectTimeoutMs);
    return connection;
  }
}

/** @param connectTimeoutMs until TCP (and TLS, where there is one) stands. */
export function makeAgents(connectTimeoutMs: number): Agents {
  const options = { keepAlive: true, maxFreeSockets: 8, scheduling: 'lifo' } as const;
  const plain = new PlainAgent(options, connectTimeoutMs);
  const secure = new SecureAgent(options, connectTimeoutMs);
  return {
    http: plain,
    https: secure,
    close: () => {
      plain.destroy();
      secure.destroy();
    },
  };
}
