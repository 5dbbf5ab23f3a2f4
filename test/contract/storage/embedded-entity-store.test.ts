import { openEmbeddedSubject } from './embedded-subject';
import type { EmbeddedSubject } from './embedded-subject';
import { describeEntityStore } from './entity-store.contract';
import { describeEntityStoreModel } from './entity-store-model.contract';
import type { ModelledSubject } from './entity-store-model.contract';

jest.setTimeout(60_000);

const subjectOf = (embedded: EmbeddedSubject): ModelledSubject => ({
  store: embedded.state.entities,
  reopen: async () => subjectOf(await embedded.reopen()),
  close: () => embedded.close(),
});

describeEntityStore('SQLite', async () => subjectOf(await openEmbeddedSubject()));
describeEntityStoreModel('SQLite', async () => subjectOf(await openEmbeddedSubject()), 300);
