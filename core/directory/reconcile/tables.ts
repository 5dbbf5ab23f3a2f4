/** Tables of what is done about drift: infrastructure creates them, and the least privileges name them one by one. */
export const LEDGER_TABLES = {
  /** One row an action, created before its effect. */
  ledger: 'directoryledger',
  /** Every decision and every effect; rows are added, never changed. */
  audit: 'directoryaudit',
} as const;
