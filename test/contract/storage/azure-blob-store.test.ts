import { openWithKey, openWithToken } from './azure-subject';
import type { AzureSubject } from './azure-subject';
import { describeBlobStore } from './blob-store.contract';
import type { BlobStoreSubject } from './blob-store.contract';
import { describeBlobStoreModel } from './blob-store-model.contract';

jest.setTimeout(120_000);

const subjectOf = ({ state, close }: AzureSubject): BlobStoreSubject => ({
  store: state.blobs('test'),
  now: () => Date.now(),
  // Played in front of the emulator, which has none: test/support/azurite-protection.ts.
  withoutProtection: null,
  close,
});

describeBlobStore('Azure blobs', async () => subjectOf(await openWithKey()));
describeBlobStoreModel('Azure blobs, with a token', async () => subjectOf(await openWithToken()), 30);
