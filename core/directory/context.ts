/** What the use cases of the directory work with: the ports, and what is made of them once. */
import { makeEntryRepository } from './entry-repository';
import type { EntryRepository } from './entry-repository';
import { DEFAULT_DIRECTORY_SETTINGS } from './ports';
import type { DirectoryPorts, DirectorySettings } from './ports';

export interface DirectoryContext {
  readonly ports: DirectoryPorts;
  readonly settings: DirectorySettings;
  readonly entries: EntryRepository;
}

export function makeContext(ports: DirectoryPorts): DirectoryContext {
  return {
    ports,
    settings: { ...DEFAULT_DIRECTORY_SETTINGS, ...ports.settings },
    entries: makeEntryRepository(ports.store),
  };
}
