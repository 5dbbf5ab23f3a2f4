import { openWithKey, openWithToken } from './azure-subject';
import type { AzureSubject } from './azure-subject';
import { describeEntityStore } from './entity-store.contract';
import { describeEntityStoreModel } from './entity-store-model.contract';
import type { ModelledSubject } from './entity-store-model.contract';

jest.setTimeout(60_000);

const subjectOf = (azure: AzureSubject): ModelledSubject => ({
  store: azure.state.entities,
  reopen: async () => subjectOf(azure.reopen()),
  close: () => azure.close(),
});

describeEntityStore('Azure tables', async () => subjectOf(await openWithKey()));
describeEntityStoreModel('Azure tables, with a token', async () => subjectOf(await openWithToken()), 20);
