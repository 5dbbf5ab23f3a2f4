import { openEmbeddedSubject, openOnMachineClock } from './embedded-subject';
import { describeWorkQueue } from './work-queue.contract';
import { describeWorkQueueModel } from './work-queue-model.contract';
import type { ClockedQueueSubject } from './work-queue-model.contract';

jest.setTimeout(60_000);

const openClocked = async (): Promise<ClockedQueueSubject> => {
  const embedded = await openEmbeddedSubject();
  const { state, clock } = embedded;
  return { queue: state.queue, clock, exactDepth: true, close: () => embedded.close() };
};

describeWorkQueue('SQLite', openClocked);
describeWorkQueue('SQLite on the machine’s clock', async () => {
  const embedded = await openOnMachineClock();
  return { queue: embedded.state.queue, exactDepth: true, close: () => embedded.close() };
});
describeWorkQueueModel('SQLite', openClocked, 200);
