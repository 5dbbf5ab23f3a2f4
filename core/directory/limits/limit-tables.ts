/** Tables of the limits: infrastructure creates them, and the least privileges name them one by one. */
export const LIMIT_TABLES = {
  /** How much each caller, pair, number and tenant has used. */
  limits: 'directorylimits',
  /** What each caller looked up lately, as digests and sketches. */
  watch: 'directorywatch',
  /** What was found suspicious; a record is written once and never changed. */
  incidents: 'directoryincidents',
} as const;
