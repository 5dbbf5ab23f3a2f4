/** Tables of the state, in one place: infrastructure creates them, and the least privileges name them one by one. */
export const TABLES = {
  runs: 'runs',
  pulls: 'pulls',
  quarantine: 'quarantine',
  connectors: 'connectors',
  devices: 'devices',
  apps: 'apps',
  leases: 'leases',
  budgets: 'budgets',
  parked: 'parked',
} as const;
