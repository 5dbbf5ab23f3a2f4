/** The modules of Azurite 3.35.0 that start a server inside a process; they come without typings (facts/azure-functions.md §3.1). */
declare module 'azurite/dist/src/*Server' {
  import type { Server } from 'node:http';

  export default class AzuriteServer {
    constructor(configuration: object);
    readonly httpServer: Server;
    start(): Promise<void>;
    close(): Promise<void>;
  }
}

declare module 'azurite/dist/src/*Configuration' {
  /** Takes its settings by position; see test/support/azurite.ts. */
  const AzuriteConfiguration: new (...settings: readonly unknown[]) => object;
  export default AzuriteConfiguration;
}
