/** Tables of the directory: infrastructure creates them, and the least privileges name them one by one. */
export const DIRECTORY_TABLES = {
  /** Entries and their history, in the partitions of the devices they belong to. */
  entries: 'directoryentries',
  /** Who holds a number, and who claims it. */
  numbers: 'directorynumbers',
  /** Where an entry lies, by its id. */
  ids: 'directoryids',
  /** Which entries ever held a key, by its fingerprint. */
  keys: 'directorykeys',
} as const;
