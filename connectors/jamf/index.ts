/** Jamf Pro: mobile device inventory through the Jamf Pro API. */
import type { Diagnosable } from '../../core/ports/connector-check';
import type { InventorySource } from '../../core/ports/inventory-source';
import { makeJamfClient } from './client';
import type { JamfClient, JamfDependencies, JamfSettings } from './client';
import { diagnoseJamf } from './diagnose';
import { makeJamfInventory } from './inventory';

export interface JamfConnector extends Diagnosable {
  readonly client: JamfClient;
  readonly inventory: InventorySource;
  readonly close: () => void;
}

export function makeJamfConnector(settings: JamfSettings, dependencies: JamfDependencies): JamfConnector {
  const client = makeJamfClient(settings, dependencies);
  return {
    client,
    inventory: makeJamfInventory(settings, client, dependencies.clock),
    diagnose: (signal) => diagnoseJamf(client, dependencies.clock, signal),
    close: client.close,
  };
}

export type { JamfDependencies, JamfSettings } from './client';
