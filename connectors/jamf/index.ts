/** Jamf Pro: mobile device inventory through the Jamf Pro API. */
import type { InventorySource } from '../../core/ports/inventory-source';
import { makeJamfClient } from './client';
import type { JamfClient, JamfDependencies, JamfSettings } from './client';
import { makeJamfInventory } from './inventory';

export interface JamfConnector {
  readonly client: JamfClient;
  readonly inventory: InventorySource;
  close(): void;
}

export function makeJamfConnector(settings: JamfSettings, dependencies: JamfDependencies): JamfConnector {
  const client = makeJamfClient(settings, dependencies);
  return { client, inventory: makeJamfInventory(settings, client, dependencies.clock), close: client.close };
}

export type { JamfDependencies, JamfSettings } from './client';
