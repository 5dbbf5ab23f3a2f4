/** Workspace ONE UEM: device inventory through its REST API. */
import type { Diagnosable } from '../../core/ports/connector-check';
import type { InventorySource } from '../../core/ports/inventory-source';
import { makeWorkspaceOneClient } from './client';
import type { WorkspaceOneClient, WorkspaceOneDependencies, WorkspaceOneSettings } from './client';
import { diagnoseWorkspaceOne } from './diagnose';
import { makeWorkspaceOneInventory } from './inventory';

export interface WorkspaceOneConnector extends Diagnosable {
  readonly client: WorkspaceOneClient;
  readonly inventory: InventorySource;
  readonly close: () => void;
}

export function makeWorkspaceOneConnector(
  settings: WorkspaceOneSettings,
  dependencies: WorkspaceOneDependencies,
): WorkspaceOneConnector {
  const client = makeWorkspaceOneClient(settings, dependencies);
  return {
    client,
    inventory: makeWorkspaceOneInventory(settings, client, dependencies.clock),
    diagnose: (signal) => diagnoseWorkspaceOne(client, dependencies.clock, signal),
    close: client.close,
  };
}

export type { WorkspaceOneDependencies, WorkspaceOneSettings } from './client';
