/** Microsoft Intune: device inventory through Microsoft Graph. */
import type { Diagnosable } from '../../core/ports/connector-check';
import type { InventorySource } from '../../core/ports/inventory-source';
import { makeIntuneClient } from './client';
import type { IntuneClient } from './client';
import { diagnoseIntune } from './diagnose';
import { makeIntuneInventory } from './inventory';
import type { IntuneDependencies, IntuneSettings } from './settings';

export interface IntuneConnector extends Diagnosable {
  readonly client: IntuneClient;
  readonly inventory: InventorySource;
  readonly close: () => void;
}

/** @throws ConfigError for a static token towards a host that is not this machine. */
export function makeIntuneConnector(settings: IntuneSettings, dependencies: IntuneDependencies): IntuneConnector {
  const client = makeIntuneClient(settings, dependencies);
  return {
    client,
    inventory: makeIntuneInventory(settings, client, dependencies.clock),
    diagnose: (signal) => diagnoseIntune(client, signal),
    close: () => client.close(),
  };
}

export type { AppLabel, IntuneAuth, IntuneDependencies, IntuneSettings } from './settings';
