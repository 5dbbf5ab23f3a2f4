import { describeBlobStore } from './blob-store.contract';
import { describeBlobStoreModel } from './blob-store-model.contract';
import type { ModelledBlobs } from './blob-store-model.contract';
import { openEmbeddedSubject } from './embedded-subject';
import type { EmbeddedSubject } from './embedded-subject';

jest.setTimeout(120_000);

const subjectOf = (embedded: EmbeddedSubject): ModelledBlobs => ({
  store: embedded.state.blobs,
  clock: embedded.clock,
  now: () => embedded.now(),
  withoutProtection: null,
  reopen: async () => subjectOf(await embedded.reopen()),
  close: () => embedded.close(),
});

describeBlobStore('files', async () => subjectOf(await openEmbeddedSubject()));
describeBlobStoreModel('files', async () => subjectOf(await openEmbeddedSubject()), 40);
