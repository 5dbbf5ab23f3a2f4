import { openWithKey, openWithToken } from './azure-subject';
import { describeWorkQueue } from './work-queue.contract';
import { describeWorkQueueModel } from './work-queue-model.contract';

jest.setTimeout(60_000);

describeWorkQueue('Azure queues, with a token', async () => {
  const { state, close } = await openWithToken();
  return { queue: state.queue, exactDepth: false, close };
});

describe('on a clock of the test', () => {
  // The emulator lives in this process: what it takes for the time is what Date says here. All else goes on in real time.
  beforeAll(() => {
    jest.useFakeTimers({
      doNotFake: [
        'hrtime',
        'nextTick',
        'performance',
        'queueMicrotask',
        'setImmediate',
        'clearImmediate',
        'setInterval',
        'clearInterval',
        'setTimeout',
        'clearTimeout',
      ],
    });
  });
  afterAll(() => {
    jest.useRealTimers();
  });

  describeWorkQueueModel(
    'Azure queues',
    async () => {
      const { state, close } = await openWithKey();
      const clock = { advance: (milliseconds: number) => jest.setSystemTime(Date.now() + milliseconds) };
      return { queue: state.queue, clock, exactDepth: true, close };
    },
    30,
  );
});
